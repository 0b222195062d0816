/** Whether the numbers are right in the end: every event counted, and none twice. */
import { DAY_MS } from '../../shared/time.ts'
import { metricOf, type MetricId } from '../../shared/metrics/registry.ts'
import { eventually } from './eventually.ts'
import { FIGURES, type Figures, type Load } from './load.ts'
import type { Ringside } from './ringside.ts'
import { wallFigures } from './wall.ts'

export type Status = {
  place: string
  complete: boolean
  stream: {
    end: string | null
    entries: number | null
    gaps: { from: string; to: string; reason: string }[]
  }
  engine: { place: string; epoch: number }
  events: { folded: number; duplicates: number; conflicting: number; poison: number }
  deadLetters: unknown[]
  storage: { damage: string | null; kept: string[] } | null
  unopened: { facts: number }
}

export async function statusOf(ringside: Ringside): Promise<Status> {
  const { status, body } = await ringside.get('/api/status')
  if (status !== 200) throw new Error(`/api/status: ${String(status)} ${JSON.stringify(body)}`)
  return body as Status
}

/** Resolves when the numbers hold all that the stream has. */
export async function settled(ringside: Ringside): Promise<Status> {
  let last: Status | null = null
  await eventually('the numbers hold the stream', async () => {
    last = await statusOf(ringside).catch(() => null)
    return last?.complete === true
  }).catch((error: unknown) => {
    const { deadLetters: _, ...shown } = last ?? { deadLetters: [] }
    throw new Error(`${String(error)}: ${JSON.stringify(shown)}\n${ringside.output()}`)
  })
  return statusOf(ringside)
}

/** What is wrong with the numbers, a line each; none: they are what the load makes them. */
export async function differences(
  ringside: Ringside,
  load: Load,
  wallUrl: string,
): Promise<string[]> {
  const status = await settled(ringside)
  const said: string[] = []
  const same = (what: string, expected: unknown, found: unknown): void => {
    const [a, b] = [JSON.stringify(expected), JSON.stringify(found)]
    if (a !== b) said.push(`${what}: expected ${a}, found ${b}`)
  }
  same('events folded', load.events, status.events.folded)
  same('conflicting events', 0, status.events.conflicting)
  same('dead letters', [], status.deadLetters)
  same('facts without their opener', 0, status.unopened.facts)
  for (const [scope, figures] of load.truth) {
    const found = await figuresOf(ringside, load, scope)
    for (const [figure, amount] of Object.entries(figures)) {
      same(`${scope} ${figure}`, amount, found[figure])
    }
  }
  same('who waits or talks', { waiting: [], talking: [] }, await liveOf(ringside))
  const shown = await wallFigures(wallUrl, load, [...load.truth.keys()])
  for (const [scope, figures] of load.truth) {
    for (const [figure, amount] of Object.entries(figures)) {
      const sums = shown.get(scope)
      const counters = countersOf(figure, scope)
      const sum = counters.reduce((total, counter) => total + (sums?.get(counter) ?? 0), 0)
      same(`the wall's ${scope} ${figure}`, amount, sum)
    }
  }
  said.push(...(await unreconciled(ringside, load)))
  return said
}

/** What it answers, asked again where it cannot yet: one of its connections may still be away. */
async function answerOf(ringside: Ringside, path: string): Promise<unknown> {
  let answer: { status: number; body: unknown } = { status: 503, body: null }
  await eventually(`an answer to ${path}`, async () => {
    answer = await ringside.get(path)
    return answer.status !== 503
  })
  const { status, body } = answer
  if (status !== 200) throw new Error(`${path}: ${String(status)} ${JSON.stringify(body)}`)
  return body
}

async function figuresOf(ringside: Ringside, load: Load, scope: string): Promise<Figures> {
  const ids = Object.keys(FIGURES[kindOf(scope)]).join(',')
  const span = `from=${new Date(load.fromMs).toISOString()}&to=${new Date(load.toMs).toISOString()}`
  const answer = await answerOf(ringside, `/api/metrics?scope=${scope}&ids=${ids}&${span}`)
  const { values } = answer as {
    values: Record<string, { parts: Record<string, { booked: number; live: number }> }>
  }
  return Object.fromEntries(
    Object.entries(values).flatMap(([id, { parts }]) =>
      Object.entries(parts).map(([part, { booked, live }]) => [`${id}.${part}`, booked + live]),
    ),
  )
}

/** Teams are told of as their agents are. */
const kindOf = (scope: string): keyof typeof FIGURES =>
  scope.startsWith('queue:') ? 'queue' : 'agent'

/** The counters behind a figure, as its metric declares them. */
function countersOf(figure: string, scope: string): readonly string[] {
  const [id = '', part = ''] = figure.split('.')
  const metric = metricOf(id as MetricId)
  if (metric.kind !== 'balance') throw new Error(`${id} is no sum of counters`)
  return metric.parts(kindOf(scope))[part] ?? []
}

async function liveOf(ringside: Ringside): Promise<unknown> {
  const answer = await answerOf(ringside, '/api/live?scope=center')
  const { waiting, talking } = answer as { waiting: unknown; talking: unknown }
  return { waiting, talking }
}

/** The books against themselves, on every day that the load touches. */
async function unreconciled(ringside: Ringside, load: Load): Promise<string[]> {
  const said: string[] = []
  const days = new Set([load.fromMs, load.toMs].map((atMs) => Math.floor(atMs / DAY_MS) * DAY_MS))
  let checked = 0
  for (const dayMs of days) {
    const day = new Date(dayMs).toISOString().slice(0, 10)
    const answer = await answerOf(ringside, `/api/reconcile?day=${day}`)
    const found = answer as { checked: number; differences: unknown[] }
    checked += found.checked
    said.push(...found.differences.map((one) => `reconcile ${day}: ${JSON.stringify(one)}`))
  }
  if (checked === 0) said.push('reconcile compared nothing')
  return said
}
