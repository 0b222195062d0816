import type { Scope, Span } from './span.ts'
import { datesOf, dayStart, passedOf, periodsOver } from './periods.ts'
import type { Agent, World } from './world.ts'

/** What the directory says of people in a span, day by day. */
export type People = {
  /** Rep-days by days. */
  reps: number
  /** On-target earnings pro rata. */
  earnings: number
  /** The mean tenure of active reps in months; null: of none the first day is known. */
  tenureMonths: number | null
}

const DAYS_A_YEAR = 365
const DAYS_A_MONTH = 365.2425 / 12
const has = (agent: Agent, { kind, key }: Scope, atMs: number, world: World): boolean => {
  if (kind === 'center') return true
  if (kind === 'agent') return agent.key === key
  return kind !== 'queue' && world.agentPlace(agent.key, atMs)[kind] === key
}
const worksOn = ({ started, ended }: Agent, date: string): boolean =>
  (started === undefined || started <= date) && (ended === undefined || date <= ended)

/** Answers of one world are remembered: the same spans are asked for again and again. */
const remembered = new WeakMap<World, Map<string, unknown>>()
function once<Answer>(world: World, question: unknown, work: () => Answer): Answer {
  const known = remembered.get(world) ?? new Map<string, unknown>()
  remembered.set(world, known)
  const name = JSON.stringify(question)
  if (!known.has(name)) known.set(name, work())
  return known.get(name) as Answer
}

export const peopleOf = (scope: Scope, span: Span, world: World, nowMs: number): People =>
  once(world, ['people', scope, span], () => workOutPeople(scope, span, world, nowMs))

function workOutPeople(scope: Scope, span: Span, world: World, nowMs: number): People {
  const dates = datesOf(passedOf(span, nowMs), world)
  /** Who is a rep of the scope on a day, by what is said, and where each is, when it begins. */
  const repsOn = (date: string) => {
    const atMs = dayStart(date, world)
    return world
      .agentsAt(atMs)
      .filter((agent) => worksOn(agent, date) && has(agent, scope, atMs, world))
  }
  let [repDays, earnings] = [0, 0]
  for (const date of dates) {
    for (const agent of repsOn(date)) {
      repDays += 1
      const inForce = agent.earnings
        .filter(({ from }) => from === undefined || from <= date)
        .sort((one, other) => ((one.from ?? '') < (other.from ?? '') ? -1 : 1))
        .at(-1)
      earnings += (inForce?.yearly ?? 0) / DAYS_A_YEAR
    }
  }
  const last = dates.at(-1)!
  const tenures = repsOn(last).flatMap(({ started }) => {
    if (started === undefined) return []
    const days = (Date.parse(last) - Date.parse(started)) / 86_400_000 + 1
    return [days / DAYS_A_MONTH]
  })
  return {
    reps: repDays / dates.length,
    earnings,
    tenureMonths:
      tenures.length === 0
        ? null
        : tenures.reduce((sum, months) => sum + months, 0) / tenures.length,
  }
}

/** A quota with as much of its target as a span holds of its periods. */
type Target = { kind: string; key: string; metric: string; target: number }

type HeldTarget = Target & { untilMs: number }
const targetsOf = (span: Span, world: World): HeldTarget[] =>
  once(world, ['targets', span], () => workOutTargets(span, world))

/** Each period has the target that is said when it ends. */
function workOutTargets(span: Span, world: World): HeldTarget[] {
  return (['day', 'week', 'month', 'quarter', 'year'] as const).flatMap((kindOfPeriod) =>
    periodsOver(span, kindOfPeriod, world).flatMap((whole) =>
      world.quotasAt(whole.toMs - 1).flatMap(({ scope, metric, period, target, from, to }) => {
        if (period !== kindOfPeriod) return []
        const untilMs = Math.min(span.toMs, to ?? Infinity)
        const heldMs =
          Math.min(whole.toMs, untilMs) - Math.max(whole.fromMs, span.fromMs, from ?? -Infinity)
        if (heldMs <= 0) return []
        const [kind = '', key = ''] = scope.split(':')
        const share = heldMs / (whole.toMs - whole.fromMs)
        return [{ kind, key, metric, target: target * share, untilMs }]
      }),
    ),
  )
}

/** Whose quota it is: of people, by the team that they are in when it ends. */
function isOf({ kind, key, untilMs }: Target & { untilMs: number }, scope: Scope, world: World) {
  if (scope.kind === 'center') return true
  if (kind === scope.kind && key === scope.key) return true
  if (kind === 'agent') {
    if (scope.kind === 'agent') return false
    return scope.kind !== 'queue' && world.agentPlace(key, untilMs - 1)[scope.kind] === scope.key
  }
  const isOfTeam = kind === 'team' && scope.kind === 'site'
  return isOfTeam && world.teamSite(key, untilMs - 1) === scope.key
}

/** The quotas of a scope by metric: its own, else those of its people together, else its teams'. */
export function quotasAt(
  scope: Scope,
  span: Span,
  world: World,
  of: string | null,
): Map<string, number> {
  const all = targetsOf(span, world).filter((target) => isOf(target, scope, world))
  for (const kind of [scope.kind, 'agent', 'team']) {
    const byMetric = new Map<string, number>()
    for (const { kind: whose, metric, target } of all) {
      if (whose !== kind || (of !== null && metric !== of)) continue
      byMetric.set(metric, (byMetric.get(metric) ?? 0) + target)
    }
    if (byMetric.size > 0) return byMetric
  }
  return new Map()
}

/** Who has a quota in a span, with all that each has. */
export function repsWithQuota(
  scope: Scope,
  span: Span,
  world: World,
): { agent: string; quotas: Map<string, number> }[] {
  const own = targetsOf(span, world).filter(
    (target) => target.kind === 'agent' && isOf(target, scope, world),
  )
  return [...new Set(own.map(({ key }) => key))].map((agent) => ({
    agent,
    quotas: quotasAt({ kind: 'agent', key: agent }, span, world, null),
  }))
}
