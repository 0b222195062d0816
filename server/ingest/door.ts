/** Where events come in: each is judged alone, and accepted, kept or turned away with its reasons. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { amountsIn, statesAmounts } from '../../shared/events/amounts.ts'
import { MAX_ID_LENGTH, SourceName, type Event } from '../../shared/events/event.ts'
import type { EventFault } from '../../shared/events/parse.ts'
import { parseEvent } from '../../shared/events/parse.ts'
import type { Exchange } from '../../shared/money.ts'
import { MINUTE_MS } from '../../shared/time.ts'
import { batchMaker, eventsIn, type Batch } from '../stream/batch.ts'
import type { DoorVerdict, Place } from '../stream/eventLog.ts'
import type { CenterStream } from '../stream/openStream.ts'
import type { Rejection } from '../stream/rejectedEvents.ts'
import { isDeeperThan, MAX_DEPTH } from './depth.ts'
import { PlainEvent } from './plainEvents.ts'

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
   * Judges events as sent, plain ones among them. Resolves when what is accepted is in the stream and what is not is
   * kept. Rejects with `LogUnavailable` while nothing can be stored: all of it may be sent again.
   */
  judge: (sent: readonly unknown[], rights: Pick<IngestRights, 'source'>) => Promise<BatchVerdict>
  /** Keeps input of a source that its connector does not understand. */
  refuse: (source: string, input: string, reason: string) => Promise<void>
  /**
   * Judges the events whose time our clock has reached, and tells how many. Safe to be stopped at
   * any point and to be run by several processes: the door knows the event that it has.
   */
  judgeDue: () => Promise<number>
}

/**
 * `exchange` is what amounts are worth by the directory as it is; it is asked for once a batch, and
 * only where the batch may state amounts.
 */
