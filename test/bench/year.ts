/** A simulated year: how long it takes in, how large it is, and how soon questions are answered. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Sqlite from 'libsql'
import { Redis } from 'ioredis'
import { z } from 'zod'
import type { SentEvent } from '../../shared/events/sent.ts'
import type { Span } from '../../shared/entry.ts'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { backUp } from '../../server/database/backup.ts'
import { socketPathFor } from '../../server/redis/socketPath.ts'
import { API_KEY, startServer, type RunningServer } from '../server.ts'
import type { BenchRow } from './row.ts'
import { daysOf, tellYear, YEAR_DAYS, yearDirectory, type Year } from './yearEvents.ts'
import { queriesOf, timeQueries } from './yearQueries.ts'

export type YearOptions = {
  contacts: number
  /** So many of its days are told, the first ones; what is measured is as much. */
  days: number
  /** Where the year is kept, to be gone on with; null: in the machine's folder for such things. */
  folder: string | null
}

/** Posted at once, and so many under way: one is judged while the next is told. */
const BATCH_EVENTS = 1_000
const AHEAD = 2
/** The engine is waited for where it is so many events behind: Redis would only fill. */
const MAX_BEHIND_EVENTS = 400_000
const REPORT_EVERY_MS = 30 * SECOND_MS
const LOOK_EVERY_MS = 250

/** How far the year has been told; in the data folder, so that it is gone on with. */
const Told = z.object({
  contacts: z.number(),
  lastMs: z.number(),
  toldDays: z.number(),
  toldContacts: z.number(),
  toldEvents: z.number(),
  /** The time that telling it and taking it in took, all runs together. */
  importMs: z.number(),
})
type Told = z.output<typeof Told>

/** Takes the year in, or what is left of it; then measures. */
export async function yearBench(options: YearOptions): Promise<BenchRow[]> {
  const { contacts, folder } = options
  if (!(contacts >= YEAR_DAYS)) throw new Error(`--contacts: at least ${String(YEAR_DAYS)}`)
  const dataDir = folder ?? join(tmpdir(), `ringside-year-${String(contacts)}`)
  await mkdir(dataDir, { recursive: true })
  say(`the year is kept in ${dataDir}; a run that is cut off goes on with it`)
  return measure(dataDir, await takeIn(dataDir, options))
}

async function takeIn(dataDir: string, { contacts, days }: YearOptions): Promise<Told> {
  const file = join(dataDir, 'year.json')
  const fresh: Told = {
    ...{ contacts, lastMs: Date.now() - DAY_MS, toldDays: 0 },
    ...{ toldContacts: 0, toldEvents: 0, importMs: 0 },
  }
  const told = existsSync(file) ? Told.parse(JSON.parse(await readFile(file, 'utf8'))) : fresh
  if (told.contacts !== contacts) {
    throw new Error(`${dataDir} holds a year of ${String(told.contacts)} contacts: --data, or that`)
  }
  const server = await startServer({ dataDir })
  try {
    await putDirectory(server)
    const before = { ...told, atMs: performance.now() }
    const keep = async (): Promise<void> => {
      told.importMs = before.importMs + performance.now() - before.atMs
      await writeFile(file, JSON.stringify(told))
    }
    let reportedMs = before.atMs
    const year: Year = { contacts, lastMs: told.lastMs }
    for (const day of tellYear(year, { from: told.toldDays, to: days })) {
      await post(server, day.events)
      told.toldDays += 1
      told.toldContacts += day.contacts
      told.toldEvents += day.events.length
      await untilTaken(server, told.toldEvents - MAX_BEHIND_EVENTS)
      await keep()
      if (performance.now() - reportedMs < REPORT_EVERY_MS) continue
      reportedMs = performance.now()
      const perMs = (told.toldEvents - before.toldEvents) / (reportedMs - before.atMs)
      const left = (told.toldEvents / told.toldDays) * (days - told.toldDays)
      say(
        `${day.date}: ${number(told.toldContacts)} contacts, ${number(told.toldEvents)} events, ` +
          `${number(perMs * SECOND_MS)} events/s, ${number(left / perMs / MINUTE_MS)} min left`,
      )
    }
    await untilTaken(server, Infinity)
    await keep()
    return told
  } finally {
    await server.stop()
  }
}

