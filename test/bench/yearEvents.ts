/** A year of the simulated center, grown to two hundred agents: its events, day by day. */
import type { SentEvent } from '../../shared/events/sent.ts'
import { DAY_MS } from '../../shared/time.ts'
import { tellBusiness } from '../../server/simulator/business/tell.ts'
import { businessDayAt, type BusinessDay } from '../../server/simulator/businessDay.ts'
import { tellDay } from '../../server/simulator/day.ts'
import { simulatedDirectory, type DirectoryInput } from '../../server/simulator/directory.ts'
import { isShift } from '../../server/simulator/floor.ts'
import { people } from '../../server/simulator/people.ts'
import { randomOf } from '../../server/simulator/random.ts'
import type { Told } from '../../server/simulator/told.ts'

export type Year = {
  /** How many contacts it has, of all channels, about. */
  contacts: number
  /** A business day that is told last; the year is it and the 364 before it. */
  lastMs: number
}

/** A business day's events in the order of time. */
export type YearDay = { date: string; contacts: number; events: SentEvent[] }

export const YEAR_DAYS = 365
/** So many centers of the demo's kind work as one, each with five in six of its sixty people. */
const COPIES = 4
const isLeftOut = (nth: number): boolean => nth % 6 === 5
/** Of a copy's usual calls so many make a full year: more would be told only to be left out again. */
const DEMAND = 0.16
/** Desks with few calls would else dial all day. */
const DIALS = 0.2
/** The business beside the floor, and its mail, is that of so many contacts; a smaller year has less. */
const FULL = 1_000_000

/** The days of the year, the first one first. */
export function daysOf({ lastMs }: Year): BusinessDay[] {
  const days: BusinessDay[] = []
  for (let day = businessDayAt(lastMs); days.length < YEAR_DAYS;) {
    days.unshift(day)
    day = businessDayAt(day.startMs - 1)
  }
  return days
}

/**
 * Tells the year's days from one of them up to another, by their number. A day is a function of its
 * date and the year's size, so that a run which was cut off goes on with the same events.
 */
export function* tellYear(year: Year, told: { from: number; to: number }): Generator<YearDay> {
  const days = daysOf(year)
  const [first] = days
  if (!first) return
  const businesses = Array.from({ length: COPIES }, (_, copy) => businessByDay(copy + 1, first))
  let late: Told[] = []
  for (const [at, day] of days.slice(0, told.to).entries()) {
    const business = businesses.flatMap((next, copy) =>
      next(day)
        .filter(({ story }) => isKept(story, copy, year.contacts / FULL))
        .map((each) => renamed(each, copy, nearestKept)),
    )
    // The day before one that is told is told to itself, for what of it happens after its end.
    const isNear = at >= told.from - 1
    const calls = isNear ? callsOf(day, year.contacts / FULL, contactsIn(business)) : []
    const all = [...late, ...business, ...calls].sort((a, b) => a.atMs - b.atMs)
    late = all.filter(({ atMs }) => atMs >= day.endMs)
    if (at < told.from) continue
    const now = at === days.length - 1 ? all : all.filter(({ atMs }) => atMs < day.endMs)
    yield { date: day.date, contacts: contactsIn(now), events: now.map(({ event }) => event) }
  }
}

/** The day's contacts, less its mails, as the floors tell them, and everybody's shifts. */
function callsOf(day: BusinessDay, size: number, mails: number): Told[] {
  const wanted = (size * FULL) / YEAR_DAYS - mails
  const floors = Array.from({ length: COPIES }, (_, copy) =>
    withoutLeftOut([...tellDay(copy + 1, day, DEMAND * size)]).map((told) =>
      // A story's name is of one floor only.
      ({ ...renamed(told, copy, (key) => key), story: `${String(copy)} ${told.story}` }),
    ),
  ).flat()
  const dials = new Set(
    floors.flatMap(({ story, event }) => (event.type === 'outbound.attempted' ? [story] : [])),
  )
  const told = floors.filter(({ story }) => !dials.has(story) || randomOf(story).chance(DIALS))
  const share = Math.max(0, wanted) / Math.max(1, contactsIn(told))
  return told.filter(({ story }) => isShiftOf(story) || randomOf(`kept ${story}`).chance(share))
}

