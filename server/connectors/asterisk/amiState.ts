import { z } from 'zod'
import { LegRole, VisitOutcome } from '../../../shared/events/contact.ts'
import { bound, entries } from './entries.ts'

/**
 * What a reader of an AMI connection knows: channels, and what they are in the contact's words. It
 * is kept as JSON, so that a restart or a cut loses nothing that was open.
 */

const Uid = z.string()

/** How the last visit of a channel went, which says why its next one begins. */
const LastVisit = z.enum(['abandoned', 'unanswered', 'talking', 'talked'])

/** One leg of a call as Asterisk sees it, from Newchannel to Hangup. */
const Channel = z.object({
  name: z.string(),
  linkedId: z.string(),
  number: z.string(),
  startedAtMs: z.int(),
  /** It was seen to begin; false for one that was there before we listened. */
  seen: z.boolean(),
  /** The far end called us; false where Asterisk called it. */
  incoming: z.boolean(),
  /** The other half of a Local channel, which is a pipe within Asterisk. */
  twin: Uid.nullable(),
  /** The far end asked to hang up. */
  hangupRequested: z.boolean(),
  /** How many queues it entered under this Uniqueid. */
  visits: z.int(),
  last: LastVisit.nullable(),
})
export type Channel = z.output<typeof Channel>

const Contact = z.object({
  contactId: z.string(),
  /** The channel of the customer (or of the agent who dials); another one after a transfer. */
  carrier: Uid,
  customer: z.string().nullable(),
  /** Whether anybody talked, and how its last visit ended, which tell how the contact did. */
  handled: z.boolean(),
  outcome: VisitOutcome.nullable(),
  carrierGone: z.boolean(),
  /** Its newest visit, for what is learnt of it later; null for a direct call. */
  visit: z.object({ visitId: z.string(), queue: z.string(), atMs: z.int() }).nullable(),
  /** How often each agent's phone rang outside of a queue. */
  rings: entries(z.int()),
})
export type Contact = z.output<typeof Contact>

const Visit = z.object({
  visitId: z.string(),
  contactId: z.string(),
  /** The channel that waits; another one after a transfer. */
  channel: Uid,
  queue: z.string(),
  atMs: z.int(),
  /** Known from a list of who waits, not from its beginning. */
  listed: z.boolean(),
  rings: entries(z.int()),
  /** QueueCallerAbandon came, which is also sent for timeouts and the like. */
  abandoning: z.boolean(),
  /** It left the queue; why is told by what comes next. */
  left: z.object({ atMs: z.int(), receivedAtMs: z.int() }).nullable(),
})
export type Visit = z.output<typeof Visit>

const Offer = z.object({
  offerId: z.string(),
  contactId: z.string(),
  visitId: z.string().nullable(),
  agent: z.string(),
  atMs: z.int(),
  /** The agent's own phone, where a Local channel stands in front of it. */
  phone: Uid,
  dialStatus: z.string().nullable(),
  /** It rings no longer; how it ended is told by the phone's hangup cause. */
  ended: z
    .object({ atMs: z.int(), receivedAtMs: z.int(), unanswered: z.boolean(), dumped: z.boolean() })
    .nullable(),
})
export type Offer = z.output<typeof Offer>

const EndedBy = z.enum(['customer', 'agent', 'transfer'])
export type EndedBy = z.output<typeof EndedBy>

const Leg = z.object({
  legId: z.string(),
  contactId: z.string(),
  queue: z.string().nullable(),
  agent: z.string(),
  role: LegRole.nullable(),
  /** The channel that was called, and the agent's own phone behind it. */
  channel: Uid,
  phone: Uid,
  atMs: z.int(),
  holdS: z.int().nullable(),
  held: z.boolean(),
  ended: z.object({ atMs: z.int(), receivedAtMs: z.int(), by: EndedBy.nullable() }).nullable(),
  /** Asterisk's own end of it came (AgentComplete), or none will. */
  completed: z.boolean(),
})
export type Leg = z.output<typeof Leg>

/** A call outside of a queue: by an agent, or straight to one. Kept by the called channel. */
const Dial = z.object({
  kind: z.enum(['outbound', 'internal', 'direct']),
  contactId: z.string(),
  from: Uid,
  caller: z.string().nullable(),
  callee: z.string().nullable(),
})
export type Dial = z.output<typeof Dial>