async function putDirectory(server: RunningServer): Promise<void> {
  const response = await fetch(`${server.url}/api/directory`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(yearDirectory()),
  })
  if (!response.ok) throw new Error(`The directory is refused: ${await response.text()}`)
}

const Verdict = z.object({ rejected: z.array(z.unknown()) })

/** Resolves when all is on disk. */
async function post(server: RunningServer, events: readonly SentEvent[]): Promise<void> {
  const underWay: Promise<void>[] = []
  const send = async (some: readonly SentEvent[]): Promise<void> => {
    const body = JSON.stringify(some)
    const attempt = () =>
      fetch(`${server.url}/api/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
        body,
      })
    // A connection that was idle while a day was told may be closed as it is used again; what was
    // stored all the same is known by its ids.
    const response = await attempt().catch(attempt)
    if (!response.ok) throw new Error(`${String(response.status)} ${await response.text()}`)
    const [first] = Verdict.parse(await response.json()).rejected
    if (first !== undefined) throw new Error(`An event is refused: ${JSON.stringify(first)}`)
  }
  for (let at = 0; at < events.length; at += BATCH_EVENTS) {
    underWay.push(send(events.slice(at, at + BATCH_EVENTS)))
    if (underWay.length >= AHEAD) await underWay.shift()
  }
  await Promise.all(underWay)
}

const Status = z.object({ complete: z.boolean(), events: z.object({ folded: z.number() }) })

/** Resolves when so many events are in the books, or all that there are. */
async function untilTaken(server: RunningServer, wanted: number): Promise<void> {
  for (;;) {
    const { body } = await server.get('/api/status')
    const { complete, events } = Status.parse(body)
    if (complete || events.folded >= wanted) return
    await pause(LOOK_EVERY_MS)
  }
}

async function untilReady(server: RunningServer): Promise<void> {
  while (!(await fetch(`${server.url}/readyz`)).ok) await pause(LOOK_EVERY_MS / 10)
}

async function measure(dataDir: string, told: Told): Promise<BenchRow[]> {
  const file = join(dataDir, 'main.db')
  const seconds = told.importMs / SECOND_MS
  say(`${number(told.toldContacts)} contacts, ${number(told.toldEvents)} events`)
  say(`import: ${number(seconds)} s, ${number(told.toldEvents / seconds)} events/s`)
  forget(file)
  const startedMs = performance.now()
  const server = await startServer({ dataDir })
  try {
    await untilReady(server)
    say(`restart: ${number((performance.now() - startedMs) / SECOND_MS, 2)} s until it is ready`)
    const days = daysOf(told).slice(0, told.toldDays)
    const agents = (yearDirectory().agents ?? []).map(({ key }) => key)
    const queries = queriesOf(agents, days)
    const timed = await timeQueries(server.url, queries)
    for (const { query, coldMs, medianMs, worstMs, bytes } of timed) {
      const isLate = worstMs > query.targetMs || coldMs > query.targetMs
      say(
        `${isLate ? '!' : ' '} ${query.name.padEnd(44)} cold ${number(coldMs).padStart(6)} ms, ` +
          `then ${number(medianMs).padStart(6)} ms, at worst ${number(worstMs).padStart(6)} ms, ` +
          `${number(bytes)} bytes`,
      )
    }
    await sizes(dataDir, told)
    const backupMs = performance.now()
    const backup = await backUp(file, join(dataDir, 'backups'), Date.now())
    say(
      `backup: ${number((performance.now() - backupMs) / SECOND_MS, 1)} s, ` +
        `${megabytes(backup.bytes)}, checked`,
    )
    await reconcileMonth(
      server,
      days.slice(-30).map(({ date }) => date),
    )
    return timed.map(({ query, medianMs }) => {
      const floor = bareSum(file, query.span)
      return {
        ...{ name: query.name, figure: medianMs, unit: 'ms', floor, ratio: medianMs / floor },
        target: `< ${String(query.targetMs)} ms; the floor is one bare sum of the months’ balances`,
        wants: { atMost: query.targetMs },
      }
    })
  } finally {
    await server.stop()
  }
}

/** Each day of a month is reconciled: balances, entries and what facts come to. */
async function reconcileMonth(server: RunningServer, dates: readonly string[]): Promise<void> {
  const beganMs = performance.now()
  let checked = 0
  for (const date of dates) {
    const { body } = await server.get(`/api/reconcile?day=${date}`)
    const found = z.object({ checked: z.number(), differences: z.array(z.unknown()) }).parse(body)
    if (found.differences.length > 0) {
      throw new Error(`The books of ${date} do not agree: ${JSON.stringify(found.differences[0])}`)
    }
    checked += found.checked
  }
  const seconds = (performance.now() - beganMs) / SECOND_MS
  say(
    `reconcile of ${number(dates.length)} days: ${number(seconds, 1)} s, ${number(checked)} sums agree`,
  )
}

/** What the database has of each table, and Redis of the stream. */
async function sizes(dataDir: string, told: Told): Promise<void> {
  const file = join(dataDir, 'main.db')
  const { size } = await stat(file)
  const per = (bytes: number) => `${number(bytes / told.toldContacts)} bytes a contact`
  say(`main.db: ${megabytes(size)}, ${per(size)}`)
  const connection = new Sqlite(file, { readonly: true })
  for (const table of ['entry', 'balance', 'subject', 'part', 'delivered', 'cell']) {
    const found = connection
      .prepare(
        `select sum(pgsize) as bytes from dbstat
         where name in (select name from sqlite_schema where tbl_name = ?)`,
      )
      .get([table]) as { bytes: number | null }
    const { rows } = connection.prepare(`select count(*) as rows from ${table}`).get() as {
      rows: number
    }
    const bytes = found.bytes ?? 0
    say(`  ${table}: ${number(rows)} rows, ${megabytes(bytes)}, ${per(bytes)}`)
  }
  const grains = connection
    .prepare('select grain, count(*) as rows from balance group by grain order by rows')
    .all() as { grain: string; rows: number }[]
  say(
    `  balances by grain: ${grains.map(({ grain, rows }) => `${grain} ${number(rows)}`).join(', ')}`,
  )
  connection.close()
  const redis = new Redis(await socketPathFor(join(dataDir, 'redis')))
  const memory = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1] ?? 0)
  redis.disconnect()
  const stored = await bytesIn(join(dataDir, 'redis'))
  say(`Redis: ${megabytes(memory)} of memory, ${megabytes(stored)} on disk, ${per(stored)}`)
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const found = await Promise.all(
    names.filter((each) => each.isFile()).map((each) => stat(join(each.parentPath, each.name))),
  )
  return found.reduce((sum, each) => sum + each.size, 0)
}

/** What nothing can beat: all month balances of a span by counter, and nothing else, in ms. */
function bareSum(file: string, { fromMs, toMs }: Span): number {
  const connection = new Sqlite(file, { readonly: true })
  const sum = connection.prepare(
    `select counter, sum(amount) from balance
     where center = 'main' and grain = '1M' and bucketMs >= ? and bucketMs < ? group by counter`,
  )
  sum.all([fromMs, toMs])
  const beganMs = performance.now()
  sum.all([fromMs, toMs])
  const ms = performance.now() - beganMs
  connection.close()
  return ms
}

/** Lets the system forget what it holds of a file, so that the next reader finds a cold disk. */
function forget(file: string): void {
  // Of a file that nobody has open, on Linux; elsewhere it is as warm as it is.
  spawnSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' })
}

const say = (line: string): void => {
  console.error(line)
}

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: digits })

const megabytes = (bytes: number): string => `${number(bytes / 1e6, 1)} MB`
