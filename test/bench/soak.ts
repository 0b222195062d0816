/**
 * `npm run soak [-- --minutes 60]`: a busy center for an hour, watched by hundreds and by a wall in
 * Chromium. Tells every minute what it takes and how late it is, and ends with a verdict.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { settled, statusOf } from '../faults/check.ts'
import { until } from '../keeping.ts'
import { API_KEY } from '../server.ts'
import type { CenterTruth } from './live/center.ts'
import { startLoad, type Load, type LoadSeen, type LoadTotal } from './live/load.ts'
import { openWallPage, type WallPage } from './live/page.ts'
import { bytesIn, residentBytes, takenBy, type Taken } from './live/processes.ts'
import { ADMIN_PASSWORD, startServing } from './live/serving.ts'
import { machine, type Machine } from './machine.ts'

const QUEUES = 40
const AGENTS = 2_000
/** Four of five watch the wall, the others a page of their own. */
const WALL_SHARE = 0.8
/** How often the server is asked what it takes. */
const SAMPLE_MS = 5 * SECOND_MS
/** Until then windows fill and code warms up: growth counts from here on. */
const WARM_MINUTES = 5
/** More than this, from then to the end, is no noise. */
const MAX_GROWTH = 1.25
const MB = 1_048_576
const SETTLE_LIMIT_MS = 30 * MINUTE_MS
/** A day of a million events is read whole, beside whatever else the machine does. */
const RECONCILE_LIMIT_MS = 30 * MINUTE_MS

type Minute = {
  minute: number
  seen: LoadSeen
  taken: Taken
  /** The least of the minute's samples: what is left when garbage has gone. */
  leastHeapBytes: number
  redisBytes: number
  pageHeapBytes: number
  longTasks: number
}

