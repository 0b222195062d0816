/** Where events come in: each is judged alone, and accepted, kept or turned away with its reasons. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MAX_ID_LENGTH, SourceName, type Event } from '../../shared/events/event.ts'
import type { EventFault } from '../../shared/events/parse.ts'
import { parseEvent } from '../../shared/events/parse.ts'
import { MINUTE_MS } from '../../shared/time.ts'
import type { Place } from '../stream/eventLog.ts'
import type { CenterStream } from '../stream/openStream.ts'
import type { Rejection } from '../stream/rejectedEvents.ts'
import { isDeeperThan, MAX_DEPTH } from './depth.ts'
import { gather } from './gather.ts'

/** A batch is judged and stored as one; more events than this hold up everybody else's. */
export const MAX_BATCH_EVENTS = 10_000
/** How far a source's clock may be ahead of ours before its events are kept apart. */
export const MAX_AHEAD_MS = 5 * MINUTE_MS
/** An event with everything wrong in it need not fill the reply with every item of a list. */
const MAX_FAULTS = 20
/** Others get their turn after so many events: a full batch takes tens of milliseconds. */
const TURN_EVENTS = 500
/** How many events that became due are judged at once. */
const DUE_EVENTS = 500

/** What a key, or a connector, may send. */
export type IngestRights = {
  ingest: boolean
  /** The one source that it speaks for; null: any. */
  source: string | null
  /** The key of the center that its events belong to. */
  center: string
}

/** An event that was not accepted, by its number in the batch. */
export type TurnedAway = { index: number; id: string | null; errors: readonly EventFault[] }

/** What became of a batch: every event is accepted, a duplicate or turned away. */
export type BatchVerdict = {
  accepted: number
  duplicates: number
  rejected: readonly TurnedAway[]
  /** Where the batch lies in the stream. */
  place: Place
}

export type Door = {
  /**
   * Judges events as sent, of a body of about so many bytes. Resolves when what is accepted is in
   * the stream and what is not is kept. Rejects with `LogUnavailable` while nothing can be stored:
   * all of it may be sent again then.
   */
  judge: (
    sent: readonly unknown[],
    rights: Pick<IngestRights, 'source'>,
    bytes: number,
  ) => Promise<BatchVerdict>
  /** Keeps input of a source that its connector does not understand. */
  refuse: (source: string, input: string, reason: string) => Promise<void>
  /**
   * Judges the events whose time our clock has reached, and tells how many. Safe to be stopped at
   * any point and to be run by several processes: the door knows the event that it has.
   */
  judgeDue: () => Promise<number>
}

export function openDoor(
  { log, rejected, ahead }: Pick<CenterStream, 'log' | 'rejected' | 'ahead'>,
  now: () => number,
): Door {
  const append = gather(log)

  return {
    async judge(sent, rights, bytes) {
      const batch = await sorted(sent, rights.source, now())
      const { place, verdicts } =
        batch.timely.length > 0
          ? await append(
              batch.timely.map(({ event }) => event),
              bytes,
            )
          : { place: await log.end(), verdicts: [] }

      const conflicting = batch.timely.filter((_, n) => verdicts[n] === 'conflicting')
      for (const one of conflicting) batch.faulty.push(contradiction(one))

      const later = aheadFault(
        now(),
        'kept, and judged again by itself when the clock reaches its time',
      )
      const keptApart: TurnedAway[] = []
      const kept = await ahead.keep(batch.early.map(({ event }) => event))
      for (const [n, one] of batch.early.entries()) {
        if (kept[n] === 'full') batch.faulty.push(tooManyAhead(one, now()))
        else keptApart.push({ index: one.index, id: one.event.id, errors: [later] })
      }

      await rejected.keep(batch.faulty.map((one) => rejectionOf(one, rights.source)))
      return {
        accepted: verdicts.filter((verdict) => verdict === 'accepted').length,
        duplicates: verdicts.filter((verdict) => verdict === 'duplicate').length,
        rejected: [...batch.faulty, ...keptApart]
          .map(({ index, id, errors }) => ({ index, id, errors }))
          .sort((a, b) => a.index - b.index),
        place,
      }
    },

    async refuse(source, input, reason) {
      const errors = [{ path: '', message: reason }]
      await rejected.keep([{ kind: 'rejected', source, id: null, errors, content: input }])
    },

    async judgeDue() {
      let judged = 0
      for (;;) {
        const due = await ahead.due(now(), DUE_EVENTS)
        if (due.length === 0) return judged
        const { verdicts } = await log.append(due.map(({ event }) => event))
        const conflicting = due.filter((_, n) => verdicts[n] === 'conflicting')
        await rejected.keep(
          conflicting.map(({ event, kept }) => ({
            kind: 'conflicting',
            source: event.source,
            id: event.id,
            errors: [otherContent],
            content: kept,
          })),
        )
        // Last: whoever is stopped before this judges them again, and finds them accepted.
        await ahead.remove(due)
        judged += due.length
      }
    },
  }
}