const isShiftOf = (story: string): boolean => isShift(story.slice(2))

const contactsIn = (told: readonly Told[]): number =>
  told.filter(({ event }) => event.type === 'contact.started').length

/** A copy's business beside the floor, a day at a time. */
function businessByDay(seed: number, first: BusinessDay): (day: BusinessDay) => Told[] {
  const { startMs } = first
  const told = tellBusiness({
    ...{ seed, bornFromMs: startMs - 62 * DAY_MS, mailFromMs: startMs },
    ...{ fromMs: null, untilMs: null },
  })
  let next = told.next()
  return (day) => {
    const ofDay: Told[] = []
    while (!next.done && next.value.atMs < day.endMs) {
      ofDay.push(next.value)
      next = told.next()
    }
    return ofDay
  }
}

/** Whether a story of the business is told in a smaller year. */
const isKept = (story: string, copy: number, share: number): boolean =>
  share >= 1 || randomOf(`${String(copy)} ${story}`).chance(share)

const kept = people.filter((_, nth) => !isLeftOut(nth))
const leftOut = new Set(people.filter((_, nth) => isLeftOut(nth)).map(({ key }) => key))
const keys = new Set(people.map(({ key }) => key))

/** Whoever comes before somebody that is left out: mostly of the same team. */
function nearestKept(key: string): string {
  const nth = people.findIndex((person) => person.key === key)
  return leftOut.has(key) ? (people[nth - 1]?.key ?? key) : key
}

/** A floor without the stories in which somebody has a part that is left out. */
function withoutLeftOut(told: readonly Told[]): Told[] {
  const stories = new Set(
    told.flatMap(({ story, event }) => (leftOut.has(String(event.data['agent'])) ? [story] : [])),
  )
  return told.filter(({ story }) => !stories.has(story))
}

/** Each copy has people of its own; the names of the first are as they are. */
const nameIn = (key: string, copy: number): string =>
  copy === 0 ? key : `${key}-${String(copy + 1)}`

/** Copies tell of days by the same names: what a copy tells of is its own. */
const isName = (field: string): boolean =>
  field.endsWith('Id') || field === 'account' || field === 'inReplyTo'

function renamed(told: Told, copy: number, standIn: (key: string) => string): Told {
  const data = Object.fromEntries(
    Object.entries(told.event.data).map(([field, value]) => {
      if (typeof value !== 'string') return [field, value]
      if (keys.has(value)) return [field, nameIn(standIn(value), copy)]
      return [field, isName(field) ? nameIn(value, copy) : value]
    }),
  )
  return { ...told, event: { ...told.event, data } }
}

/** The demo's directory with everybody who works in the year. */
export function yearDirectory(): DirectoryInput {
  const directory = simulatedDirectory()
  const copies = Array.from({ length: COPIES }, (_, copy) => copy)
  const inAll = (key: string): string[] =>
    leftOut.has(key) ? [] : copies.map((copy) => nameIn(key, copy))
  const isHere = new Set(kept.map(({ key }) => key))
  return {
    ...directory,
    agents: (directory.agents ?? [])
      .filter(({ key }) => isHere.has(key))
      .flatMap((agent) =>
        copies.map((copy) => ({
          ...agent,
          key: nameIn(agent.key, copy),
          aliases: (agent.aliases ?? []).map((alias) => nameIn(alias, copy)),
        })),
      ),
    queues: (directory.queues ?? []).map((queue) => ({
      ...queue,
      members: (queue.members ?? []).flatMap((member) => inAll(String(member))),
    })),
    quotas: (directory.quotas ?? []).flatMap((quota) => {
      const [kind, key = ''] = quota.scope.split(':')
      return kind === 'agent'
        ? inAll(key).map((name) => ({ ...quota, scope: `agent:${name}` }))
        : [quota]
    }),
  }
}
