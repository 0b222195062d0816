/** The bodies that ingest is measured with: about 250 bytes an event, as most events are. */
import { sentEvent } from '../sentEvents.ts'

export type Bodies = {
  /** The first body's number: other numbers are other events. */
  from: number
  count: number
  /** Events in each. */
  events: number
}

export function bodiesOf({ from, count, events }: Bodies): string[] {
  return Array.from({ length: count }, (_, n) => {
    const first = (from + n) * events
    return JSON.stringify(Array.from({ length: events }, (_event, m) => event(first + m)))
  })
}

function event(n: number): unknown {
  const sent = sentEvent(n)
  return { ...sent, data: { ...sent.data, channel: 'voice', customer: '+815012345678' } }
}
