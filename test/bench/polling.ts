/** What 100 viewers of 40 queues cost when numbers are pushed, and when each of them polls SQL. */
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../shared/time.ts'
import { startCluster } from '../postgres.ts'
import { API_KEY } from '../server.ts'
import { queueOf } from './live/center.ts'
import { startLoad } from './live/load.ts'
import { takenBy } from './live/processes.ts'
import { startServing } from './live/serving.ts'
import { middleOf, type BenchRow } from './row.ts'

const VIEWERS = 100
const SIZE = { queues: 40, agents: 1_000, eventsASecond: 32 }
/** A day of a center of 1,000 agents: 1.4 million events, about nine a visit. */
const VISITS_A_DAY = 150_000
const REFRESHES = 30
const WARM_MS = 10 * SECOND_MS
const MEASURED_MS = 30 * SECOND_MS
/** How the kernel counts a process's time. */
const TICKS_A_SECOND = 100

export async function pollingBench(): Promise<BenchRow[]> {
  const pushed = await secondsOfPushing()
  const refresh = await secondsOfRefresh()
  const anHour = HOUR_MS / SECOND_MS
  const figure = pushed * anHour
  const row = (name: string, floor: number, most: number, target: string): BenchRow => ({
    name,
    figure,
    unit: 'CPU-seconds an hour',
    floor,
    ratio: figure / floor,
    target,
    wants: { ratioAtMost: most },
  })
  const what = `${String(VIEWERS)} viewers of ${String(SIZE.queues)} queues, 32 events/s`
  return [
    row(
      `${what}, beside each polling PostgreSQL every second`,
      refresh * VIEWERS * anHour,
      0.01,
      '≤ 1/100 of 12 figures of each queue over the day, a query a viewer a second',
    ),
    row(
      `${what}, beside one query a second for all`,
      refresh * anHour,
      1,
      '≤ 1 of that query; and fresh in milliseconds instead of a second',
    ),
  ]
}

/** Time of processors, of the server and its Redis together, for a second of pushing. */
async function secondsOfPushing(): Promise<number> {
  const { ringside, port, close } = await startServing(SIZE.queues)
  try {
    const load = await startLoad({
      ...{ port, key: API_KEY, center: SIZE },
      walls: VIEWERS,
      pages: 0,
    })
    try {
      const used = async (): Promise<number> =>
        (await takenBy(ringside.url)).cpuSeconds + (await cpuSeconds(await ringside.redisPid()))
      await pause(WARM_MS)
      const before = await used()
      await pause(MEASURED_MS)
      return ((await used()) - before) / (MEASURED_MS / SECOND_MS)
    } finally {
      load.kill()
    }
  } finally {
    await close()
  }
}

/** Time of a processor that one refresh takes PostgreSQL. */
async function secondsOfRefresh(): Promise<number> {
  const cluster = await startCluster(['jit=off', 'max_parallel_workers_per_gather=0'])
  const client = new pg.Client({ connectionString: cluster.url })
  try {
    await client.connect()
    await fill(client)
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const pid = rows[0]?.pid ?? 0
    const took: number[] = []
    // Counted in hundredths of a second: several together.
    for (let round = 0; round < 3; round++) {
      const before = await cpuSeconds(pid)
      for (let n = 0; n < REFRESHES; n++) {
        const refreshed = await client.query(REFRESH, [new Date(Date.now() - DAY_MS)])
        if (refreshed.rowCount !== SIZE.queues) throw new Error('A queue is missing')
      }
      took.push(((await cpuSeconds(pid)) - before) / REFRESHES)
    }
    return middleOf(took)
  } finally {
    await client.end()
    await cluster.remove()
  }
}

/** Twelve figures of each queue, as they are asked of a table of calls. */
const REFRESH = `
  select queue,
    count(*) as offered,
    count(answered) as answered,
    count(abandoned) as abandoned,
    count(*) filter (where ended is not null and answered is not null) as handled,
    count(*) filter (where answered - queued <= interval '20 s')::float
      / nullif(count(*) filter (where ended is not null), 0) as service_level,
    count(abandoned)::float / count(*) as abandon_rate,
    avg(extract(epoch from answered - queued)) as speed_of_answer,
    avg(extract(epoch from ended - answered)) as handle_time,
    max(extract(epoch from coalesce(answered, abandoned) - queued)) as longest,
    count(*) filter (where answered is null and abandoned is null) as waiting,
    min(queued) filter (where answered is null and abandoned is null) as waiting_since,
    count(*) filter (where queued > now() - interval '30 min') as lately
  from visit where queued >= $1 group by queue`

async function fill(client: pg.Client): Promise<void> {
  await client.query(`create table visit (id bigint primary key, queue text not null,
    queued timestamptz not null, answered timestamptz, abandoned timestamptz, ended timestamptz)`)
  await client.query(
    `insert into visit
      select n, $1 || (n % $2), at,
        case when n % 12 <> 0 then at + (n % 40) * interval '1 s' end,
        case when n % 12 = 0 then at + (n % 60) * interval '1 s' end,
        case when n % 12 <> 0 then at + (60 + n % 300) * interval '1 s' end
      from (select n, now() - interval '1 day' * (n::float / $3) as at
            from generate_series(1, $3::int) n) made`,
    [queueOf(0).slice(0, -1), SIZE.queues, VISITS_A_DAY],
  )
  await client.query('create index on visit (queued)')
  await client.query('analyze visit')
}

/** What a process has used so far. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8')
  // After the name in brackets, which may hold anything: the 12th and 13th are its time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
}
