import { SECOND_MS } from '../../../shared/time.ts'
import type { AmiState, Member } from './amiState.ts'
import type { Fate, Turn } from './amiTurn.ts'
import { lacks, whole } from './amiTurn.ts'

/** Who is a member of which queue, paused or not, and whether the phone can be reached. */

/** Asterisk's states of a device in which no call can reach it. */
const INVALID = 4
const UNAVAILABLE = 5

const keyOf = (queue: string, phone: string): string => `${queue}\n${phone}`

/** A member as a packet describes it; events and lists name the columns differently. */
type Described = { queue: string; agent: string; phone: string }

function describe({ get }: Turn): Described | null {
  const queue = get('queue')
  const agent = get('membername') || get('name')
  const phone = get('interface') || get('location')
  return queue === '' || agent === '' || phone === '' ? null : { queue, agent, phone }
}

const INCOMPLETE = lacks('Queue, MemberName or Interface')
const HINT = 'hint:'

/** Learns which phone is whose. A Local channel is no phone; its hint names the one behind it. */
function learnPhone({ state, get }: Turn, { agent, phone }: Described): void {
  if (!phone.startsWith('Local/')) state.phones.set(phone, agent)
  const device = get('stateinterface')
  if (!device.startsWith(HINT)) return
  const behind = state.hints.get(device.slice(HINT.length))
  if (behind !== undefined) state.phones.set(behind, agent)
}

/** A hint's phones: `PJSIP/201`, or several joined by `&`. */
export function extensionStatus({ state, get }: Turn): Fate {
  const phone = get('hint').split('&')[0] ?? ''
  if (phone === '' || phone.includes(':')) return { skipped: 'ExtensionStatus without a phone' }
  state.hints.set(`${get('exten')}@${get('context')}`, phone)
  return null
}

/**
 * Says whether an agent is there at all: a member of some queue, with a phone that can be reached.
 * Only a change is said, and what is known for the first time.
 */
function sayPresence(turn: Turn, agent: string): void {
  const { state, say } = turn
  const own = [...state.members.values()].filter((member) => member.agent === agent)
  const present = own.some(({ status }) => status !== UNAVAILABLE && status !== INVALID)
  if (state.present.get(agent) === present) return
  state.present.set(agent, present)
  const paused = present && own.every((member) => member.paused)
  const there = paused ? 'notReady' : 'available'
  say('agent.stateChanged', { agent, state: present ? there : 'signedOut', provenance: 'derived' })
}

/** Whole seconds since 1970, in ten digits, in a column where 0 means never. */
const epochSeconds = /^[1-9]\d{9}$/

function since(turn: Turn, column: string): number | null {
  const text = turn.get(column)
  return epochSeconds.test(text) ? Number(text) * SECOND_MS : null
}

function remember(turn: Turn, described: Described): { member: Member; known: Member | null } {
  const { state, get } = turn
  const key = keyOf(described.queue, described.phone)
  const known = state.members.get(key) ?? null
  const member: Member = {
    queue: described.queue,
    agent: described.agent,
    paused: get('paused') === '1',
    status: whole(get('status')) ?? 0,
    inCall: get('incall') === '1',
    lastCallAtMs: since(turn, 'lastcall'),
  }
  state.members.set(key, member)
  learnPhone(turn, described)
  return { member, known }
}

const reasonIn = ({ get }: Turn): { reason?: string } =>
  get('pausedreason') === '' ? {} : { reason: get('pausedreason') }

export function memberAdded(turn: Turn): Fate {
  const described = describe(turn)
  if (!described) return INCOMPLETE
  const { queue, agent } = described
  const { member } = remember(turn, described)
  turn.say('agent.queueChanged', { agent, queue, action: 'joined' })
  if (member.paused) {
    turn.say('agent.queueChanged', { agent, queue, action: 'paused', ...reasonIn(turn) })
  }
  sayPresence(turn, agent)
  return null
}

export function memberRemoved(turn: Turn): Fate {
  const described = describe(turn)
  if (!described) return INCOMPLETE
  const { queue, agent, phone } = described
  turn.state.members.delete(keyOf(queue, phone))
  turn.say('agent.queueChanged', { agent, queue, action: 'left' })
  sayPresence(turn, agent)
  return null
}

export function memberPause(turn: Turn): Fate {
  const described = describe(turn)
  if (!described) return INCOMPLETE
  const { queue, agent } = described
  const { member } = remember(turn, described)
  const action = member.paused ? 'paused' : 'unpaused'
  turn.say('agent.queueChanged', { agent, queue, action, ...reasonIn(turn) })
  sayPresence(turn, agent)
  return null
}

export function memberStatus(turn: Turn): Fate {
  const described = describe(turn)
  if (!described) return INCOMPLETE
  remember(turn, described)
  sayPresence(turn, described.agent)
  return null
}

/**
 * A member in a list: what was not known of it yet. The list has the second in which it joined and
 * was last paused; when it was unpaused is only known to have been before now.
 */
export function memberListed(turn: Turn): Fate {
  const described = describe(turn)
  if (!described) return INCOMPLETE
  const { queue, agent } = described
  const { member, known } = remember(turn, described)
  const { say } = turn
  const pausedAtMs = since(turn, 'lastpause')
  if (!known) {
    const atMs = since(turn, 'logintime')
    const joined = { agent, queue, action: 'joined' as const }
    if (atMs === null) say('agent.queueChanged', { ...joined, provenance: 'derived' })
    else say('agent.queueChanged', joined, { atMs, precision: 's' })
  }
  if (member.paused && !known?.paused) {
    const paused = { agent, queue, action: 'paused' as const, ...reasonIn(turn) }
    if (pausedAtMs === null) say('agent.queueChanged', { ...paused, provenance: 'derived' })
    else say('agent.queueChanged', paused, { atMs: pausedAtMs, precision: 's' })
  }
  const wasPaused = known ? known.paused : pausedAtMs !== null
  if (!member.paused && wasPaused) {
    say('agent.queueChanged', { agent, queue, action: 'unpaused', provenance: 'derived' })
  }
  sayPresence(turn, agent)
  return null
}

/** Members that a complete list of their queue no longer has. */
export function leaveUnlisted(
  turn: Turn,
  queues: ReadonlySet<string>,
  listed: ReadonlySet<string>,
): void {
  for (const [key, { queue, agent }] of turn.state.members) {
    if (!queues.has(queue) || listed.has(key)) continue
    turn.state.members.delete(key)
    turn.say('agent.queueChanged', { agent, queue, action: 'left', provenance: 'derived' })
    sayPresence(turn, agent)
  }
}

/** The key under which a listed member is known; null where the packet describes none. */
export function listedKey(turn: Turn): string | null {
  const described = describe(turn)
  return described ? keyOf(described.queue, described.phone) : null
}

/** Whether any queue says that the agent is in one of its calls. */
export const inCall = (state: AmiState, agent: string): boolean =>
  [...state.members.values()].some((member) => member.agent === agent && member.inCall)

/** When a queue says that an agent's last call from it ended; null where it does not. */
export function lastCallOf(state: AmiState, agent: string, queue: string | null): number | null {
  const told = [...state.members.values()].find(
    (member) => member.agent === agent && member.queue === queue,
  )
  return told?.lastCallAtMs ?? null
}
