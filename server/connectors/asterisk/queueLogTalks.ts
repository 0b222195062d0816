import type { SentData } from './reading.ts'
import type { Fate, Turn } from './queueLogEvents.ts'
import { whole } from './queueLogEvents.ts'
import type { OpenLeg } from './queueLogState.ts'
import { takeLeg } from './queueLogState.ts'

/** The ends of talks in a queue_log: hung up by either side, or handed on. */

const ENDED: Fate = { skipped: 'the end of a talk that was over, or began before this log' }

function legOf({ state, line, agent }: Turn, hold?: string, talk?: string): OpenLeg | Fate {
  const holdS = whole(hold)
  const talkS = whole(talk)
  if (line.queue === null || agent === null || holdS === null || talkS === null) {
    return { rejected: `${line.event} without queue, agent, wait or talk time` }
  }
  const { callId, queue, epoch } = line
  return takeLeg(state, { callId, queue, agent, epoch, holdS, talkS }) ?? ENDED
}

const isLeg = (found: OpenLeg | Fate): found is OpenLeg => found !== null && 'legId' in found

export const complete =
  (by: 'customer' | 'agent') =>
  (turn: Turn): Fate => {
    const [hold, talk] = turn.line.data
    const leg = legOf(turn, hold, talk)
    if (!isLeg(leg)) return leg
    if (leg.moved) return ENDED
    const { contactId, legId, agent } = leg
    turn.say('contact.disconnected', { contactId, legId, agent, by })
    const call = turn.state.calls.get(leg.callId)
    if (call?.last === 'talking') call.last = 'talked'
    return null
  }

/** How many columns from the right hold wait, talk and position of a transfer. */
const TRANSFER_TAIL = 3

/** The columns before the last three vary: they say where the call went. */
const transfer =
  (kind: 'blind' | 'attended', to: (data: readonly string[]) => Destination) =>
  (turn: Turn): Fate => {
    const { data } = turn.line
    const [hold, talk] = data.slice(-TRANSFER_TAIL)
    const leg = legOf(turn, hold, talk)
    if (!isLeg(leg)) return leg
    const { contactId, legId, agent } = leg
    turn.say('contact.transferred', {
      contactId,
      fromLegId: legId,
      kind,
      ...to(data.slice(0, -TRANSFER_TAIL)),
      result: 'completed',
    })
    // Asterisk may log the transfer after the call has entered its next queue.
    if (leg.moved) return null
    turn.say('contact.disconnected', { contactId, legId, agent, by: 'transfer' })
    return null
  }

type Destination = Pick<SentData<'contact.transferred'>, 'toType' | 'to'>

/** `exten|context`: a number of the dialplan, which may be anything. */
export const blindTransfer = transfer('blind', ([extension = '']) => ({
  toType: 'unknown',
  ...(extension === '' ? {} : { to: extension }),
}))

/** `BRIDGE|…` to somebody, `APP|Queue` into a queue that the line does not name, `LINK|…`. */
export const attendedTransfer = transfer('attended', ([method, application]) => ({
  toType: method === 'APP' && application === 'Queue' ? 'queue' : 'unknown',
}))
