import { Directory } from '../../shared/directory.ts'
import type { Entry } from '../../shared/entry.ts'
import type { Event } from '../../shared/events/event.ts'
import { systemOf } from '../../shared/events/event.ts'
import type { Retractions } from './facts.ts'
import {
  difference,
  dueOf,
  fedOf,
  heldOf,
  isSame,
  newHeld,
  recordOf,
  standingFacts,
  withFed,
  withReport,
} from './held.ts'
import type { Held } from './held.ts'
import { retracted, retractedKey, routesOf } from './route.ts'
import { settingsOver } from './settings.ts'
import type { DatedDirectory, Settings } from './settings.ts'
import type { Discovered, Engine, Fed, Folded, SubjectKey } from './subject.ts'
import {
  agentDayKey,
  agentKey,
  agentTimeKey,
  agentTimeOf,
  kindOf,
  planKey,
  planOf,
  systemKey,
} from './subjects/keys.ts'
import type { DeriveInput, Kind } from './subjects/kind.ts'
import { kinds as ourKinds } from './subjects/registry.ts'
import type { Kinds } from './subjects/registry.ts'

/**
 * The fold: take a subject's function again when one of its facts changes, book the difference to
 * what is booked, and tell the subjects that it feeds, which do the same.
 *
 *     event ──► report of a fact ──► derive ──► difference ──► entries
 *                                      └──► feeds ──► derive of others …
 *
 * Derive first, apply after: everything is worked out on copies; what throws, or lacks a subject,
 * has changed nothing.
 */

export type EngineOptions = {
  /** The directories put so far; none: the empty one. */
  directories: readonly DatedDirectory[]
  /** The kinds of subjects, where they are not ours. */
  kinds?: Kinds
}

const noRetractions: Retractions = new Map()

/** How an agent's times are listed with its day, and its days with the agent. */
const LISTED = 'listed'

/** What a day, or an agent, lists, in order. Subjects in memory never change, so it is kept. */
const lists = new WeakMap<Held, readonly SubjectKey[]>()
function listed(held: Held): readonly SubjectKey[] {
  const known = lists.get(held)
  if (known) return known
  const list = [...held.fed.values()]
    .filter(({ id }) => id === LISTED)
    .map(({ from }) => from)
    .sort()
  lists.set(held, list)
  return list
}