/** An event as sent, with its number in the batch. */
type Sent = { index: number; sent: unknown }
type Timely = Sent & { event: Event }
type Faulty = Sent & {
  kind: Rejection['kind']
  id: string | null
  errors: readonly EventFault[]
  /** Whether it may be written out: what is nested too deep may not. */
  isFlat: boolean
}

/** A batch by what becomes of each event: for the stream, for later, turned away. */
type Sorted = { timely: Timely[]; early: Timely[]; faulty: Faulty[] }

async function sorted(
  batch: readonly unknown[],
  source: string | null,
  nowMs: number,
): Promise<Sorted> {
  const found: Sorted = { timely: [], early: [], faulty: [] }
  for (const [index, sent] of batch.entries()) {
    if (index > 0 && index % TURN_EVENTS === 0) await nextTurn()
    const isFlat = !isDeeperThan(MAX_DEPTH, sent)
    const parsed = isFlat ? parseEvent(sent) : ({ ok: false, errors: [tooDeep] } as const)
    const errors = parsed.ok ? strangerFaults(parsed.event, source) : parsed.errors
    if (!parsed.ok || errors.length > 0) {
      const some = atMost(MAX_FAULTS, errors)
      found.faulty.push({ kind: 'rejected', index, sent, id: idOf(sent), errors: some, isFlat })
    } else if (parsed.event.atMs > nowMs + MAX_AHEAD_MS) {
      found.early.push({ index, sent, event: parsed.event })
    } else {
      found.timely.push({ index, sent, event: parsed.event })
    }
  }
  return found
}

const tooDeep: EventFault = {
  path: '',
  message: `must not be nested deeper than ${String(MAX_DEPTH)} levels`,
}

const otherContent: EventFault = {
  path: 'id',
  message:
    'an event of this source with this id was accepted before, and has other content: that one stands',
}

function strangerFaults(event: Event, source: string | null): EventFault[] {
  if (source === null || event.source === source) return []
  return [{ path: 'source', message: `this key may send events of ${source} only` }]
}

function atMost(count: number, errors: readonly EventFault[]): readonly EventFault[] {
  if (errors.length <= count) return errors
  const rest = { path: '', message: `and ${String(errors.length - count)} more faults` }
  return [...errors.slice(0, count), rest]
}

function contradiction({ index, sent, event }: Timely): Faulty {
  return { kind: 'conflicting', index, sent, id: event.id, errors: [otherContent], isFlat: true }
}

function tooManyAhead({ index, sent, event }: Timely, nowMs: number): Faulty {
  const errors = [aheadFault(nowMs, 'not kept: it is too large, or too many wait already')]
  return { kind: 'rejected', index, sent, id: event.id, errors, isFlat: true }
}

function aheadFault(nowMs: number, what: string): EventFault {
  const minutes = String(MAX_AHEAD_MS / MINUTE_MS)
  const clock = new Date(nowMs).toISOString()
  return { path: 'time', message: `over ${minutes} min ahead of our clock (${clock}): ${what}` }
}

function idOf(sent: unknown): string | null {
  const { id } = Object(sent) as { id?: unknown }
  return typeof id === 'string' && id !== '' ? id.slice(0, MAX_ID_LENGTH) : null
}

/** The source that an event names, if it could be one. */
function sourceOf(sent: unknown): string | null {
  const { source } = Object(sent) as { source?: unknown }
  return SourceName.safeParse(source).data ?? null
}

function rejectionOf({ kind, sent, id, errors, isFlat }: Faulty, source: string | null): Rejection {
  const content = isFlat ? JSON.stringify(sent) : ''
  return { kind, source: source ?? sourceOf(sent), id, errors, content }
}
