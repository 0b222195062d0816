import { DIALLED } from '../attempt.ts'
import type { DialledFeed } from '../attempt.ts'
import type { SubjectKey } from '../../subject.ts'
import type { Derived } from '../kind.ts'
import type { Resolved } from './resolved.ts'

/**
 * What an outbound call tells the attempt that it implies, which bears its id. Outbound contacts of
 * written channels are no dials.
 */
export function dialFeeds(key: SubjectKey, { facts, legs, offers }: Resolved): Derived['feeds'] {
  const { direction, campaign, channel } = facts
  if (direction !== 'outbound' && direction !== null) return []
  const own = legs.filter((leg) => leg.role === 'primary' && leg.direction === 'outbound')
  const isOutbound = direction === 'outbound' || own.length > 0
  const isCall = channel === null || channel === 'voice' || channel === 'video'
  if (!isOutbound || !isCall) return []
  const [leg] = own.sort((a, b) => a.connectedAtMs - b.connectedAtMs || (a.leg < b.leg ? -1 : 1))
  const [offer] = [...offers].sort(
    (a, b) => a.offeredAtMs - b.offeredAtMs || (a.offer < b.offer ? -1 : 1),
  )
  const data: DialledFeed = {
    atMs: facts.firstAtMs,
    agent: leg?.agent ?? offer?.agent ?? null,
    campaign,
    talked: leg !== undefined,
  }
  return [{ to: `attempt${key.slice('contact'.length)}`, id: DIALLED, data }]
}
