/** What the directory says of people in a span: reps, their tenure, their earnings and quotas. */
import type { CounterId } from '../../../shared/counters.ts'
import type { Directory, DirectoryAgent } from '../../../shared/directory.ts'
import type { Span } from '../../../shared/entry.ts'
import { quotaDetail } from '../../../shared/metrics/quota.ts'
import { parseScope } from '../../../shared/scope.ts'
import { DAY_MS } from '../../../shared/time.ts'
import { peopleOf, stepAt, type People, type Quota, type Step } from '../../directory/people.ts'
import type { Calendar } from '../calendar.ts'
import type { BaseRow } from './baseRow.ts'

/** A year of on-target earnings is spread over so many days, a month of tenure has so many. */
const DAYS_A_YEAR = 365
const DAYS_A_MONTH = 365.2425 / 12

/** Days by number: half-open, as spans are. */
type Days = { from: number; to: number }

const dayNumber = (date: string): number => Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS)

/**
 * The rows of a span, as the stored books would have them. Reps, earnings and tenure go by the days
 * of the span that have begun by `nowMs`; all of it where none has. A rep is an agent of the
 * directory on the days from `started` to `ended`, both of them; without either, always. Each day
 * is by what the directory said when it began.
 */
export function staffRows(
  directory: Directory,
  span: Span,
  calendar: Calendar,
  nowMs: number,
): BaseRow[] {
  const people = peopleOf(directory)
  const untilMs = nowMs > span.fromMs ? Math.min(span.toMs, nowMs) : span.toMs
  const days: Days = {
    from: dayNumber(calendar.dayOf(span.fromMs)),
    to: dayNumber(calendar.dayOf(untilMs - 1)) + 1,
  }
  /** The first day that begins at an instant or after it. */
  const dayOf = remembered((atMs: number): number => {
    if (!Number.isFinite(atMs)) return atMs
    const day = dayNumber(calendar.dayOf(atMs))
    return calendar.dayStart(atMs) === atMs ? day : day + 1
  })
  const rows: BaseRow[] = []
  for (const steps of people.agents.values()) {
    for (const { item: agent, ...described } of inDays(steps, dayOf)) {
      const employed: Days = {
        from: agent.started === undefined ? -Infinity : dayNumber(agent.started),
        to: agent.ended === undefined ? Infinity : dayNumber(agent.ended) + 1,
      }
      const worked = both(both(days, employed), described)
      for (const { team, site, ...part } of partsOf(agent, worked, people, dayOf)) {
        const length = part.to - part.from
        if (length <= 0) continue
        const put = (counter: CounterId, amount: number): void => {
          if (amount !== 0) rows.push(rowOf({ agent: agent.key, team, site }, counter, '', amount))
        }
        put('reps', length / (days.to - days.from))
        put('onTargetEarnings', earningsOf(agent, part))
        // Whoever is there on the last day is active.
        if (part.to === days.to && agent.started !== undefined) {
          put('tenuredReps', 1)
          put('tenureMonths', (days.to - dayNumber(agent.started)) / DAYS_A_MONTH)
        }
      }
    }
  }
  return [...rows, ...quotaRows(people, span, calendar)]
}

const both = (one: Days, other: Days): Days => ({
  from: Math.max(one.from, other.from),
  to: Math.min(one.to, other.to),
})

/** What is said over time, by the days that it holds on. */
const inDays = <Item>(
  steps: readonly Step<Item>[],
  dayOf: (atMs: number) => number,
): (Days & { item: Item })[] =>
  steps.flatMap(({ fromMs, item }, i) =>
    item === null
      ? []
      : [{ from: dayOf(fromMs), to: dayOf(steps[i + 1]?.fromMs ?? Infinity), item }],
  )

type Part = Days & { team: string | null; site: string | null }

/** An agent's days by team: in several at once, the one that is written last, as entries have it. */
function partsOf(
  agent: DirectoryAgent,
  days: Days,
  people: People,
  dayOf: (atMs: number) => number,
): Part[] {
  const teams = agent.teams.map(({ team, from, to }) => ({
    team,
    from: dayOf(from ?? -Infinity),
    to: dayOf(to ?? Infinity),
    sites: inDays(people.teams.get(team) ?? [], dayOf),
  }))
  const changes = teams.flatMap(({ from, to, sites }) => [
    from,
    to,
    ...sites.map((one) => one.from),
  ])
  const edges = [...new Set([days.from, days.to, ...changes])]
    .filter((day) => day >= days.from && day <= days.to)
    .sort((one, other) => one - other)
  return edges.slice(1).map((to, i) => {
    const from = edges[i] ?? to
    const holds = (one: Days): boolean => one.from <= from && to <= one.to
    const membership = teams.findLast(holds)
    const ofTeam = membership?.sites.findLast(holds)?.item ?? ''
    return {
      from,
      to,
      team: membership?.team ?? null,
      site: agent.site ?? (ofTeam === '' ? null : ofTeam),
    }
  })
}

