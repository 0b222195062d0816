/** What is asked of a year of books, and how long each answer takes. */
import type { Span } from '../../shared/entry.ts'
import { SECOND_MS } from '../../shared/time.ts'
import type { BusinessDay } from '../../server/simulator/businessDay.ts'
import { API_KEY } from '../server.ts'

/** A month should be answered within so long, and a year within so long. */
const MONTH_TARGET_MS = 300
const YEAR_TARGET_MS = SECOND_MS

export type YearQuery = {
  name: string
  path: string
  targetMs: number
  /** What is asked about. */
  span: Span
}

/** Each answer is timed so many times after the first one. */
const ROUNDS = 7

const volume = 'callsOffered,callsAnswered,serviceLevel,averageHandleTime,abandonRate,callsHandled'
const handling = 'callsHandled,averageHandleTime,averageTalkTime,averageWrapTime,transferRate'
const percentiles = 'waitP50,waitP90,waitP95'

/**
 * What is asked of the days that were told, of their last whole month and of all of them, which
 * begin and end within a month. `agents` are asked for all at once, as a ranking does.
 */
export function queriesOf(agents: readonly string[], days: readonly BusinessDay[]): YearQuery[] {
  const month = lastMonthOf(days)
  const year = spanOf(days)
  return [
    ...questions('a month', month, MONTH_TARGET_MS, agents),
    ...histories('a month', month, MONTH_TARGET_MS, ['1d', '1h']),
    ...questions('all days', year, YEAR_TARGET_MS, agents),
    ...histories('all days', year, YEAR_TARGET_MS, ['1d', '1w', '1M']),
  ]
}

function questions(
  name: string,
  span: Span,
  targetMs: number,
  agents: readonly string[],
): YearQuery[] {
  const period = periodOf(span)
  const ask = (what: string, query: Record<string, string>, path = '/api/metrics'): YearQuery => {
    const text = new URLSearchParams({ ...period, ...query }).toString()
    return { name: `${name}, ${what}`, path: `${path}?${text}`, targetMs, span }
  }
  const [agent = ''] = agents
  const ranking = agents.map((key) => `&scope=${encodeURIComponent(`agent:${key}`)}`).join('')
  const people = ask(`a ranking of ${String(agents.length)} agents`, { ids: handling })
  const mine = { scope: `agent:${agent}`, id: 'averageHandleTime' }
  return [
    ask('center, every metric', { scope: 'center', channel: 'all' }),
    ask('center, six metrics', { scope: 'center', ids: volume }),
    ask('a queue, every metric', { scope: 'queue:orders' }),
    ask('a team, every metric', { scope: 'team:berlin-sales', channel: 'all' }),
    ask('an agent, every metric', { scope: `agent:${agent}`, channel: 'all' }),
    { ...people, path: people.path + ranking },
    ask('percentiles of a queue', { scope: 'queue:orders', ids: percentiles }),
    ask('leads by their origin', {
      scope: 'center',
      ids: 'leadsIdentified',
      filter: 'origin:inbound',
    }),
    ask('growth against the one before', { scope: 'center', ids: 'salesGrowth' }),
    ask('explained', { scope: 'center', id: 'serviceLevel' }, '/api/explain'),
    ask('explained, of an agent', mine, '/api/explain'),
  ]
}

function histories(
  name: string,
  span: Span,
  targetMs: number,
  steps: readonly ('1h' | '1d' | '1w' | '1M')[],
): YearQuery[] {
  const names = { '1h': 'hour', '1d': 'day', '1w': 'week', '1M': 'month' }
  return steps.map((step) => {
    const query = { ...periodOf(span), scope: 'center', ids: volume, step }
    const path = `/api/metrics/history?${new URLSearchParams(query).toString()}`
    return { name: `${name} by ${names[step]}, center, six metrics`, path, targetMs, span }
  })
}

const spanOf = (days: readonly BusinessDay[]): Span => ({
  fromMs: days[0]?.startMs ?? 0,
  toMs: days.at(-1)?.endMs ?? 0,
})

/** The last month of which every day was told, or all that there is. */
function lastMonthOf(days: readonly BusinessDay[]): Span {
  const months = [...new Set(days.map(({ date }) => date.slice(0, 7)))]
  const whole = months.filter((month) => {
    const [year = 0, nth = 0] = month.split('-').map(Number)
    const length = new Date(Date.UTC(year, nth, 0)).getUTCDate()
    return days.filter(({ date }) => date.startsWith(month)).length === length
  })
  const last = whole.at(-1)
  return spanOf(last === undefined ? days : days.filter(({ date }) => date.startsWith(last)))
}

const periodOf = ({ fromMs, toMs }: Span) => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
})

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
