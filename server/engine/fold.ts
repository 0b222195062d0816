import { Directory } from '../../shared/directory.ts'
import type { Event } from '../../shared/events/event.ts'
import { systemOf } from '../../shared/events/event.ts'
import { moveHome } from './agentTimes.ts'
import { movedTo, noHorizon, type Horizon } from './horizon.ts'
import { addReport, hasReport, heldOf, newHeld, recordOf } from './held.ts'
import type { Held } from './held.ts'
import { retracted, routesOf } from './route.ts'
import type { Routed } from './route.ts'
import { booked, kindFor, settle } from './settle.ts'
import { settingsOver } from './settings.ts'
import type { DatedDirectory } from './settings.ts'
import { isInternal } from './stream.ts'
import type { Discovered, Engine, Folded, SubjectKey } from './subject.ts'
import { kindOf, systemKey } from './subjects/keys.ts'
import { kinds as ourKinds } from './subjects/registry.ts'
import type { Kinds } from './subjects/registry.ts'
import { wantsOf } from './wants.ts'
import { beginWork, change, changeIt, isOver, resume, withSubject } from './work.ts'
import type { Work } from './work.ts'

/**
 * The fold: take a subject's function again when one of its facts changes, book the difference to
 * what is booked, and tell the subjects that it feeds, which do the same.
 *
 *     event ──► report of a fact ──► derive ──► difference ──► entries
 *                                      └──► feeds ──► derive of others …
 *
 * Derive first, apply after: everything is worked out on drafts (work.ts, settle.ts); what throws,
 * or lacks a subject, has changed nothing.
 */

export type EngineOptions = {
  /** The directories put so far; none: the empty one. */
  directories: readonly DatedDirectory[]
  /** The kinds of subjects, where they are not ours. */
  kinds?: Kinds
  /** From when on details are kept; left out: for good. */
  horizon?: Horizon
}

const nothingFolded: Folded = {
  entries: [],
  changed: [],
  discovered: [],
  late: { events: new Map(), feeds: 0 },
}

