/** What is asked of a year of books, and how long each answer takes. */
import { SECOND_MS } from '../../shared/time.ts'
import { API_KEY } from '../server.ts'

/** A month should be answered within so long, and a year within so long. */
const MONTH_TARGET_MS = 300
const YEAR_TARGET_MS = SECOND_MS

export type YearQuery = { name: string; path: string; targetMs: number }

/** Each answer is timed so many times after the first one. */
const ROUNDS = 7

const volume = 'callsOffered,callsAnswered,serviceLevel,averageHandleTime,abandonRate,callsHandled'
const handling = 'callsHandled,averageHandleTime,averageTalkTime,averageWrapTime,transferRate'
const percentiles = 'waitP50,waitP90,waitP95'

/**
 * The queries. `agents` are asked for all at once as a ranking does; the span from `fromMs` to
 * `toMs` is the year that was told, which begins and ends within a month.
 */
export function queriesOf(of: { agents: readonly string[]; fromMs: number; toMs: number }) {
  const queries: YearQuery[] = []
  const add = (targetMs: number, name: string, path: string, query: Record<string, string>) => {
    const text = new URLSearchParams(query).toString()
    queries.push({ name, path: `${path}?${text}`, targetMs })
  }
  const rolling = { from: new Date(of.fromMs).toISOString(), to: new Date(of.toMs).toISOString() }
  const periods = [
    ['month', { window: 'month' }, MONTH_TARGET_MS],
    ['year', { window: 'year' }, YEAR_TARGET_MS],
    ['365 days', rolling, YEAR_TARGET_MS],
  ] as const
  const [agent = ''] = of.agents
  const metrics = '/api/metrics'
  for (const [name, period, targetMs] of periods) {
    const ask = (what: string, query: Record<string, string>) => {
      add(targetMs, `${name}, ${what}`, metrics, { ...period, ...query })
    }
    ask('center, every metric', { scope: 'center', channel: 'all' })
    ask('center, six metrics', { scope: 'center', ids: volume })
    ask('a queue, every metric', { scope: 'queue:orders' })
    ask('a team, every metric', { scope: 'team:berlin-sales', channel: 'all' })
    ask('an agent, every metric', { scope: `agent:${agent}`, channel: 'all' })
    ask('percentiles of a queue', { scope: 'queue:orders', ids: percentiles })
    ask('by a reason', { scope: 'center', ids: 'callsHandled', filter: 'reason:Invoice' })
    ask('growth against the one before', { scope: 'center', ids: 'salesGrowth' })
  }
  for (const [name, window, targetMs] of [
    ['month', 'month', MONTH_TARGET_MS],
    ['year', 'year', YEAR_TARGET_MS],
  ] as const) {
    const ranking = new URLSearchParams({ ids: handling, window })
    for (const key of of.agents) ranking.append('scope', `agent:${key}`)
    queries.push({
      name: `${name}, a ranking of ${String(of.agents.length)} agents`,
      path: `${metrics}?${ranking.toString()}`,
      targetMs,
    })
    const before = { window, scope: 'center', ids: volume, previous: 'full' }
    add(targetMs, `${name}, the one before`, metrics, before)
    const explained = { window, scope: 'center', id: 'serviceLevel' }
    add(targetMs, `${name}, explained, first page`, '/api/explain', explained)
    const mine = { window, scope: `agent:${agent}`, id: 'averageHandleTime' }
    add(targetMs, `${name}, explained for an agent`, '/api/explain', mine)
  }
  const history = (targetMs: number, name: string, query: Record<string, string>) => {
    add(targetMs, `history, ${name}`, '/api/metrics/history', query)
  }
  const center = { scope: 'center', ids: volume }
  history(MONTH_TARGET_MS, 'a month by day', { ...center, window: 'month', step: '1d' })
  history(MONTH_TARGET_MS, 'a month by hour', { ...center, window: 'month', step: '1h' })
  history(YEAR_TARGET_MS, 'a year by day', { ...center, ...rolling, step: '1d' })
  history(YEAR_TARGET_MS, 'a year by week', { ...center, ...rolling, step: '1w' })
  history(YEAR_TARGET_MS, 'a year by month', { ...center, ...rolling, step: '1M' })
  const queue = { scope: 'queue:orders', ids: percentiles, ...rolling }
  history(YEAR_TARGET_MS, 'percentiles of a year by month', { ...queue, step: '1M' })
  return queries
}

export type Timed = {
  query: YearQuery
  /** The first answer after a start with nothing of the file in memory; the others follow. */
  coldMs: number
  medianMs: number
  worstMs: number
  bytes: number
}

/** Asks each query once, then all of them again and again. */
export async function timeQueries(url: string, queries: readonly YearQuery[]): Promise<Timed[]> {
  const cold: { ms: number; bytes: number }[] = []
  for (const query of queries) cold.push(await timed(url, query))
  const warm = queries.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, query] of queries.entries()) warm[at]?.push((await timed(url, query)).ms)
  }
  return queries.map((query, at) => ({
    query,
    coldMs: cold[at]?.ms ?? 0,
    bytes: cold[at]?.bytes ?? 0,
    medianMs: middle(warm[at] ?? []),
    worstMs: Math.max(...(warm[at] ?? [])),
  }))
}

async function timed(
  url: string,
  { name, path }: YearQuery,
): Promise<{ ms: number; bytes: number }> {
  const beganMs = performance.now()
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${API_KEY}` } })
  const text = await response.text()
  if (!response.ok) throw new Error(`${name} is answered with ${String(response.status)}: ${text}`)
  return { ms: performance.now() - beganMs, bytes: text.length }
}

const middle = (figures: readonly number[]): number =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0
