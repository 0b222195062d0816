/** Who works when: each person's plan of a business day, as the planners made it. */
import type { Span } from '../../shared/entry.ts'
import { HOUR_MS, MINUTE_MS } from '../../shared/time.ts'
import { instantOf, type BusinessDay } from './businessDay.ts'
import { sites, teams, type TeamKey } from './center.ts'
import { people, type Person } from './people.ts'
import type { Random } from './random.ts'

/** What is planned, as `agent.scheduled` and the directory's schedules name it. */
export const activities = ['phone', 'outbound', 'break', 'lunch', 'training'] as const
export type Activity = (typeof activities)[number]

export type PlannedSpan = Span & { activity: Activity }
export type Shift = { person: Person; spans: readonly PlannedSpan[] }

/** A shift by the clock of its site; `handover`: the business day's own beginning or end. */
type Pattern = { people: number; from: string; to: string }
const HANDOVER = 'handover'
/** How long those work who begin at the handover. */
const EARLY_SHIFT_MS = 8.5 * HOUR_MS

/**
 * At the handover every desk changes hands: whoever works before it does not work after it. So one
 * business day can be told without the one before.
 */
const patterns: Readonly<Record<TeamKey, readonly Pattern[]>> = {
  'tokyo-sales': [
    { people: 5, from: HANDOVER, to: HANDOVER },
    { people: 4, from: '09:30', to: '18:30' },
    { people: 2, from: '11:30', to: '20:30' },
  ],
  'tokyo-support': [
    { people: 6, from: HANDOVER, to: HANDOVER },
    { people: 4, from: '09:30', to: '18:30' },
    { people: 2, from: '11:30', to: '20:30' },
  ],
  'berlin-sales': [
    { people: 5, from: '08:00', to: '16:30' },
    { people: 3, from: '09:00', to: '17:30' },
    { people: 3, from: '11:00', to: '19:30' },
  ],
  'berlin-support': [
    { people: 5, from: '08:00', to: '16:30' },
    { people: 4, from: '09:00', to: '17:30' },
    { people: 3, from: '11:00', to: '19:30' },
  ],
  'berlin-evening': [
    { people: 5, from: '13:30', to: '22:00' },
    { people: 9, from: '15:30', to: HANDOVER },
  ],
}

/** Who is ill or on leave, on an average day. */
const ABSENT = 0.04
/** Plans are made in steps of five minutes. */
const STEP_MS = 5 * MINUTE_MS
/** Between two of a shift's pauses somebody is on the phone for at least so long. */
const APART_MS = 20 * MINUTE_MS

/** The shifts of a business day, in the order of the people. */
export function shiftsOf(day: BusinessDay, random: Random): Shift[] {
  return people.flatMap((person) => {
    const { nth, ...hours } = hoursOf(day, person)
    const isAbsent = random.chance(ABSENT)
    const spans = spansOf(hours, nth, teams[person.team].dials, random)
    return isAbsent ? [] : [{ person, spans }]
  })
}

/** From when to when a person is planned to work, and as which of those with the same hours. */
function hoursOf(day: BusinessDay, person: Person): Span & { nth: number } {
  const colleagues = people.filter(({ team }) => team === person.team)
  let nth = colleagues.indexOf(person)
  const pattern = patterns[person.team].find(({ people: many }) => {
    nth -= many
    return nth < 0
  })
  if (!pattern) throw new Error(`${person.key} has no shift`)
  nth += pattern.people
  const { timeZone } = sites[teams[person.team].site]
  const clock = (time: string): number => instantOf(day.date, time, timeZone)
  const fromMs = pattern.from === HANDOVER ? day.startMs : clock(pattern.from)
  if (pattern.to !== HANDOVER) return { nth, fromMs, toMs: clock(pattern.to) }
  return { nth, fromMs, toMs: pattern.from === HANDOVER ? fromMs + EARLY_SHIFT_MS : day.endMs }
}

type Pause = { activity: Activity; afterMinutes: number; minutes: number }

/** A shift with its pauses, which colleagues take one after the other. */
function spansOf({ fromMs, toMs }: Span, nth: number, dials: boolean, random: Random) {
  const pauses: Pause[] = [
    { activity: 'break', afterMinutes: 60 + 15 * nth, minutes: 15 },
    { activity: 'lunch', afterMinutes: 185 + 22 * nth, minutes: 45 },
    { activity: 'break', afterMinutes: 355 + 15 * nth, minutes: 15 },
  ]
  if (dials) {
    pauses.push({ activity: 'outbound', afterMinutes: 25 + 50 * (nth % 3), minutes: 40 })
    pauses.push({ activity: 'outbound', afterMinutes: 300 + 50 * (nth % 3), minutes: 40 })
  } else if (random.chance(0.25)) {
    pauses.push({ activity: 'training', afterMinutes: 310 + 30 * (nth % 3), minutes: 30 })
  }
  const spans: PlannedSpan[] = []
  let phoneMs = fromMs
  for (const { activity, afterMinutes, minutes } of pauses.sort(byTime)) {
    const wishedMs = fromMs + afterMinutes * MINUTE_MS
    const beginsMs = Math.max(wishedMs, spans.length === 0 ? fromMs : phoneMs + APART_MS)
    const pauseMs = Math.ceil((beginsMs - fromMs) / STEP_MS) * STEP_MS + fromMs
    const endMs = pauseMs + minutes * MINUTE_MS
    if (endMs + APART_MS > toMs) break
    spans.push({ activity: 'phone', fromMs: phoneMs, toMs: pauseMs })
    spans.push({ activity, fromMs: pauseMs, toMs: endMs })
    phoneMs = endMs
  }
  return [...spans, { activity: 'phone' as const, fromMs: phoneMs, toMs }]
}

const byTime = (a: Pause, b: Pause): number => a.afterMinutes - b.afterMinutes