export function createEngine(options: EngineOptions): Engine {
  const kinds: Kinds = options.kinds ?? ourKinds
  const subjects = new Map<SubjectKey, Held>()
  /** The subject of a part, for held subjects and for parts that were looked up. */
  const parts = new Map<string, SubjectKey | null>()
  const discovered = { agent: new Set<string>(), queue: new Set<string>() }
  const directories = [...options.directories]
  let settings = settingsOver(directories)
  let horizon = options.horizon ?? noHorizon

  const versionOf = (key: SubjectKey): number => kindFor(kinds, kindOf(key)).version

  /** A fold that lacked subjects, and what it was of: asked for again, it goes on from there. */
  let suspended: { of: readonly unknown[]; work: Work } | null = null
  /** The work on these: the suspended one, with all done that waited, or one that is begun. */
  function workOn(of: readonly unknown[], start: (work: Work) => void): Work {
    const before = suspended
    suspended = null
    if (before?.of.length === of.length && before.of.every((one, index) => one === of[index])) {
      resume(before.work)
      return before.work
    }
    const work = beginWork(settings, kinds, subjects, horizon)
    start(work)
    return work
  }

  /** Settles the work and puts the drafts in the place of what they are of. */
  function finish(work: Work, of: readonly unknown[]): Folded | { lacks: SubjectKey[] } {
    settle(work)
    if (work.lacks.size > 0) {
      suspended = { of, work }
      return { lacks: [...work.lacks] }
    }
    const { drafts, entries } = booked(work)
    for (const draft of drafts) hold(draft)
    const { late } = work
    return { entries, changed: drafts.map(({ key }) => key), discovered: [], late }
  }

  function hold(held: Held): void {
    const { key, name, derived } = held
    const before = subjects.get(key)?.derived.parts ?? []
    derived.parts.forEach((part, index) => {
      if (part !== before[index]) parts.set(`part/${name.system ?? ''}#${part}`, key)
    })
    subjects.set(key, held)
  }

  function foldEvents(events: readonly Event[]): Folded | { lacks: SubjectKey[] } {
    const work = workOn(events, (begun) => {
      for (const event of events) report(begun, event)
    })
    const folded = finish(work, events)
    return 'lacks' in folded ? folded : { ...folded, discovered: discover(events) }
  }

  /** Puts an event's reports to the facts that they are of. */
  function report(work: Work, event: Event): void {
    for (const routed of routesOf(event, settings)) put(work, routed, event)
    if (event.type === 'source.restarted') cut(work, systemOf(event.source))
    if (event.type !== 'fact.retracted') return
    if (event.data.type === 'source.restarted') cut(work, systemOf(event.source))
    const at = retracted(event, settings)
    if (at && 'subject' in at) changeIt(work, at.subject)
    else for (const part of at?.parts ?? []) changeOwner(work, `part/${part}`)
  }

  function put(work: Work, routed: Routed, event: Event): void {
    withSubject(work, routed.to, (held) => {
      if (isOver(work, held)) work.late.events.set(event, held.key)
      else if (!hasReport(held, routed)) addReport(change(work, held), routed)
    })
  }

  /** A restart of a system concerns what is open there, and what another restart cut. */
  function cut(work: Work, system: string): void {
    for (const held of subjects.values()) {
      const { kind, system: own } = held.name
      if (held.derived.open && kind === 'contact' && own === system) changeIt(work, held.key)
    }
    withSubject(work, systemKey(system), (register) => {
      for (const { from } of register.fed) changeIt(work, from)
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

  /** Names in events that the directory does not know, each the first time that it is seen. */
  function discover(events: readonly Event[]): Discovered[] {
    const found: Discovered[] = []
    const see = (kind: Discovered['kind'], key: string, { source, atMs }: Event): void => {
      if (settings.knows(kind, key) || discovered[kind].has(key)) return
      discovered[kind].add(key)
      found.push({ kind, key, source, atMs })
    }
    for (const event of events) {
      const { agent, queue } = event.data as { agent?: string; queue?: string }
      if (agent !== undefined) see('agent', settings.agentKey(agent), event)
      if (queue !== undefined) see('queue', settings.queueKey(queue), event)
    }
    return found
  }

  /** A new directory: what is still open is judged by it; what is closed stays as it was. */
  function foldDirectory(atMs: number, directory: unknown): Folded | { lacks: SubjectKey[] } {
    const dated = { atMs, directory: Directory.parse(directory) }
    const newSettings = settingsOver([...directories, dated])
    const work = beginWork(newSettings, kinds, subjects, horizon)
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
      if (first && isInternal(first)) {
        if (events.length > 1) throw new Error('An internal event is folded alone')
        if (first.type === 'directory.changed') {
          return foldDirectory(first.atMs, first.data.directory)
        }
        suspended = null
        horizon = movedTo(horizon, first.atMs)
        return nothingFolded
      }
      return foldEvents(events.filter((event) => !isInternal(event)))
    },
    wants: (event) => (isInternal(event) ? [] : wantsOf(event, settings)),
    admit: (key, record) => {
      hold(record ? heldOf(record) : newHeld(key, versionOf(key)))
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
          if (!isOver(begun, held)) moveHome(begun, held)
        })
      })
      return finish(work, of)
    },
    horizon: () => horizon,
    versionOf,
    release: (key) => {
      suspended = null
      const held = subjects.get(key)
      for (const part of held?.derived.parts ?? []) {
        parts.delete(`part/${held?.name.system ?? ''}#${part}`)
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
      for (const { key, name, derived } of subjects.values()) {
        if (derived.silentAtMs === null || derived.silentAtMs > nowMs) continue
        closing.push({
          contactId: key.slice(key.indexOf('#') + 1),
          system: name.system ?? '',
          atMs: derived.silentAtMs,
        })
      }
      return closing
    },
  }
}
