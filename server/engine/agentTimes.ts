import { DAY_MS } from '../../shared/time.ts'
import { addReport, hasReport, removeFacts, setFed } from './held.ts'
import type { Held } from './held.ts'
import type { Settings } from './settings.ts'
import type { Fed, SubjectKey } from './subject.ts'
import type { ActivityFeed, CarryFeed } from './subjects/agentTime/activity.ts'
import { agentDayKey, agentTimeKey, agentOfDay, planKey, planOf, startOf } from './subjects/keys.ts'
import type { SubjectName } from './subjects/keys.ts'
import type { AgentTimePlace } from './subjects/kind.ts'
import { change, changeIt, read, withSubject } from './work.ts'
import type { Work } from './work.ts'

/**
 * An agent's times and their neighbours: the agent's day lists its times, the agent lists the days,
 * so that each time finds the next one, and the one that it continues.
 */

/** How an agent's times are listed with its day, and its days with the agent. */
const LISTED = 'listed'

/** What a day, or an agent, lists, in order. Lists of what was fed never change, so it is kept. */
const lists = new WeakMap<readonly Fed[], readonly SubjectKey[]>()
function listed({ fed }: Held): readonly SubjectKey[] {
  const known = lists.get(fed)
  if (known) return known
  // What is fed is in the order of who fed it.
  const list = fed.filter(({ id }) => id === LISTED).map(({ from }) => from)
  lists.set(fed, list)
  return list
}

/**
 * Has times judged by the plan that an agent's day keeps, which is another now: those of the day,
 * and the last one before it, which goes on until the agent is heard of again.
 */
export function judgeTimes(work: Work, day: Held): void {
  for (const time of listed(day)) changeIt(work, time)
  withSubject(work, agentOfDay(day.key), (days) => {
    const before = listed(days).findLast((other) => other < day.key)
    if (before === undefined) return
    withSubject(work, before, (held) => {
      const last = listed(held).at(-1)
      if (last !== undefined) changeIt(work, last)
    })
  })
}

/**
 * Where an agent's time stands among the agent's times; null: subjects are lacking. A time comes
 * to be with the first thing said of it, and then cuts the one before, which is derived again,
 * and first: it carries something over into this one, which is derived `later`.
 */
export function placeOf(
  work: Work,
  time: Held,
  { agent, startMs, agentKey, dayKey }: NonNullable<SubjectName['time']>,
): AgentTimePlace | 'later' | null {
  const days = read(work, agentKey)
  const day = read(work, dayKey)
  if (!days || !day) return null
  const times = listed(day)
  const at = times.indexOf(time.key)
  const after = at === -1 ? times.find((other) => other > time.key) : times[at + 1]
  const next = after ?? beside(work, days, dayKey, 'after')
  if (next === undefined) return null
  const isTold = time.facts.some(({ type }) => type !== 'fact.retracted')
  const isTime = isTold || time.fed.some(({ id }) => id !== 'carry')
  if (isTime !== (at !== -1)) {
    const before = times.findLast((other) => other < time.key)
    const previous = before ?? beside(work, days, dayKey, 'before')
    const cut = previous === null ? null : previous && read(work, previous)
    if (cut === undefined || (previous !== null && !cut)) return null
    setFed(change(work, day), time.key, LISTED, isTime ? {} : null)
    setFed(change(work, days), dayKey, LISTED, isTime || times.length > 1 ? {} : null)
    if (cut) {
      change(work, cut)
      change(work, time)
      return 'later'
    }
  }
  const follows = next === null ? null : { key: next, startMs: startOf(next) }
  const plans = plansFor(work, day, time, agent, startMs, follows?.startMs ?? Infinity)
  return plans && { agent, startMs, next: follows, plans }
}

/** Of a talk that lasts for longer, plans of so many days are read, each of which is a subject. */
const MOST_DAYS = 100

/**
 * The plans that a time is judged by, each once; null: subjects are lacking. Its own day keeps
 * those of the next as well, which is as far as a time reaches without a word of the agent; only a
 * talk goes on for longer.
 */
function plansFor(
  work: Work,
  day: Held,
  time: Held,
  agent: string,
  startMs: number,
  endMs: number,
): readonly Fed[] | null {
  const own = plansOf(day)
  const beyondMs = Math.floor(startMs / DAY_MS) * DAY_MS + 2 * DAY_MS
  const untilMs = Math.min(heardOf(time) + DAY_MS, endMs, beyondMs + MOST_DAYS * DAY_MS)
  if (untilMs <= beyondMs) return own
  const plans = new Map(own.map((plan) => [`${plan.from}/${plan.id}`, plan]))
  let isComplete = true
  for (let atMs = beyondMs; atMs < untilMs; atMs += DAY_MS) {
    const other = read(work, agentDayKey(agent, atMs))
    isComplete &&= other !== null
    for (const plan of other ? plansOf(other) : []) plans.set(`${plan.from}/${plan.id}`, plan)
  }
  return isComplete ? [...plans.values()] : null
}

/** The last that was heard of an agent by what others tell a time: the end of a talk, say. */
function heardOf({ fed }: Held): number {
  let heardMs = -Infinity
  for (const { data } of fed) {
    // Feeds are made by our own subjects, by these types.
    const feed = data as ActivityFeed | CarryFeed
    const untilMs = feed.activity === 'carry' ? feed.heardMs : (feed.toMs ?? feed.fromMs)
    heardMs = Math.max(heardMs, untilMs)
  }
  return heardMs
}

const plansOf = ({ fed }: Held): readonly Fed[] => {
  const isPlan = ({ id }: Fed): boolean => id !== LISTED
  return fed.some(isPlan) ? fed.filter(isPlan) : noPlans
}
const noPlans: readonly Fed[] = []

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
  const other = where === 'before' ? all.findLast((one) => one < day) : all.find((one) => one > day)
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
export function moveHome(work: Work, held: Held): void {
  const home = homeOf(held, work.settings)
  if (home === held.key) {
    change(work, held)
    return
  }
  withSubject(work, home, (found) => {
    const target = change(work, found)
    for (const { type, key, system, reports } of held.facts) {
      for (const report of reports) {
        const routed = { to: home, type, key, system, report }
        if (!hasReport(target, routed)) addReport(target, routed)
      }
    }
  })
  removeFacts(change(work, held))
}

/** The key that a subject of an agent's has now that its name may be known to be another's. */
function homeOf({ key, name }: Held, settings: Settings): SubjectKey {
  if (name.time) return agentTimeKey(settings.agentKey(name.time.agent), name.time.startMs)
  if (name.kind === 'plan') {
    const { agent, day } = planOf(key)
    return planKey(settings.agentKey(agent), day)
  }
  return key
}
