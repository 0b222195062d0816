import type { SubjectKey } from '../subject.ts'
import { DAY_MS, MINUTE_MS } from '../../../shared/time.ts'

/** How subjects are named: their kind, then what they are. One place, so that all agree. */

/** Quarters, or days, that are remembered at a time, and agents in each: a megabyte a quarter. */
const FEW = 8
const MANY = 10_000

/** A key's part of free text; a slash in it would look like the end of the part. */
const part = (text: string): string => (plain.test(text) ? text : encodeURIComponent(text))
const plain = /^[\w.~-]*$/

export const kindOf = (key: SubjectKey): string => key.slice(0, key.indexOf('/'))

/** An object of a system, such as a contact: `contact/asterisk/pbx-1#1795283607.0`. */
export const objectKey = (kind: string, system: string, id: string): SubjectKey =>
  `${kind}${system}#${id}`

/**
 * The system and id that a reference means: `/asterisk/pbx-1#42` says both, a bare `42` belongs to
 * the system given.
 */
export function splitReference(reference: string, system: string): { system: string; id: string } {
  const hash = reference.indexOf('#')
  return reference.startsWith('/') && hash > 1
    ? { system: reference.slice(0, hash), id: reference.slice(hash + 1) }
    : { system, id: reference }
}

/** The account that a reference means, of the given system unless it says which. */
export function accountKey(reference: string, system: string): SubjectKey {
  const account = splitReference(reference, system)
  return objectKey('customer', account.system, account.id)
}

/** The system of an object's subject: `/crm/1` of `order/crm/1#77`. */
export const systemOfKey = (key: SubjectKey): string =>
  key.slice(kindOf(key).length, key.indexOf('#'))

/**
 * The unit in which an agent's time is kept. Short, so that an event of a busy agent derives, and
 * stores, a few calls anew and not a whole day.
 */
const AGENT_TIME_MS = 15 * MINUTE_MS

/** An agent's quarter of an hour, by UTC: `agentTime/Anna%20Berg/2026-11-21T10:15`. */
export const agentTimeKey = (agent: string, atMs: number): SubjectKey =>
  timeKeys(Math.floor(atMs / AGENT_TIME_MS) * AGENT_TIME_MS)(agent)

/** When the time that a key names begins. */
export const startOf = (key: SubjectKey): number => msOf(key.slice(key.lastIndexOf('/') + 1))

/** What there is of an agent's UTC day: its times, so that each knows the next, and its plan. */
export const agentDayKey = (agent: string, atMs: number): SubjectKey =>
  dayKeys(Math.floor(atMs / DAY_MS) * DAY_MS)(agent)

/**
 * Most events name an agent, nearly always at the same few instants: then the key is the very text
 * that it was, which costs nothing to find a subject by.
 */
const timeKeys = remembered(FEW, (startMs: number) => {
  const start = new Date(startMs).toISOString().slice(0, 16)
  return remembered(MANY, (agent: string): SubjectKey => `agentTime/${part(agent)}/${start}`)
})
const dayKeys = remembered(FEW, (startMs: number) => {
  const day = new Date(startMs).toISOString().slice(0, 10)
  return remembered(MANY, (agent: string): SubjectKey => `agentDay/${part(agent)}/${day}`)
})
const agentKeys = remembered(MANY, (agent: string): SubjectKey => `agent/${part(agent)}`)
const msOf = remembered(MANY, (start: string) => Date.parse(`${start}:00.000Z`))

/** A function that remembers so many values; when there would be more it forgets them all. */
function remembered<Key, Value>(most: number, work: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found
    if (known.size >= most) known.clear()
    const value = work(key)
    known.set(key, value)
    return value
  }
}

/** The days of an agent that there are. */
export const agentKey = (agent: string): SubjectKey => agentKeys(agent)

/** The subject that lists an agent's day. */
export const agentOfDay = (day: SubjectKey): SubjectKey =>
  `agent${day.slice(day.indexOf('/'), day.lastIndexOf('/'))}`

export const matterKey = (customer: string, matter: string): SubjectKey =>
  `matter/${part(customer)}/${part(matter)}`

/** What a system says of itself: restarts, gaps, and what it takes back. */
export const systemKey = (system: string): SubjectKey => `system${system}`

/** The plan of an agent's local day. */
export const planKey = (agent: string, day: string): SubjectKey => `plan/${part(agent)}/${day}`

/** Whose plan of which day a key names. */
export function planOf(key: SubjectKey): { agent: string; day: string } {
  const [, agent = '', day = ''] = key.split('/')
  return { agent: decodeURIComponent(agent), day }
}

/** The UTC days that a span touches, as instants in each. */
export function daysOf(fromMs: number, toMs: number): number[] {
  const days: number[] = []
  for (let dayMs = Math.floor(fromMs / DAY_MS) * DAY_MS; dayMs < toMs; dayMs += DAY_MS) {
    days.push(dayMs)
  }
  return days
}

/** What a subject's key says of it. */
export type SubjectName = {
  kind: string
  /** The system that its ids belong to; null: it is a person's, a customer's, or a system itself. */
  system: string | null
  /** Of an agent's time: whose it is, when it begins, and the subjects that it is listed with. */
  time: { agent: string; startMs: number; agentKey: SubjectKey; dayKey: SubjectKey } | null
}

/** Kinds whose subjects are named by a person, a customer or a system, and not by a system's id. */
const withoutSystem: ReadonlySet<string> = new Set([
  'agentTime',
  'agentDay',
  'agent',
  'plan',
  'matter',
  'system',
])

export function nameOf(key: SubjectKey): SubjectName {
  const kind = kindOf(key)
  if (kind === 'agentTime') {
    const agent = decodeURIComponent(key.slice(kind.length + 1, key.lastIndexOf('/')))
    const startMs = startOf(key)
    const time = { agent, startMs, agentKey: agentKey(agent), dayKey: agentDayKey(agent, startMs) }
    return { kind, system: null, time }
  }
  return { kind, system: systemIn(key), time: null }
}

/** The system that a subject's ids belong to; null where it has none, such as an agent's day. */
export function systemIn(key: SubjectKey): string | null {
  const kind = kindOf(key)
  const hash = withoutSystem.has(kind) ? -1 : key.indexOf('#')
  return hash === -1 ? null : key.slice(kind.length, hash)
}
