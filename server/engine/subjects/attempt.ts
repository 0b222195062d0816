import { isOf } from '../facts.ts'
import type { Standing } from '../facts.ts'
import type { Settings } from '../settings.ts'
import { creditedTo } from './account.ts'
import { objectKey, splitReference } from './keys.ts'
import { nothingDerived } from './kind.ts'
import type { Booking, DeriveInput, Derived, Kind } from './kind.ts'
import { touchFeeds } from './touches.ts'

/**
 * An attempt to reach a customer: a dial.
 *
 *     attempted ──► ringing ──► completed: connected (a conversation) | machine | noAnswer | …
 *
 * It is said by a feed, or implied by an outbound contact of which no attempt tells; that attempt
 * bears the contact's id. Dials of a system that is not its agent's authority are not counted.
 */
export const attempt: Kind = { version: 3, derive: deriveAttempt }

/** What an outbound contact tells the attempt that it implies. */
export type DialledFeed = {
  atMs: number
  /** As the feed names the agent; null: nobody is named. */
  agent: string | null
  campaign: string | null
  /** Whether the customer talked with an agent. */
  talked: boolean
}

/** Under which id a contact feeds the attempt that it implies. */
export const DIALLED = 'dialled'
/** Under which id an attempt tells the one that its contact would imply that it stands for it. */
const STOOD_FOR = 'stoodFor'

function deriveAttempt({ key, standing, fed, settings }: DeriveInput): Derived {
  const said = standing.find((fact) => isOf(fact, 'outbound.attempted')) ?? null
  const completed = standing.find((fact) => isOf(fact, 'outbound.completed')) ?? null
  // Fed by our own subject, by this type.
  const dialled = fed.find(({ id }) => id === DIALLED)?.data as DialledFeed | undefined
  const isStoodFor = fed.some(({ id }) => id === STOOD_FOR)
  const dial = dialOf(said, isStoodFor ? undefined : dialled)
  if (!dial) return { ...nothingDerived, unopened: completed && !dialled ? 1 : 0 }

  const system = key.slice('attempt'.length, key.indexOf('#'))
  const { atMs, agent, campaign } = dial
  const agentKey = agent === null ? null : settings.agentKey(agent)
  const authority = settings.dialSystem(agentKey, atMs)
  if (authority !== null && authority !== system) return nothingDerived

  const account = {
    detail: null,
    fromMs: atMs,
    toMs: atMs,
    amount: 1,
    ...creditedTo(settings, agent, atMs, { campaign: campaign ?? undefined }),
  }
  const bookings: Booking[] = [{ ...account, counter: 'dials' }]
  const isTalk = completed ? completed.data.result === 'connected' : dial.talked
  if (isTalk) bookings.push({ ...account, counter: 'conversations' })
  const touch = {
    ...({ touch: 'attempt', kind: null, atMs, agent: agentKey } as const),
    ...(campaign !== null && { campaign }),
  }
  return {
    ...nothingDerived,
    bookings,
    feeds: [
      ...standsFor(key, settings, said),
      ...(said ? touchFeeds(system, said.data, 'attempt', touch) : []),
    ],
  }
}

function dialOf(
  said: Standing<'outbound.attempted'> | null,
  dialled: DialledFeed | undefined,
): DialledFeed | null {
  if (!said) return dialled ?? null
  return {
    atMs: said.atMs,
    agent: said.data.agent ?? dialled?.agent ?? null,
    campaign: said.data.campaign ?? dialled?.campaign ?? null,
    talked: dialled?.talked ?? false,
  }
}

/** The attempt that the contact of this one would imply: it need not count. */
function standsFor(
  key: string,
  settings: Settings,
  said: Standing<'outbound.attempted'> | null,
): Derived['feeds'] {
  if (said?.data.contactId === undefined) return []
  const own = settings.systemOfContacts(said.source)
  const contact = splitReference(said.data.contactId, own)
  const to = objectKey('attempt', contact.system, contact.id)
  return to === key ? [] : [{ to, id: STOOD_FOR, data: {} }]
}