export function createEngine(options: EngineOptions): Engine {
  const kinds: Kinds = options.kinds ?? ourKinds
  const subjects = new Map<SubjectKey, Held>()
  /** The subject of a part, for held subjects and for parts that were looked up. */
  const parts = new Map<string, SubjectKey | null>()
  const discovered = new Set<string>()
  const directories = [...options.directories]
  let settings = settingsOver(directories)

  const kindFor = (key: SubjectKey): Kind => {
    const kind = kinds[kindOf(key)]
    if (!kind) throw new Error(`No kind of subject for ${key}`)
    return kind
  }

  /** One fold under way: copies of what it touches, what it lacks, and what that keeps waiting. */
  type Work = {
    settings: Settings
    drafts: Map<SubjectKey, Held>
    dirty: Set<SubjectKey>
    lacks: Set<SubjectKey>
    waiting: (() => void)[]
  }
  const begin = (withSettings: Settings): Work => ({
    settings: withSettings,
    drafts: new Map(),
    dirty: new Set(),
    lacks: new Set(),
    waiting: [],
  })

  /** A fold that lacked subjects, and what it was of: asked for again, it goes on from there. */
  let suspended: { of: readonly unknown[]; work: Work } | null = null
  /** The work on these: the suspended one, with all done that waited, or one that is begun. */
  function workOn(of: readonly unknown[], start: (work: Work) => void): Work {
    const before = suspended
    suspended = null
    if (before?.of.length === of.length && before.of.every((one, index) => one === of[index])) {
      const { work } = before
      const { waiting } = work
      work.waiting = []
      work.lacks.clear()
      for (const again of waiting) again()
      return work
    }
    const work = begin(settings)
    start(work)
    return work
  }

  const read = (work: Work, key: SubjectKey): Held | null => {
    const held = work.drafts.get(key) ?? subjects.get(key)
    if (!held) work.lacks.add(key)
    return held ?? null
  }
  const change = (work: Work, held: Held): void => {
    work.drafts.set(held.key, held)
    work.dirty.add(held.key)
  }
  /** Does something with a subject; with one that is lacking, when it has come. */
  const withSubject = (work: Work, key: SubjectKey, use: (held: Held) => void): void => {
    const held = read(work, key)
    if (held) use(held)
    else {
      work.waiting.push(() => {
        withSubject(work, key, use)
      })
    }
  }
  const changeIt = (work: Work, key: SubjectKey): void => {
    withSubject(work, key, (held) => {
      change(work, held)
    })
  }

  /** Derives what is dirty until nothing is, but for what waits for subjects that are lacking. */
  function settle(work: Work): void {
    for (const key of work.dirty) {
      work.dirty.delete(key)
      const held = read(work, key)
      const input = held && inputOf(work, held)
      if (!input) continue
      const derived = kindFor(key).derive(input)
      feed(work, held, derived.feeds)
      // Feeding never comes back to who fed, so the draft is still ours.
      work.drafts.set(key, { ...held, version: kindFor(key).version, derived })
    }
  }

  /** Tells the fed subjects what changed in what they are fed. */
  function feed(work: Work, held: Held, feeds: Held['derived']['feeds']): void {
    const nameOf = ({ to, id }: { to: SubjectKey; id: string }): string => `${to}\n${id}`
    const before = new Map(held.derived.feeds.map((one) => [nameOf(one), one]))
    for (const one of feeds) {
      const known = before.get(nameOf(one))
      before.delete(nameOf(one))
      if (known && isSame(known.data, one.data)) continue
      tell(work, one.to, held.key, one.id, one.data)
    }
    for (const { to, id } of before.values()) tell(work, to, held.key, id, null)
  }

  function tell(
    work: Work,
    to: SubjectKey,
    from: SubjectKey,
    id: string,
    data: Fed['data'] | null,
  ) {
    withSubject(work, to, (target) => {
      change(work, withFed(target, from, id, data))
      if (kindOf(to) !== 'agentDay') return
      // A day keeps the plan; its times are judged by it.
      for (const time of listed(target)) changeIt(work, time)
    })
  }

  /** Null: it is to be derived later, when what it lacks has come, or what it follows is derived. */
  function inputOf(work: Work, held: Held): DeriveInput | null {
    const { key } = held
    const system = systemIn(key)
    const register = system === null ? null : read(work, systemKey(system))
    const isTime = kindOf(key) === 'agentTime'
    const agentTime = isTime ? placeOf(work, held) : { next: null, plans: [] }
    if (agentTime === 'later') return null
    if ((system !== null && !register) || !agentTime) {
      work.waiting.push(() => {
        work.dirty.add(key)
      })
      return null
    }
    const retractions = register ? retractionsOf(register) : noRetractions
    return {
      key,
      facts: [...held.facts.values()],
      standing: standingFacts(held, retractions),
      fed: fedOf(held),
      settings: work.settings,
      restarts: register ? restartsOf(register) : [],
      retractions,
      agentTime,
    }
  }

  /**
   * Where an agent's time stands among the agent's times; null: subjects are lacking. A time comes
   * to be with the first thing said of it, and then cuts the one before, which is derived again,
   * and first: it carries something over into this one.
   */
  function placeOf(work: Work, time: Held): DeriveInput['agentTime'] | 'later' | null {
    const { agent, startMs } = agentTimeOf(time.key)
    const days = read(work, agentKey(agent))
    const day = read(work, agentDayKey(agent, startMs))
    if (!days || !day) return null
    const isTime = time.facts.size > 0 || [...time.fed.values()].some(({ id }) => id !== 'carry')
    const times = listed(day)
    const after = times.find((other) => other > time.key)
    const next = after ?? beside(work, days, day.key, 'after')
    if (next === undefined) return null
    if (isTime !== times.includes(time.key)) {
      const before = times.findLast((other) => other < time.key)
      const previous = before ?? beside(work, days, day.key, 'before')
      const cut = previous === null ? null : previous && read(work, previous)
      if (cut === undefined || (previous !== null && !cut)) return null
      change(work, withFed(day, time.key, LISTED, isTime ? {} : null))
      change(work, withFed(days, day.key, LISTED, isTime || times.length > 1 ? {} : null))
      if (cut) {
        change(work, cut)
        work.dirty.add(time.key)
        return 'later'
      }
    }
    return {
      next: next === null ? null : { key: next, startMs: agentTimeOf(next).startMs },
      plans: [...day.fed.values()].filter(({ id }) => id !== LISTED),
    }
  }

  /**
   * The last time of the agent's day before a day, or the first of the day after it. Null: there is
   * none; undefined: that day is lacking.
   */
  function beside(
    work: Work,
    days: Held,
    day: SubjectKey,
    where: 'before' | 'after',
  ): SubjectKey | null | undefined {
    const all = listed(days)
    const other =
      where === 'before' ? all.findLast((one) => one < day) : all.find((one) => one > day)
    if (other === undefined) return null
    const held = read(work, other)
    if (!held) return undefined
    const times = listed(held)
    return (where === 'before' ? times.at(-1) : times[0]) ?? null
  }

  /**
   * Facts of an agent's time, or plan, that came under a name which is now known to be another
   * agent's go where they would go today; any other subject stays where it is.
   */
  function moveHome(work: Work, held: Held): void {
    const home = homeOf(held.key, work.settings)
    if (home === held.key) {
      change(work, held)
      return
    }
    withSubject(work, home, (found) => {
      let target = found
      for (const { type, key, system, reports } of held.facts.values()) {
        for (const report of reports) {
          target = withReport(target, { to: home, type, key, system, report }) ?? target
        }
      }
      change(work, target)
    })
    change(work, { ...held, facts: new Map() })
  }

  function finish(work: Work, of: readonly unknown[]): Folded | { lacks: SubjectKey[] } {
    settle(work)
    if (work.lacks.size > 0) {
      suspended = { of, work }
      return { lacks: [...work.lacks] }
    }
    const entries: Entry[] = []
    // In an order that does not depend on what happened to be lacking.
    const changed = [...work.drafts.keys()].sort()
    for (const key of changed) {
      const draft = work.drafts.get(key)
      if (!draft) continue
      const due = dueOf(key, draft.derived.bookings)
      entries.push(...difference(draft.booked, due))
      hold({ ...draft, booked: due })
    }
    return { entries, changed, discovered: [] }
  }

  function hold(held: Held): void {
    const system = systemIn(held.key)
    for (const part of held.derived.parts) parts.set(`part/${system ?? ''}#${part}`, held.key)
    subjects.set(held.key, held)
  }

  function foldEvents(events: readonly Event[]): Folded | { lacks: SubjectKey[] } {
    const work = workOn(events, (begun) => {
      for (const event of events) report(begun, event)
    })
    const folded = finish(work, events)
    return 'lacks' in folded ? folded : { ...folded, discovered: events.flatMap(discover) }
  }

  /** Puts an event's reports to the facts that they are of. */
  function report(work: Work, event: Event): void {
    for (const routed of routesOf(event, settings)) {
      withSubject(work, routed.to, (held) => {
        const reported = withReport(held, routed)
        if (reported) change(work, reported)
      })
    }
    if (event.type === 'source.restarted') cut(work, systemOf(event.source))
    if (event.type === 'fact.retracted') {
      const at = retracted(event, settings)
      if (at && 'subject' in at) changeIt(work, at.subject)
      else if (at) changeOwner(work, `part/${at.part}`)
    }
  }

  /** A restart of a system concerns what is open there, and what another restart cut. */
  function cut(work: Work, system: string): void {
    for (const held of subjects.values()) {
      if (held.derived.open && held.key.startsWith(`contact${system}#`)) change(work, held)
    }
    withSubject(work, systemKey(system), (register) => {
      for (const { from } of register.fed.values()) changeIt(work, from)
    })
  }

  /** The subject that has a part; where it is not known which, when it has been looked up. */
  function changeOwner(work: Work, part: string): void {
    const subject = parts.get(part)
    if (subject === undefined) {
      work.lacks.add(part)
      work.waiting.push(() => {
        changeOwner(work, part)
      })
    } else if (subject !== null) changeIt(work, subject)
  }

  /** Names in an event that the directory does not know, each the first time that it is seen. */
  function discover(event: Event): Discovered[] {
    const { agent, queue } = event.data as { agent?: string; queue?: string }
    const names: [Discovered['kind'], string | undefined][] = [
      ['agent', agent === undefined ? undefined : settings.agentKey(agent)],
      ['queue', queue === undefined ? undefined : settings.queueKey(queue)],
    ]
    return names.flatMap(([kind, key]) => {
      if (key === undefined || settings.knows(kind, key) || discovered.has(`${kind}/${key}`))
        return []
      discovered.add(`${kind}/${key}`)
      return [{ kind, key, source: event.source, atMs: event.atMs }]
    })
  }

  /** A new directory: what is still open is judged by it; what is closed stays as it was. */
  function foldDirectory(atMs: number, directory: unknown): Folded | { lacks: SubjectKey[] } {
    const dated = { atMs, directory: Directory.parse(directory) }
    const newSettings = settingsOver([...directories, dated])
    const work = begin(newSettings)
    for (const held of subjects.values()) if (held.derived.open) change(work, held)
    const folded = finish(work, [])
    // Begun anew then: it is rare, and what is open may be more by then.
    suspended = null
    if ('lacks' in folded) return folded
    directories.push(dated)
    settings = newSettings
    return folded
  }

  return {
    fold: (events) => {
      const [first] = events
      if (first?.type === 'directory.changed') {
        if (events.length > 1) throw new Error('A change of the directory is folded alone')
        return foldDirectory(first.atMs, first.data.directory)
      }
      return foldEvents(events.filter((event) => event.type !== 'directory.changed'))
    },
    wants: (event) => (event.type === 'directory.changed' ? [] : wantsOf(event, settings)),
    admit: (key, record) => {
      hold(record ? heldOf(record) : newHeld(key, kindFor(key).version))
    },
    admitPart: (part, subject) => {
      parts.set(part, subject)
    },
    holds: (key) => subjects.has(key),
    record: (key) => {
      const held = subjects.get(key)
      if (!held) throw new Error(`${key} is not held`)
      return recordOf(held)
    },
    rederive: (key) => {
      const of = [key]
      const work = workOn(of, (begun) => {
        withSubject(begun, key, (held) => {
          moveHome(begun, held)
        })
      })
      return finish(work, of)
    },
    versionOf: (key) => kindFor(key).version,
    release: (key) => {
      suspended = null
      const system = systemIn(key)
      for (const part of subjects.get(key)?.derived.parts ?? []) {
        parts.delete(`part/${system ?? ''}#${part}`)
      }
      subjects.delete(key)
    },
    *held() {
      for (const { key, derived, lastAtMs } of subjects.values()) {
        yield { key, open: derived.open, lastAtMs, silentAtMs: derived.silentAtMs }
      }
    },
    silent: (nowMs) => {
      const closing: { contactId: string; system: string; atMs: number }[] = []
      for (const { key, derived } of subjects.values()) {
        if (derived.silentAtMs === null || derived.silentAtMs > nowMs) continue
        const hash = key.indexOf('#')
        closing.push({
          contactId: key.slice(hash + 1),
          system: key.slice(kindOf(key).length, hash),
          atMs: derived.silentAtMs,
        })
      }
      return closing
    },
  }
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

/** The system that a subject's ids belong to; null where it has none, such as an agent's day. */
function systemIn(key: SubjectKey): string | null {
  const kind = kindOf(key)
  const hash = key.indexOf('#')
  return hash === -1 || withoutSystem.has(kind) ? null : key.slice(kind.length, hash)
}

/** The key that a subject of an agent's has now that its name may be known to be another's. */
function homeOf(key: SubjectKey, settings: Settings): SubjectKey {
  const kind = kindOf(key)
  if (kind === 'agentTime') {
    const { agent, startMs } = agentTimeOf(key)
    return agentTimeKey(settings.agentKey(agent), startMs)
  }
  if (kind === 'plan') {
    const { agent, day } = planOf(key)
    return planKey(settings.agentKey(agent), day)
  }
  return key
}

const restartsOf = (register: Held): number[] =>
  [...register.facts.values()]
    .filter(({ type }) => type === 'source.restarted')
    .flatMap(({ reports }) => reports.map(({ atMs }) => atMs))
    .sort((a, b) => a - b)

/** What a system takes back, by fact. */
export function retractionsOf(register: Held): Retractions {
  const retractions = new Map<string, number[]>()
  for (const { type, reports } of register.facts.values()) {
    if (type !== 'fact.retracted') continue
    for (const { data, recordedAtMs, atMs } of reports) {
      const fact = `${String(data['type'])}/${retractedKey(String(data['key']))}`
      retractions.set(fact, [...(retractions.get(fact) ?? []), recordedAtMs ?? atMs])
    }
  }
  return retractions
}

/** What an event needs at first sight: its subjects, and the times of the agent that it names. */
function wantsOf(event: Event, settings: Settings): SubjectKey[] {
  const keys = routesOf(event, settings).map(({ to }) => to)
  const { agent } = event.data as { agent?: string }
  if (typeof agent === 'string') {
    const key = settings.agentKey(agent)
    keys.push(agentKey(key), agentDayKey(key, event.atMs), agentTimeKey(key, event.atMs))
  }
  for (const to of [...keys]) {
    const system = systemIn(to)
    if (system !== null) keys.push(systemKey(system))
  }
  return keys
}
