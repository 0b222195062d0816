/** What the engine is measured with, as the JSON that it would come as, hour by hour. */
import type { Event } from '../../shared/events/event.ts'
import { parseEvent } from '../../shared/events/parse.ts'
import { HOUR_MS, SECOND_MS } from '../../shared/time.ts'
import { simulate } from '../../server/simulator/simulate.ts'

export type Load = {
  /** Agents who are signed in, all of them in the first hour. */
  agents: number
  queues: number
  callsAnHour: number
}

const BEGIN_MS = Date.UTC(2026, 10, 21, 8)

/** An hour of answered calls, each with a hold and a wrap-up, in the order of time. */
export function hourOfCalls({ agents, queues, callsAnHour }: Load, hour: number): string[] {
  const fromMs = BEGIN_MS + hour * HOUR_MS
  const events: Event[] = []
  const say = (id: string, type: string, atMs: number, data: object): void => {
    const time = new Date(atMs).toISOString()
    events.push(accepted({ specversion: '1.0', id, source: '/pbx/1/feed', type, time, data }))
  }
  if (hour === 0) {
    for (let n = 0; n < agents; n++) {
      const agent = `agent-${n}`
      say(`in-${n}`, 'agent.stateChanged', fromMs, { agent, state: 'available' })
    }
  }
  for (let n = 0; n < callsAnHour; n++) {
    const call = hour * callsAnHour + n
    const contactId = `call-${call}`
    const agent = `agent-${call % agents}`
    const queue = `queue-${call % queues}`
    const visitId = `${contactId}#1`
    const leg = { contactId, legId: `${contactId}/1`, agent }
    const offerId = `${visitId}/${agent}/1`
    const atMs = fromMs + Math.floor((n * HOUR_MS) / callsAnHour)
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
  return events.sort((a, b) => a.atMs - b.atMs).map((event) => JSON.stringify(event))
}

/** What the simulated center tells first: calls, mails, sales, surveys, and all else. */
export function simulated(most: number): string[] {
  const fromMs = BEGIN_MS
  const texts: string[] = []
  const center = { seed: 1, fromMs, whole: true, sinceMs: fromMs, mailToldMs: null, untilMs: null }
  for (const { events } of simulate(center)) {
    for (const event of events) texts.push(JSON.stringify(accepted(event)))
    if (texts.length >= most) break
  }
  return texts
}

function accepted(sent: unknown): Event {
  const parsed = parseEvent(sent)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.event
}
