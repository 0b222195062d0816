/** What a wall of 40 queues is sent: a busy minute of a center, in a clock of its own. */
import { Directory } from '../../shared/directory.ts'
import type { Event } from '../../shared/events/event.ts'
import { countersOf } from '../../shared/metrics/reads.ts'
import { metricOf } from '../../shared/metrics/registry.ts'
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import type { Delta } from '../../shared/wire.ts'
import { createCalendar } from '../../server/books/calendar.ts'
import { createLiveBook } from '../../server/books/read/liveBook.ts'
import { createEngine } from '../../server/engine/fold.ts'
import { createStage } from '../../server/gateway/stage.ts'
import { readRequest } from '../../server/gateway/watched.ts'
import { watcherOf } from '../../server/gateway/watcher.ts'
import { emptyBooks, naiveBase } from '../naiveBooks.ts'
import { wallMetrics } from './wallMetrics.ts'

const QUEUES = 40
const AGENTS = 800
const EVENTS_A_SECOND = 32
const START_MS = Date.UTC(2026, 10, 21, 1, 7)
/** The minutes before fill the windows; only the last ones are measured. */
const WARM_MS = 4 * MINUTE_MS
const MEASURED_MS = 2 * MINUTE_MS
/** Changes are gathered for so long. */
const GATHER_MS = 20
/** What socket.io and the websocket put around a message: `42["delta",…]` and a header. */
const ENVELOPE_BYTES = 11 + 4

const directory = Directory.parse({
  queues: Array.from({ length: QUEUES }, (_, n) => ({
    key: `queue-${String(n)}`,
    members: Array.from({ length: AGENTS }, (_agent, a) => a)
      .filter((a) => a % QUEUES === n || (a + 7) % QUEUES === n)
      .map((a) => `agent-${String(a)}`),
  })),
})

export type WallTraffic = {
  bytesASecond: number
  framesASecond: number
  /** The largest parts of it, in bytes a second. */
  parts: Record<string, number>
}

/** Plays the center through the engine, the live books and one room. */
export function wallTraffic(): WallTraffic {
  const engine = createEngine({ directories: [{ atMs: 0, directory }] })
  const book = createLiveBook(
    naiveBase(emptyBooks(), '0', createCalendar(directory.center), START_MS),
    directory,
  )
  const asked = readRequest({
    protocolVersion: 1,
    scopes: ['queue:*'],
    windows: ['interval', 'today'],
    counters: [...new Set(wallMetrics.flatMap((id) => countersOf(metricOf(id))))],
    live: ['visits', 'agents', 'staffing'],
  })
  if (!asked.ok) throw new Error(asked.refusal)

  let frames = 0
  let bytes = 0
  let isMeasured = false
  const parts: Record<string, number> = {}
  const count = (delta: Delta): void => {
    if (!isMeasured) return
    frames += 1
    bytes += JSON.stringify(delta).length + ENVELOPE_BYTES
    const { live, ...rest } = delta
    for (const [part, value] of Object.entries({ ...rest, ...live })) {
      parts[part] = (parts[part] ?? 0) + part.length + 3 + JSON.stringify(value).length
    }
  }
  const stage = createStage({
    book: () => book,
    directory: () => directory,
    completeAtMs: book.nowMs,
    center: () => ({ key: 'main', name: 'Main', timeZone: 'UTC', simulated: false }),
    sources: () => [],
    now: book.nowMs,
    idleMs: () => 0,
    delivery: {
      delta: (_, delta) => {
        count(delta)
      },
      snapshot: () => undefined,
    },
  })
  stage.join('wall', asked.watched, watcherOf({ kind: 'key', rights: ['read'] }, directory))
  stage.flush()

  let place = 0
  let nextPassingMs = START_MS
  for (const events of gathered(busyCenter())) {
    const [first] = events
    if (!first) continue
    book.advance(first.atMs)
    isMeasured = first.atMs >= START_MS + WARM_MS
    const { entries, changed } = folded(engine, events)
    book.apply(
      {
        epoch: 1,
        after: place === 0 ? '0' : placeOf(place),
        place: placeOf(place + 1),
        entries,
        subjects: changed.map((key) => engine.record(key)),
        sentAtMs: first.atMs,
      },
      first.atMs,
    )
    place += 1
    const isSecond = first.atMs >= nextPassingMs
    if (isSecond) nextPassingMs = first.atMs + SECOND_MS
    stage.flush(isSecond)
  }
  stage.close()
  const seconds = MEASURED_MS / SECOND_MS
  return {
    bytesASecond: bytes / seconds,
    framesASecond: frames / seconds,
    parts: Object.fromEntries(
      Object.entries(parts)
        .sort(([, a], [, b]) => b - a)
        .map(([part, of]) => [part, Math.round(of / seconds)]),
    ),
  }
}

