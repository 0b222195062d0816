import { SECOND_MS } from '../../../shared/time.ts'
import { beginLeg, SAME_TALK_MS } from './amiLegs.ts'
import { endOffer } from './amiOffers.ts'
import { moveVisit, visitOf } from './amiState.ts'
import type { Visit } from './amiState.ts'
import type { Fate, Turn } from './amiTurn.ts'
import { EARLIER, lacks, whole } from './amiTurn.ts'
import { endVisit } from './amiVisits.ts'

/** A caller who waited is connected to an agent: the visit and the ring end, a talk begins. */

/** The visit of an answered call whose channel was renamed, and whose transfer was not seen. */
function waitedSince(turn: Turn, queue: string, holdS: number | null): Visit | null {
  if (holdS === null) return null
  const sinceMs = turn.atMs - holdS * SECOND_MS
  const fitting = [...turn.state.visits.values()].filter(
    (visit) => visit.queue === queue && Math.abs(visit.atMs - sinceMs) <= SAME_TALK_MS,
  )
  return fitting.length === 1 ? (fitting[0] ?? null) : null
}

export function agentConnect(turn: Turn): Fate {
  const { state, get, atMs } = turn
  const uid = get('uniqueid')
  const legId = get('destuniqueid')
  const agent = get('membername')
  const queue = get('queue')
  if (uid === '' || legId === '' || agent === '' || queue === '') {
    return lacks('Uniqueid, DestUniqueid, MemberName or Queue')
  }
  const holdS = whole(get('holdtime'))
  const own = visitOf(state, uid)
  const visit = own?.queue === queue ? own : waitedSince(turn, queue, holdS)
  if (!visit) return EARLIER
  const phone = state.offers.get(legId)?.phone ?? legId
  endOffer(turn, legId, 'accepted', atMs)
  moveVisit(state, visit, uid)
  endVisit(turn, visit, 'answered', { atMs, agent })
  beginLeg(turn, {
    legId,
    contactId: visit.contactId,
    agent,
    channel: legId,
    phone,
    visit,
    role: null,
    direction: null,
    holdS,
  })
  return null
}