const Member = z.object({
  queue: z.string(),
  agent: z.string(),
  paused: z.boolean(),
  status: z.int(),
  inCall: z.boolean(),
  /** When the agent's last call from the queue ended; null: never, or not told. */
  lastCallAtMs: z.int().nullable(),
})
export type Member = z.output<typeof Member>

export const AmiState = z.object({
  version: z.literal(1),
  /** When the newest packet was received (or happened, if that is not known); null before it. */
  seenAtMs: z.int().nullable(),
  bootedAtMs: z.int().nullable(),
  sequence: z.int(),
  /** The connection sends VarSet, so that outcomes are told and need not be worked out. */
  varsSeen: z.boolean(),
  channels: entries(Channel),
  contacts: entries(Contact),
  visits: entries(Visit),
  /** Who waits: channel → visit. */
  waiting: entries(z.string()),
  offers: entries(Offer),
  legs: entries(Leg),
  dials: entries(Dial),
  /** By queue and interface. */
  members: entries(Member),
  /** Phone (`PJSIP/101`) → agent, and hint (`201@ext-local`) → phone. */
  phones: entries(z.string()),
  hints: entries(z.string()),
  /** Whether each agent's phone can be reached. */
  present: entries(z.boolean()),
  /** Since when nothing was heard, until the lists after a reconnect are complete. */
  cutAtMs: z.int().nullable(),
  /** When it was last decided what no packet explained. */
  settledAtMs: z.int(),
})
export type AmiState = z.output<typeof AmiState>

export const emptyAmiState = (): AmiState => ({
  version: 1,
  seenAtMs: null,
  bootedAtMs: null,
  sequence: 0,
  varsSeen: false,
  channels: new Map(),
  contacts: new Map(),
  visits: new Map(),
  waiting: new Map(),
  offers: new Map(),
  legs: new Map(),
  dials: new Map(),
  members: new Map(),
  phones: new Map(),
  hints: new Map(),
  present: new Map(),
  cutAtMs: null,
  settledAtMs: 0,
})

/** Forgets every call: Asterisk was restarted, and no call of before goes on. */
export function forgetCalls(state: AmiState): void {
  for (const map of [state.channels, state.contacts, state.visits, state.waiting]) map.clear()
  for (const map of [state.offers, state.legs, state.dials]) map.clear()
}

/** More than the largest PBX has at once: beyond it the oldest are forgotten. */
const MOST = 100_000

export function boundAmiState(state: AmiState): void {
  for (const map of [state.channels, state.contacts, state.visits, state.waiting]) bound(map, MOST)
  for (const map of [state.offers, state.legs, state.dials, state.members]) bound(map, MOST)
  for (const map of [state.phones, state.hints, state.present]) bound(map, MOST)
}

/** A channel's phone: its name without the call's number, `PJSIP/101` of `PJSIP/101-0000002a`. */
export const phoneOf = (channelName: string): string =>
  channelName.replace(/-[0-9a-f]+(;[12])?$/, '')

/** The agent whose phone a channel is; null for a trunk, a Local channel or an unknown phone. */
export function agentOf(state: AmiState, uid: string): string | null {
  const channel = state.channels.get(uid)
  return channel ? (state.phones.get(phoneOf(channel.name)) ?? null) : null
}

/** The leg that a channel, or the phone behind it, takes part in: an open one first. */
export function legOf(state: AmiState, uid: string): Leg | null {
  let ended: Leg | null = null
  for (const leg of state.legs.values()) {
    if (leg.channel !== uid && leg.phone !== uid) continue
    if (!leg.ended) return leg
    ended = leg
  }
  return ended
}

/** The contact that a channel carries: its own, or that of the leg behind a Local channel. */
export function contactOf(state: AmiState, uid: string): Contact | null {
  let own: Contact | null = null
  for (const contact of state.contacts.values()) if (contact.carrier === uid) own = contact
  if (own) return own
  const twin = state.channels.get(uid)?.twin
  const leg = twin === null || twin === undefined ? null : legOf(state, twin)
  return leg ? (state.contacts.get(leg.contactId) ?? null) : null
}

/** The visit with which a channel waits. */
export function visitOf(state: AmiState, uid: string): Visit | null {
  const visitId = state.waiting.get(uid)
  return visitId === undefined ? null : (state.visits.get(visitId) ?? null)
}

/** The channel that waits became another one, by a transfer: the visit goes on with that. */
export function moveVisit(state: AmiState, visit: Visit, uid: string): void {
  if (state.waiting.get(visit.channel) === visit.visitId) state.waiting.delete(visit.channel)
  visit.channel = uid
  state.waiting.set(uid, visit.visitId)
}