/** What a soak found, as it is kept beside the other results. */
export type SoakResult = {
  at: string
  machine: Machine
  minutes: number
  eventsASecond: number
  viewers: number
  events: number
  wrong: string[]
  perMinute: Minute[]
  dataBytes: { redis: number; all: number }
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    events: { type: 'string', default: '320' },
    viewers: { type: 'string', default: '500' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
const eventsASecond = Number(values.events)
const viewers = Number(values.viewers)
if (values.help || ![minutes, eventsASecond, viewers].every((value) => value > 0)) {
  console.log('npm run soak -- [--minutes 60] [--events 320] [--viewers 500] [--out result.json]')
  console.log('  --events: a second; --viewers: sockets that watch; --out: where the figures go')
  process.exit(values.help ? 0 : 2)
}

const { ringside, port, dataDir, close } = await startServing(QUEUES)
let load: Load | null = null
let page: WallPage | null = null
try {
  // The directory comes through the stream as well.
  const foldedBefore = (await settled(ringside)).events.folded
  page = await openWallPage(ringside.url, '/wall/center', ADMIN_PASSWORD)
  const startedMs = Date.now()
  load = await startLoad({
    port,
    key: API_KEY,
    center: { queues: QUEUES, agents: AGENTS, eventsASecond },
    walls: Math.round(viewers * WALL_SHARE),
    pages: viewers - Math.round(viewers * WALL_SHARE),
  })
  console.log(
    `${String(minutes)} min, ${String(eventsASecond)} events/s, ${String(viewers)} viewers; ` +
      'shown: POST to a viewer’s frame; ms are p50/p99/longest',
  )
  const perMinute: Minute[] = []
  for (let minute = 1; minute <= minutes; minute++) {
    const one = await watchMinute(minute, load, page)
    perMinute.push(one)
    console.log(lineOf(one))
  }
  const total = await load.end()
  // A machine that was too slow for this has some of it before it yet.
  await until(
    'the numbers hold all that was sent',
    async () => (await statusOf(ringside)).complete,
    SETTLE_LIMIT_MS,
  )
  const wrong = [
    ...(await wrongSums(total, startedMs, foldedBefore).catch((error: unknown) => [
      `the sums could not be compared: ${String(error)}`,
    ])),
    ...wrongMinutes(perMinute, total),
    ...page.errors.map((error) => `the page: ${error}`),
  ]
  const result: SoakResult = {
    ...{ at: new Date().toISOString(), machine: machine(), minutes, eventsASecond, viewers },
    ...{ events: total.accepted, wrong, perMinute },
    dataBytes: { redis: await bytesIn(join(dataDir, 'redis')), all: await bytesIn(dataDir) },
  }
  if (values.out !== undefined) {
    await mkdir(dirname(values.out), { recursive: true })
    await writeFile(values.out, JSON.stringify(result, null, 2))
  }
  console.log(`${String(total.accepted)} events; ${String(wrong.length)} things are wrong`)
  for (const line of wrong) console.log(`  ${line}`)
  if (wrong.length > 0) process.exitCode = 1
} finally {
  load?.kill()
  await page?.close()
  await close()
}

async function watchMinute(minute: number, from: Load, wall: WallPage): Promise<Minute> {
  const untilMs = performance.now() + MINUTE_MS
  const samples: Taken[] = []
  while (performance.now() < untilMs) {
    await pause(Math.max(0, Math.min(SAMPLE_MS, untilMs - performance.now())))
    samples.push(await takenBy(ringside.url))
  }
  const last = samples.at(-1)
  if (!last) throw new Error('A minute without a sample')
  return {
    minute,
    seen: await from.look(),
    taken: {
      ...last,
      delayP99Ms: Math.max(...samples.map(({ delayP99Ms }) => delayP99Ms)),
      delayMaxMs: Math.max(...samples.map(({ delayMaxMs }) => delayMaxMs)),
    },
    leastHeapBytes: Math.min(...samples.map(({ heapBytes }) => heapBytes)),
    redisBytes: await residentBytes(await ringside.redisPid()),
    pageHeapBytes: await wall.heapBytes(),
    longTasks: (await wall.longTasks()).length,
  }
}

function lineOf(one: Minute): string {
  const { seen, taken } = one
  const ms = ({ p50, p99, max }: LoadSeen['shownMs']): string =>
    [p50, p99, max].map((value) => value.toFixed(0)).join('/')
  const mb = (bytes: number): string => (bytes / MB).toFixed(0)
  return [
    `min ${String(one.minute)}`,
    `${String(seen.accepted)} events`,
    `answered ${ms(seen.answerMs)}`,
    `shown ${ms(seen.shownMs)}`,
    `${String(seen.frames)} frames`,
    `server ${mb(taken.residentBytes)} MB (heap ${mb(one.leastHeapBytes)})`,
    `loop p99 ${taken.delayP99Ms.toFixed(0)}`,
    `Redis ${mb(one.redisBytes)} MB`,
    `page ${(one.pageHeapBytes / MB).toFixed(1)} MB, ${String(one.longTasks)} long tasks`,
    ...(seen.failures.length + seen.cutOff + seen.holes + seen.notAccepted > 0
      ? [
          `${String(seen.failures.length)} failed (${seen.failures.join('; ')}), ${String(seen.cutOff)} cut off, ` +
            `${String(seen.holes)} holes, ${String(seen.notAccepted)} not accepted`,
        ]
      : []),
  ].join(', ')
}

/** What the books say beside what the load says, and the books against themselves. */
async function wrongSums(
  total: LoadTotal,
  startedMs: number,
  foldedBefore: number,
): Promise<string[]> {
  const said: string[] = []
  const same = (what: string, expected: number, found: number | undefined): void => {
    if (expected !== found) {
      said.push(`${what}: expected ${String(expected)}, found ${String(found)}`)
    }
  }
  const status = await settled(ringside)
  same('events folded', foldedBefore + total.accepted, status.events.folded)
  same('conflicting events', 0, status.events.conflicting)
  same('dead letters', 0, status.deadLetters.length)
  same('facts without their opener', 0, status.unopened.facts)
  const found = await sumsOf(startedMs)
  for (const [what, amount] of Object.entries(total.truth)) {
    same(what, amount, found[what as keyof CenterTruth])
  }
  for (let dayMs = startedMs; dayMs < Date.now() + DAY_MS; dayMs += DAY_MS) {
    const day = new Date(dayMs).toISOString().slice(0, 10)
    const { body } = await ringside.get(`/api/reconcile?day=${day}`, RECONCILE_LIMIT_MS)
    const { differences } = body as { differences: unknown[] }
    said.push(...differences.map((one) => `reconcile ${day}: ${JSON.stringify(one)}`))
  }
  return said
}

async function sumsOf(startedMs: number): Promise<CenterTruth> {
  const ids = 'callsOffered,callsAnswered,callsAbandoned,shortAbandons,callsHandled,averageTalkTime'
  const span = [startedMs - MINUTE_MS, Date.now() + MINUTE_MS].map((atMs) =>
    new Date(atMs).toISOString(),
  )
  const { body } = await ringside.get(
    `/api/metrics?scope=center&ids=${ids}&from=${String(span[0])}&to=${String(span[1])}`,
  )
  const { values: found } = body as {
    values: Record<string, { parts: Record<string, { booked: number; live: number }> }>
  }
  const part = (id: string, name: string): number => {
    const { booked, live } = found[id]?.parts[name] ?? { booked: NaN, live: NaN }
    return booked + live
  }
  return {
    offered: part('callsOffered', 'offered'),
    answered: part('callsAnswered', 'answered'),
    abandoned:
      part('callsAbandoned', 'inTime') +
      part('callsAbandoned', 'passed') +
      part('shortAbandons', 'abandoned'),
    handled: part('callsHandled', 'handled'),
    talkMs: part('averageTalkTime', 'talk'),
  }
}

/** What must not happen in any minute, and what must not grow. */
function wrongMinutes(perMinute: readonly Minute[], { unseen }: LoadTotal): string[] {
  const said: string[] = []
  const none = (what: string, amount: number): void => {
    if (amount > 0) said.push(`${what}: ${String(amount)}`)
  }
  const sum = (of: (seen: LoadSeen) => number): number =>
    perMinute.reduce((all, { seen }) => all + of(seen), 0)
  none(
    'requests that failed',
    sum(({ failures }) => failures.length),
  )
  none(
    'events that were not accepted',
    sum(({ notAccepted }) => notAccepted),
  )
  none(
    'connections that were cut off',
    sum(({ cutOff }) => cutOff),
  )
  none(
    'frames that were missing',
    sum(({ holes }) => holes),
  )
  none('calls that were not shown', unseen)
  const steady = perMinute.slice(WARM_MINUTES)
  const third = Math.floor(steady.length / 3)
  if (third === 0) return said
  const grown = (what: string, of: (one: Minute) => number): void => {
    const least = (some: readonly Minute[]): number => Math.min(...some.map(of))
    const growth = least(steady.slice(-third)) / least(steady.slice(0, third))
    if (growth > MAX_GROWTH) said.push(`${what} grew by ${((growth - 1) * 100).toFixed(0)} %`)
  }
  grown('what the server’s heap holds', ({ leastHeapBytes }) => leastHeapBytes)
  grown('the server’s memory', ({ taken }) => taken.residentBytes)
  grown('the page’s heap', ({ pageHeapBytes }) => pageHeapBytes)
  return said
}
