import type { SubjectKey } from '../../subject.ts'
import { agentTimeKey } from '../keys.ts'
import type { Derived } from '../kind.ts'
import type { ActivityFeed } from '../agentTime/activity.ts'
import { channelOf } from './resolved.ts'
import type { Resolved } from './resolved.ts'

/**
 * What a contact tells its agents' times: when each was on a contact, in wrap-up, or rung. Each
 * goes to the time in which it began, which passes on what reaches beyond it.
 */
export function agentFeeds(key: SubjectKey, resolved: Resolved): Derived['feeds'][number][] {
  const { settings, legs, offers } = resolved
  const feeds: { to: SubjectKey; id: string; data: ActivityFeed }[] = []
  const feed = (name: string, fromMs: number, id: string, data: ActivityFeed) => {
    feeds.push({ to: agentTimeKey(settings.agentKey(name), fromMs), id: `${key}/${id}`, data })
  }
  for (const leg of legs) {
    if (leg.role === 'monitor' || leg.role === 'coach' || leg.role === 'barge') continue
    feed(leg.agent, leg.connectedAtMs, `leg/${leg.leg}`, {
      activity: 'contact',
      fromMs: leg.connectedAtMs,
      toMs: leg.end?.atMs ?? null,
    })
    if (leg.wrapUp === null) continue
    const queue = leg.queue === null ? null : settings.queueKey(leg.queue)
    const limitSeconds =
      queue === null
        ? null
        : (settings.queueAt(queue, leg.wrapUp.startMs)?.wrapUpLimitSeconds ?? null)
    const isInbound = leg.direction === 'inbound' && !leg.visit?.isCallback
    feed(leg.agent, leg.wrapUp.startMs, `wrap/${leg.leg}`, {
      activity: 'wrapUp',
      fromMs: leg.wrapUp.startMs,
      toMs: leg.wrapUp.endMs,
      limitMs: limitSeconds === null ? null : limitSeconds * 1_000,
      // The wrap-up of a handling is dated, and sited, at the end of the talk; that of a consulted
      // agent is the agent's time only.
      books:
        leg.role === 'primary' && leg.end && !leg.end.lost && leg.direction !== 'internal'
          ? {
              counter: isInbound ? 'wrapMs' : 'outboundWrapMs',
              atMs: leg.end.atMs,
              contact: key,
              queue,
              channel: channelOf(resolved, leg.visit?.channel ?? null, queue ?? ''),
              campaign: resolved.facts.campaign,
            }
          : null,
    })
  }
  for (const offer of offers) {
    if (offer.end && offer.end.atMs <= offer.offeredAtMs) continue
    feed(offer.agent, offer.offeredAtMs, `ring/${offer.offer}`, {
      activity: 'ringing',
      fromMs: offer.offeredAtMs,
      toMs: offer.end?.atMs ?? null,
    })
  }
  return feeds
}
