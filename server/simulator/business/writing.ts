/** The time that somebody takes for a mail: a contact of its own, so that it is in agents' time. */
import { MINUTE_MS } from '../../../shared/time.ts'
import type { Story } from './story.ts'

/** Reading, looking up and writing. */
const WORK_MEDIAN_MS = 3.5 * MINUTE_MS
const WORK_SIGMA = 0.5

export type Written = {
  contactId: string
  agent: string
  queue: string | null
  customer: string
  arrivedMs: number
  doneMs: number
}

/** Tells of the work on a mail, which begins after it has arrived and ends with the reply. */
export function tellWork(story: Story, written: Written): void {
  const { contactId, agent, queue, customer, arrivedMs, doneMs } = written
  const workMs = story.random.logNormal(WORK_MEDIAN_MS, WORK_SIGMA)
  const beginsMs = Math.max(arrivedMs, doneMs - workMs)
  const leg = { contactId, legId: `${contactId}/L1`, agent }
  story.say(arrivedMs, 'contact.started', {
    ...{ contactId, channel: 'email', direction: 'inbound', customer },
  })
  story.say(beginsMs, 'contact.connected', {
    ...{ ...leg, role: 'primary' },
    ...(queue === null ? {} : { queue }),
  })
  story.say(doneMs, 'contact.disconnected', { ...leg, by: 'agent' })
  story.say(doneMs, 'contact.ended', { contactId, final: 'handled' })
}
