/** How quickly events become entries, beside parsing the JSON that they came as. */
import type { Event } from '../../shared/events/event.ts'
import { parseEvent } from '../../shared/events/parse.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { createEngine } from '../../server/engine/fold.ts'
import type { SubjectKey, SubjectRecord } from '../../server/engine/subject.ts'
import type { BenchRow } from './row.ts'

/** As many as the books fold together. */
const TOGETHER = 500
const QUEUES = 40
const CALLS_AN_HOUR = 2_000
const HOURS = 8
/** Closed subjects leave memory after so long, as in the books. */
const GRACE_MS = 15 * MINUTE_MS
const BEGIN_MS = Date.UTC(2026, 10, 21, 8)

export async function engineBench(): Promise<BenchRow[]> {
  // Once for the compiler: it is not what is measured.
  measure(100, 1)
  const sizes = [100, 1_000, 5_000].map((agents) => ({ agents, ...measure(agents, 1) }))
  const day = measure(1_000, HOURS)
  const [first = 0] = day.perHour
  const last = day.perHour.at(-1) ?? 0
  return [
    ...sizes.map(({ agents, perSecond, parsedPerSecond }) => ({
      name: `engine, ${agents} agents`,
      figure: perSecond,
      unit: 'events/s',
      floor: parsedPerSecond,
      ratio: perSecond / parsedPerSecond,
      target: '≥ 0.4 of JSON.parse of the same events; ≥ 200,000 events/s; flat over the sizes',
      wants: { ratioAtLeast: 0.4, atLeast: 200_000 },
    })),
    {
      name: `engine, hour ${HOURS} beside hour 1, 1000 agents`,
      figure: last,
      unit: 'events/s',
      floor: first,
      ratio: last / first,
      target: 'flat: about 1 of hour 1',
      wants: { ratioAtLeast: 0.8 },
    },
  ]
}

type Measured = { perSecond: number; parsedPerSecond: number; perHour: number[] }

/** Hours of calls through an engine, each hour timed by itself. */
function measure(agents: number, hours: number): Measured {
  const texts = Array.from({ length: hours }, (_, hour) =>
    eventsOf(agents, hour).map((event) => JSON.stringify(event)),
  )
  const parseBeganMs = performance.now()
  const parsed = texts.map((hour) => hour.map((text) => JSON.parse(text) as Event))
  const parseMs = performance.now() - parseBeganMs

  const engine = createEngine({ directories: [] })
  /** What left memory, as the database would give it back. */
  const stored = new Map<SubjectKey, SubjectRecord>()
  const foldGroup = (group: readonly Event[]): void => {
    const wanted = new Set(group.flatMap((event) => engine.wants(event)))
    for (const key of wanted) {
      if (!engine.holds(key)) engine.admit(key, stored.get(key) ?? null)
    }
    for (;;) {
      const folded = engine.fold(group)
      if (!('lacks' in folded)) return
      for (const key of folded.lacks) engine.admit(key, stored.get(key) ?? null)
    }
  }
  let foldMs = 0
  const perHour = parsed.map((events) => {
    let hourMs = 0
    for (let at = 0; at < events.length; at += TOGETHER) {
      const group = events.slice(at, at + TOGETHER)
      const beganMs = performance.now()
      foldGroup(group)
      hourMs += performance.now() - beganMs
      const nowMs = group.at(-1)?.atMs ?? 0
      for (const { key, open, lastAtMs } of [...engine.held()]) {
        if (open || lastAtMs > nowMs - GRACE_MS) continue
        stored.set(key, engine.record(key))
        engine.release(key)
      }
    }
    foldMs += hourMs
    return events.length / (hourMs / SECOND_MS)
  })
  const count = parsed.reduce((sum, hour) => sum + hour.length, 0)
  return {
    perSecond: count / (foldMs / SECOND_MS),
    parsedPerSecond: count / (parseMs / SECOND_MS),
    perHour,
  }
}

/** An hour of answered calls, each with a hold and a wrap-up, in the order of time. */
function eventsOf(agents: number, hour: number): Event[] {
  const fromMs = BEGIN_MS + hour * HOUR_MS
  const events: Event[] = []
  const say = (id: string, type: string, atMs: number, data: object): void => {
    const time = new Date(atMs).toISOString()
    const sent = { specversion: '1.0', id, source: '/pbx/1/feed', type, time, data }
    const parsed = parseEvent(sent)
    if (!parsed.ok) throw new Error(`${id}: ${JSON.stringify(parsed.errors)}`)
    events.push(parsed.event)
  }
  if (hour === 0) {
    for (let n = 0; n < agents; n++) {
      const agent = `agent-${n}`
      say(`in-${n}`, 'agent.stateChanged', fromMs, { agent, state: 'available' })
    }
  }
  for (let n = 0; n < CALLS_AN_HOUR; n++) {
    const call = hour * CALLS_AN_HOUR + n
    const contactId = `call-${call}`
    const agent = `agent-${call % agents}`
    const queue = `queue-${call % QUEUES}`
    const visitId = `${contactId}#1`
    const leg = { contactId, legId: `${contactId}/1`, agent }
    const offerId = `${visitId}/${agent}/1`
    const atMs = fromMs + Math.floor((n * HOUR_MS) / CALLS_AN_HOUR)
    const at = (seconds: number, type: string, data: object): void => {
      say(`${contactId}/${type}`, type, atMs + seconds * SECOND_MS, data)
    }
    at(0, 'contact.queued', { contactId, visitId, queue })
    at(2, 'contact.offered', { contactId, visitId, offerId, agent })
    at(8, 'contact.connected', { ...leg, visitId, queue })
    at(30, 'contact.held', leg)
    at(40, 'contact.resumed', leg)
    at(120, 'contact.disconnected', leg)
    at(120, 'contact.wrapUpStarted', leg)
    at(120, 'contact.ended', { contactId })
    at(140, 'contact.wrapUpEnded', leg)
  }
  return events.sort((a, b) => a.atMs - b.atMs)
}
