/** What the directory says of people in a span: reps, their tenure, their earnings and quotas. */
import type { CounterId } from '../../../shared/counters.ts'
import type { Directory, DirectoryAgent } from '../../../shared/directory.ts'
import type { Span } from '../../../shared/entry.ts'
import { quotaDetail } from '../../../shared/metrics/quota.ts'
import { parseScope } from '../../../shared/scope.ts'
import { DAY_MS } from '../../../shared/time.ts'
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
 * directory on the days from `started` to `ended`, both of them; without either, always.
 */
export function staffRows(
  directory: Directory,
  span: Span,
  calendar: Calendar,
  nowMs: number,
): BaseRow[] {
  const untilMs = nowMs > span.fromMs ? Math.min(span.toMs, nowMs) : span.toMs
  const days: Days = {
    from: dayNumber(calendar.dayOf(span.fromMs)),
    to: dayNumber(calendar.dayOf(untilMs - 1)) + 1,
  }
  const dayOf = remembered((atMs: number): number => {
    const day = dayNumber(calendar.dayOf(atMs))
    return calendar.dayStart(atMs) === atMs ? day : day + 1
  })
  const siteOfTeam = new Map(directory.teams.map(({ key, site }) => [key, site ?? null]))
  const rows: BaseRow[] = []
  for (const agent of directory.agents) {
    const employed: Days = {
      from: agent.started === undefined ? -Infinity : dayNumber(agent.started),
      to: agent.ended === undefined ? Infinity : dayNumber(agent.ended) + 1,
    }
    for (const { team, ...part } of partsOf(agent, both(days, employed), dayOf)) {
      const length = part.to - part.from
      if (length <= 0) continue
      const site = agent.site ?? (team === null ? null : (siteOfTeam.get(team) ?? null))
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
  return [...rows, ...quotaRows(directory, span, calendar)]
}

const both = (one: Days, other: Days): Days => ({
  from: Math.max(one.from, other.from),
  to: Math.min(one.to, other.to),
})

/** An agent's days by team: in several at once, the one that is written last, as entries have it. */
function partsOf(
  agent: DirectoryAgent,
  days: Days,
  dayOf: (atMs: number) => number,
): (Days & { team: string | null })[] {
  const teams = agent.teams.map(({ team, from, to }) => ({
    team,
    from: from === undefined ? -Infinity : dayOf(from),
    to: to === undefined ? Infinity : dayOf(to),
  }))
  const edges = [...new Set([days.from, days.to, ...teams.flatMap(({ from, to }) => [from, to])])]
    .filter((day) => day >= days.from && day <= days.to)
    .sort((one, other) => one - other)
  return edges.slice(1).map((to, i) => {
    const from = edges[i] ?? to
    const membership = teams.findLast((one) => one.from <= from && to <= one.to)
    return { from, to, team: membership?.team ?? null }
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

/** The targets of all quotas, as much of each of their periods as lies in the span. */
function quotaRows(directory: Directory, span: Span, calendar: Calendar): BaseRow[] {
  const agents = new Map(directory.agents.map((agent) => [agent.key, agent]))
  const siteOfTeam = new Map(directory.teams.map((team) => [team.key, team.site ?? null]))
  const shares = new Map<string, number>()
  return directory.quotas.flatMap((quota): BaseRow[] => {
    const scope = parseScope(quota.scope)
    if (!scope || scope.kind === 'queue') return []
    const held: Span = {
      fromMs: Math.max(span.fromMs, quota.from ?? -Infinity),
      toMs: Math.min(span.toMs, quota.to ?? Infinity),
    }
    const name = `${quota.period} ${String(held.fromMs)} ${String(held.toMs)}`
    const share = shares.get(name) ?? periodsIn(held, quota.period, calendar)
    shares.set(name, share)
    if (share === 0) return []
    const counter = 'quotaTargets'
    const detail = quotaDetail(scope.kind, quota.metric)
    const amount = quota.target * share
    switch (scope.kind) {
      case 'center':
        return [rowOf({}, counter, detail, amount)]
      case 'site':
        return [rowOf({ site: scope.key }, counter, detail, amount)]
      case 'team': {
        const site = siteOfTeam.get(scope.key) ?? null
        return [rowOf({ team: scope.key, site }, counter, detail, amount)]
      }
      case 'agent': {
        // A quota is of who has it, wherever that is: it goes with the rep's team of the span's end.
        const agent = agents.get(scope.key)
        const team =
          agent?.teams.findLast(
            ({ from, to }) => (from ?? -Infinity) < held.toMs && held.toMs <= (to ?? Infinity),
          )?.team ?? null
        const site = agent?.site ?? (team === null ? null : (siteOfTeam.get(team) ?? null))
        return [rowOf({ agent: scope.key, team, site }, counter, detail, amount)]
      }
    }
  })
}

/** How many periods a span holds, a part of one as the part of it that it is. */
function periodsIn(
  span: Span,
  period: Directory['quotas'][number]['period'],
  calendar: Calendar,
): number {
  let count = 0
  for (let fromMs = calendar.periodStart(period, span.fromMs); fromMs < span.toMs;) {
    const toMs = calendar.periodStart(period, fromMs, 1)
    if (toMs <= fromMs) break
    const heldMs = Math.min(toMs, span.toMs) - Math.max(fromMs, span.fromMs)
    count += Math.max(0, heldMs) / (toMs - fromMs)
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