/** A `yearly` holds from its day on until another does. */
function earningsOf({ earnings }: DirectoryAgent, days: Days): number {
  const dated = earnings
    .map(({ yearly, from }) => ({ yearly, from: from === undefined ? -Infinity : dayNumber(from) }))
    .sort((one, other) => one.from - other.from)
  return dated.reduce((sum, { yearly, from }, i) => {
    const held = both(days, { from, to: dated[i + 1]?.from ?? Infinity })
    return sum + (Math.max(0, held.to - held.from) * yearly) / DAYS_A_YEAR
  }, 0)
}

/**
 * The targets of all quotas, as much of each of their periods as lies in the span. A period is
 * judged by what the directory says when it ends: until then a target may be set anew.
 */
function quotaRows(people: People, span: Span, calendar: Calendar): BaseRow[] {
  const shares = new Map<string, number>()
  return people.quotas.flatMap((steps) =>
    steps.flatMap(({ fromMs, item: quotas }, i) => {
      const inForce: Span = { fromMs, toMs: steps[i + 1]?.fromMs ?? Infinity }
      return (quotas ?? []).flatMap((quota): BaseRow[] => {
        const held: Span = {
          fromMs: Math.max(span.fromMs, quota.from ?? -Infinity),
          toMs: Math.min(span.toMs, quota.to ?? Infinity),
        }
        const edges = [held.fromMs, held.toMs, inForce.fromMs, inForce.toMs]
        const name = [quota.period, ...edges].join(' ')
        const share = shares.get(name) ?? periodsIn(held, quota.period, inForce, calendar)
        shares.set(name, share)
        return share === 0 ? [] : quotaRow(people, quota, quota.target * share, held.toMs - 1)
      })
    }),
  )
}

/** A quota is of who has it, wherever that is: it goes with the rep's team of the span's end. */
function quotaRow(people: People, quota: Quota, amount: number, lastMs: number): BaseRow[] {
  const scope = parseScope(quota.scope)
  if (!scope || scope.kind === 'queue') return []
  const detail = quotaDetail(scope.kind, quota.metric)
  const siteOf = (team: string | null): string | null =>
    (team === null ? '' : stepAt(people.teams.get(team), lastMs)) || null
  const of = (place: Parameters<typeof rowOf>[0]) => [rowOf(place, 'quotaTargets', detail, amount)]
  switch (scope.kind) {
    case 'team':
      return of({ team: scope.key, site: siteOf(scope.key) })
    case 'agent': {
      const agent = stepAt(people.agents.get(scope.key), lastMs)
      const team =
        agent?.teams.findLast(
          ({ from, to }) => (from ?? -Infinity) <= lastMs && lastMs < (to ?? Infinity),
        )?.team ?? null
      return of({ agent: scope.key, team, site: agent?.site ?? siteOf(team) })
    }
    case 'site':
      return of({ site: scope.key })
    case 'center':
      return of({})
  }
}

/**
 * How many periods that end while something is in force a span holds, a part of one as the part of
 * it that it is.
 */
function periodsIn(span: Span, period: Quota['period'], inForce: Span, calendar: Calendar): number {
  let count = 0
  for (let fromMs = calendar.periodStart(period, span.fromMs); fromMs < span.toMs;) {
    const toMs = calendar.periodStart(period, fromMs, 1)
    if (toMs <= fromMs) break
    const heldMs = Math.min(toMs, span.toMs) - Math.max(fromMs, span.fromMs)
    const isMeant = toMs - 1 >= inForce.fromMs && toMs - 1 < inForce.toMs
    if (isMeant) count += Math.max(0, heldMs) / (toMs - fromMs)
    fromMs = toMs
  }
  return count
}

function rowOf(
  of: { agent?: string; team?: string | null; site?: string | null },
  counter: CounterId,
  detail: string,
  amount: number,
): BaseRow {
  const { agent = null, team = null, site = null } = of
  return { queue: null, channel: null, filters: null, agent, team, site, counter, detail, amount }
}

/** What was worked out for an instant is not worked out again: many people change team together. */
function remembered(work: (atMs: number) => number): (atMs: number) => number {
  const known = new Map<number, number>()
  return (atMs) => {
    const found = known.get(atMs) ?? work(atMs)
    known.set(atMs, found)
    return found
  }
}