const placeOf = (n: number): string => `${String(START_MS + n)}-0`

function folded(engine: ReturnType<typeof createEngine>, events: readonly Event[]) {
  for (;;) {
    const result = engine.fold(events)
    if (!('lacks' in result)) return result
    for (const key of result.lacks) {
      if (key.startsWith('part/')) engine.admitPart(key, null)
      else engine.admit(key, null)
    }
  }
}

/** Events that fall into one gathering, together. */
function* gathered(events: readonly Event[]): Iterable<Event[]> {
  let batch: Event[] = []
  for (const event of events) {
    const [first] = batch
    if (first && event.atMs > first.atMs + GATHER_MS) {
      yield batch
      batch = []
    }
    batch.push(event)
  }
  yield batch
}

/** Calls of nine events each, evenly over the queues, at so many events a second. */
function busyCenter(): Event[] {
  const events: Event[] = []
  const add = (id: string, type: string, atMs: number, data: object): void => {
    // Made as the door would have accepted them.
    events.push({ id, source: '/asterisk/pbx-1/ami', type, atMs, data } as unknown as Event)
  }
  for (let a = 0; a < AGENTS; a++) {
    const agent = `agent-${String(a)}`
    add(`in-${agent}`, 'agent.stateChanged', START_MS - MINUTE_MS, { agent, state: 'available' })
  }
  const totalMs = WARM_MS + MEASURED_MS
  const calls = Math.floor((totalMs / SECOND_MS) * (EVENTS_A_SECOND / 9))
  const freeAtMs = new Map<string, number>()
  for (let n = 0; n < calls; n++) {
    const atMs = START_MS + Math.floor((n / calls) * totalMs) + scattered(n, 400)
    const contactId = `${String(1_795_283_607 + n)}.${String(n)}`
    const at = scattered(n, QUEUES)
    const queue = `queue-${String(at)}`
    const visitId = `${contactId}/1`
    const ringMs = atMs + 2_000 + scattered(n * 3, 20_000)
    const own = Array.from(
      { length: AGENTS / QUEUES },
      (_, k) => `agent-${String(k * QUEUES + at)}`,
    )
    const agent = own.find((key) => (freeAtMs.get(key) ?? 0) < ringMs)
    if (agent === undefined) throw new Error('There are too few agents for so many calls')
    const of = { contactId, visitId, queue }
    const talkMs = ringMs + 3_000
    const endMs = talkMs + 20_000 + scattered(n * 5, 100_000)
    freeAtMs.set(agent, endMs + 20_000)
    const legId = `${contactId}/leg`
    const offer = { ...of, agent, offerId: `${visitId}/1` }
    add(`${contactId}a`, 'contact.queued', atMs, { ...of, channel: 'voice' })
    add(`${contactId}b`, 'contact.offered', ringMs, offer)
    add(`${contactId}c`, 'contact.offerEnded', talkMs, { ...offer, outcome: 'accepted' })
    add(`${contactId}d`, 'contact.dequeued', talkMs, { ...of, outcome: 'answered', agent })
    add(`${contactId}e`, 'contact.connected', talkMs + 5, { ...of, legId, agent })
    add(`${contactId}f`, 'contact.disconnected', endMs, { contactId, legId, agent })
    add(`${contactId}g`, 'contact.wrapUpStarted', endMs + 3, { contactId, legId, agent })
    add(`${contactId}h`, 'contact.ended', endMs + 6, { contactId })
    add(`${contactId}i`, 'contact.wrapUpEnded', endMs + 15_000, { contactId, legId, agent })
  }
  return events.sort((a, b) => a.atMs - b.atMs).filter(({ atMs }) => atMs < START_MS + totalMs)
}

/** A number below a limit, the same one each time, and without a pattern. */
function scattered(n: number, below: number): number {
  return Math.floor((((n * 2_654_435_761) % 4_294_967_296) / 4_294_967_296) * below)
}