export function openDoor(
  { log, rejected, ahead }: Pick<CenterStream, 'log' | 'rejected' | 'ahead'>,
  now: () => number,
  exchange: () => Promise<Exchange>,
): Door {
  const settle = async (sorted: Sorted, source: string | null): Promise<BatchVerdict> => {
    const { timely, early, faulty } = sorted
    const { place, verdicts } =
      timely.batch.length > 0
        ? await log.append(timely.batch)
        : { place: await log.end(), verdicts: [] }
    const turnedAway = [...faulty, ...contradictions(timely, verdicts)]

    const keptApart: TurnedAway[] = []
    const kept = await ahead.keep(early.map(({ event }) => event))
    for (const [n, one] of early.entries()) {
      if (kept[n] === 'full') turnedAway.push(tooManyAhead(one, now()))
      else keptApart.push({ index: one.index, id: one.event.id, errors: [laterFault(now())] })
    }

    await rejected.keep(turnedAway.map((one) => rejectionOf(one, source)))
    return {
      accepted: verdicts.filter((verdict) => verdict === 'accepted').length,
      duplicates: verdicts.filter((verdict) => verdict === 'duplicate').length,
      rejected: [...turnedAway, ...keptApart]
        .map(({ index, id, errors }) => ({ index, id, errors }))
        .sort((a, b) => a.index - b.index),
      place,
    }
  }

  return {
    // Not async: what was sent would be held until the answer, and it is larger than what is kept.
    judge(sent, { source }) {
      if (sent.some(mayStateAmounts)) {
        return exchange()
          .then((rates) => sortInTurns(sent, source, now(), rates))
          .then((sorted) => settle(sorted, source))
      }
      if (sent.length <= TURN_EVENTS) return settle(sortAll(sent, source, now()), source)
      return sortInTurns(sent, source, now(), null).then((sorted) => settle(sorted, source))
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

/** Accepted as far as the door can say: made ready for the log, with their numbers in what was sent. */
type Timely = { batch: Batch; indexes: readonly number[] }
type Early = { index: number; sent: unknown; event: Event }
type Faulty = {
  kind: Rejection['kind']
  index: number
  sent: unknown
  id: string | null
  errors: readonly EventFault[]
  /** Whether it may be written out: what is nested too deep may not. */
  isFlat: boolean
}

/** What was sent by what becomes of each event: for the stream, for later, turned away. */
type Sorted = { timely: Timely; early: readonly Early[]; faulty: readonly Faulty[] }

/** Sorts events one by one. */
type Sorter = { add: (sent: unknown, index: number) => void; sorted: () => Sorted }

/** `rates` is null where no event states an amount. */
function sorter(source: string | null, nowMs: number, rates: Exchange | null): Sorter {
  const timely = batchMaker()
  const indexes: number[] = []
  const early: Early[] = []
  const faulty: Faulty[] = []
  const latestMs = nowMs + MAX_AHEAD_MS
  return {
    add(given, index) {
      const isPlain = given instanceof PlainEvent
      if (isPlain) {
        const { ready } = given
        if ((source === null || ready.source === source) && ready.atMs <= latestMs) {
          timely.addReady(ready)
          indexes.push(index)
          return
        }
      }
      const sent = isPlain ? given.asSent() : given
      const isFlat = !isDeeperThan(MAX_DEPTH, sent)
      const parsed = isFlat ? parseEvent(sent) : ({ ok: false, errors: [tooDeep] } as const)
      const errors = parsed.ok
        ? [...strangerFaults(parsed.event, source), ...amountFaults(parsed.event, rates)]
        : parsed.errors
      if (!parsed.ok || errors.length > 0) {
        const some = atMost(MAX_FAULTS, errors)
        faulty.push({ kind: 'rejected', index, sent, id: idOf(sent), errors: some, isFlat })
      } else if (parsed.event.atMs > latestMs) {
        early.push({ index, sent, event: parsed.event })
      } else {
        timely.add(parsed.event)
        indexes.push(index)
      }
    },
    sorted: () => ({ timely: { batch: timely.batch(), indexes }, early, faulty }),
  }
}

function sortAll(sent: readonly unknown[], source: string | null, nowMs: number): Sorted {
  const { add, sorted } = sorter(source, nowMs, null)
  sent.forEach(add)
  return sorted()
}

async function sortInTurns(
  sent: readonly unknown[],
  source: string | null,
  nowMs: number,
  rates: Exchange | null,
): Promise<Sorted> {
  const { add, sorted } = sorter(source, nowMs, rates)
  for (const [index, one] of sent.entries()) {
    if (index > 0 && index % TURN_EVENTS === 0) await nextTurn()
    add(one, index)
  }
  return sorted()
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

/** Whether an event may state amounts, to know before it is judged whether rates are needed. */
function mayStateAmounts(sent: unknown): boolean {
  const { type } = Object(sent) as { type?: unknown }
  return typeof type === 'string' && statesAmounts(type)
}

/** Amounts that could only be added wrongly: too fine for their currency, or without a rate. */
function amountFaults(event: Event, rates: Exchange | null): EventFault[] {
  if (!rates) return []
  return amountsIn(event).flatMap(({ path, amount }) => {
    const converted = rates.convert(amount, event.atMs)
    return converted.ok ? [] : [{ path: `${path}.${converted.field}`, message: converted.message }]
  })
}

function atMost(count: number, errors: readonly EventFault[]): readonly EventFault[] {
  if (errors.length <= count) return errors
  const rest = { path: '', message: `and ${String(errors.length - count)} more faults` }
  return [...errors.slice(0, count), rest]
}

/** Those whose id stands for something else. They are kept as the stream would have had them. */
function contradictions(
  { batch, indexes }: Timely,
  verdicts: readonly DoorVerdict[],
): readonly Faulty[] {
  if (!verdicts.includes('conflicting')) return []
  const errors = [otherContent]
  return eventsIn(batch).flatMap((sent, n): Faulty[] => {
    if (verdicts[n] !== 'conflicting') return []
    const index = indexes[n] ?? n
    return [{ kind: 'conflicting', index, sent, id: sent.id, errors, isFlat: true }]
  })
}

function tooManyAhead({ index, sent, event }: Early, nowMs: number): Faulty {
  const errors = [aheadFault(nowMs, 'not kept: it is too large, or too many wait already')]
  return { kind: 'rejected', index, sent, id: event.id, errors, isFlat: true }
}

const laterFault = (nowMs: number): EventFault =>
  aheadFault(nowMs, 'kept, and judged again by itself when the clock reaches its time')

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
