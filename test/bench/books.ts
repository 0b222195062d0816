/** How quickly the books are written, beside the database's own insert of the same rows. */
import Sqlite from 'libsql'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import pg from 'pg'
import { ALL_SUMMED_MS } from '../../server/database/schema.ts'
import { emptyDirectory } from '../../shared/directory.ts'
import { balanceRowsOf, emptyBatch, gather, type Batch } from '../../server/books/batch.ts'
import { bookedSlice } from '../../server/books/bookedSlice.ts'
import { createCalendar } from '../../server/books/calendar.ts'
import { createCells } from '../../server/books/cells.ts'
import { takeOver } from '../../server/books/checkpoint.ts'
import { commit } from '../../server/books/commit.ts'
import { noCounts } from '../../server/books/counts.ts'
import { foldSlice, type FoldingParts } from '../../server/books/folding.ts'
import { openDatabase } from '../../server/database/database.ts'
import { noHorizon } from '../../server/engine/horizon.ts'
import { createEngine } from '../../server/engine/fold.ts'
import { START } from '../../server/stream/eventLog.ts'
import { calls, CALLS_BEGIN_MS } from '../calls.ts'
import { makeDatabase, type databaseKinds } from '../database.ts'
import { startCluster } from '../postgres.ts'
import { middleOf, type BenchRow } from './row.ts'

/** What 3,000 events a second come to in a commit of 250 ms, and how many such commits. */
const EVENTS_A_COMMIT = 750
const COMMITS = 40
/** Figures drift by the minute: each is taken beside its floor so many times, the middle one counts. */
const ROUNDS = 3
const CENTER = 'bench'

type Kind = (typeof databaseKinds)[number]

export async function booksBench(): Promise<BenchRow[]> {
  const batches = await foldedBatches()
  // Durable, as the embedded one is.
  const cluster = await startCluster(['jit=off'])
  try {
    return [
      ...(await durableWrite('sqlite', batches, cluster.url)),
      ...(await durableWrite('postgres', batches, cluster.url)),
    ]
  } finally {
    await cluster.remove()
  }
}

/** Commits as the keeper makes them: of the real engine's fold of a busy center's calls. */
async function foldedBatches(): Promise<Batch[]> {
  const events = calls(Math.ceil((EVENTS_A_COMMIT * COMMITS) / 7.6)).slice(
    0,
    EVENTS_A_COMMIT * COMMITS,
  )
  const engine = createEngine({ directories: [] })
  const nothing = async () => ({ found: new Map<string, never>(), isDoubtful: false })
  const parts: FoldingParts = {
    engine,
    lookup: { delivered: nothing, subjects: nothing, parts: nothing },
    unwritten: () => null,
    admitted: () => undefined,
    refused: new Map(),
    alone: new Set(),
  }
  const cells = createCells(CENTER, [])
  const storedParts = new Map<string, readonly string[]>()
  const batches: Batch[] = []
  let state = {
    place: START,
    counts: noCounts,
    calendar: createCalendar(emptyDirectory.center),
    horizon: noHorizon,
    summed: { toMs: ALL_SUMMED_MS },
  }
  for (let at = 0; at < events.length; at += EVENTS_A_COMMIT) {
    const place = `${String(at + 1)}-0`
    const some = events.slice(at, at + EVENTS_A_COMMIT)
    const slice = await foldSlice(parts, state.place, [{ place, events: some }])
    const batch = emptyBatch(state)
    const records = [...slice.changed].map((key) => engine.record(key))
    const before = { ...state, center: CENTER, storedParts }
    gather(batch, CENTER, bookedSlice(before, slice, records, CALLS_BEGIN_MS), cells)
    batches.push(batch)
    state = batch
  }
  return batches
}

type Table = 'cell' | 'entry' | 'balance' | 'subject' | 'part' | 'delivered'

/** The rows of a batch as plain values, table by table. */
function rowsOf(batch: Batch): [Table, Record<string, string | number>[]][] {
  return [
    ['cell', batch.cells],
    ['entry', batch.entries],
    ['balance', [...balanceRowsOf(batch.balances)].filter(({ amount }) => amount !== 0)],
    ['subject', [...batch.subjects.values()]],
    ['part', batch.parts],
    ['delivered', batch.delivered],
  ]
}

const conflicts: Record<Table, string> = {
  cell: '',
  entry: '',
  balance: `on conflict ("center","grain","counter","bucketMs","cell","detail")
    do update set "amount" = "balance"."amount" + excluded."amount"`,
  subject: `on conflict ("center","key") do update set "version" = excluded."version",
    "open" = excluded."open", "firstAtMs" = excluded."firstAtMs",
    "lastAtMs" = excluded."lastAtMs", "unopened" = excluded."unopened",
    "flags" = excluded."flags", "record" = excluded."record", "present" = excluded."present"`,
  part: 'on conflict do nothing',
  delivered: '',
}

async function durableWrite(
  kind: Kind,
  batches: readonly Batch[],
  postgresUrl: string,
): Promise<BenchRow[]> {
  const rows = batches.reduce(
    (sum, batch) => sum + rowsOf(batch).reduce((all, [, some]) => all + some.length, 0),
    0,
  )
  const figures: number[] = []
  const floors: number[] = []
  const heldMs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await writeOurs(kind, batches, postgresUrl)
    figures.push(rows / ours.seconds)
    heldMs.push(ours.heldMs)
    floors.push(rows / (await writePlain(kind, batches, postgresUrl)))
  }
  const [figure, floor] = [middleOf(figures), middleOf(floors)]
  const name = kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'
  return [
    {
      name: `durable write of the books, ${name}, ${String(EVENTS_A_COMMIT)} events a commit`,
      figure,
      unit: 'rows/s',
      floor,
      ratio: figure / floor,
      target: "≥ 0.5 of the database's own insert of the same rows",
      wants: { ratioAtLeast: 0.5 },
    },
    {
      name: `… the event loop held up by it, ${name}, p99`,
      figure: middleOf(heldMs),
      unit: 'ms',
      floor: GATHER_MS,
      ratio: middleOf(heldMs) / GATHER_MS,
      target: 'below the 20 ms over which changes are gathered for a push',
      wants: { atMost: GATHER_MS },
    },
  ]
}

/** Changes are gathered for so long before they are pushed. */
const GATHER_MS = 20

/** Seconds that our commits take, and how long they keep others of this process waiting. */
async function writeOurs(
  kind: Kind,
  batches: readonly Batch[],
  postgresUrl: string,
): Promise<{ seconds: number; heldMs: number }> {
  const at = await makeDatabase(kind, postgresUrl)
  const database = await openDatabase(at)
  const { epoch } = await takeOver(database, CENTER)
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  const startedMs = performance.now()
  for (const [commits, batch] of batches.entries()) {
    await commit(database, { center: CENTER, epoch, commits }, batch, CALLS_BEGIN_MS)
  }
  const seconds = (performance.now() - startedMs) / 1_000
  delays.disable()
  await database.close()
  await at.remove()
  return { seconds, heldMs: delays.percentile(99) / 1e6 }
}

/** Seconds that the same rows take through the database's own client, in one transaction a batch. */
async function writePlain(
  kind: Kind,
  batches: readonly Batch[],
  postgresUrl: string,
): Promise<number> {
  const at = await makeDatabase(kind, postgresUrl)
  // Made by us, so that tables and indices are the same.
  await (await openDatabase(at)).close()
  const seconds =
    at.url === null ? writeBySqlite(at.file, batches) : await writeByPostgres(at.url, batches)
  await at.remove()
  return seconds
}

function writeBySqlite(file: string, batches: readonly Batch[]): number {
  const connection = new Sqlite(file)
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  const startedMs = performance.now()
  for (const batch of batches) {
    connection.exec('begin immediate')
    for (const [table, rows] of rowsOf(batch)) {
      const [first] = rows
      if (!first) continue
      const columns = Object.keys(first)
      const names = columns.map((column) => `"${column}"`).join()
      const marks = columns.map(() => '?').join()
      const statement = connection.prepare(
        `insert into "${table}" (${names}) values (${marks}) ${conflicts[table]}`,
      )
      for (const row of rows) statement.run(columns.map((column) => row[column]))
    }
    connection.exec('commit')
  }
  const seconds = (performance.now() - startedMs) / 1_000
  connection.close()
  return seconds
}

/** Rows of one statement; PostgreSQL takes 65,535 values at most. */
const ROWS_A_STATEMENT = 1_000

async function writeByPostgres(url: string, batches: readonly Batch[]): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const startedMs = performance.now()
  for (const batch of batches) {
    await client.query('begin')
    for (const [table, rows] of rowsOf(batch)) {
      for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
        const some = rows.slice(at, at + ROWS_A_STATEMENT)
        const columns = Object.keys(some[0] ?? {})
        const names = columns.map((column) => `"${column}"`).join()
        let mark = 0
        const values = some.map(() => `(${columns.map(() => `$${String(++mark)}`).join()})`).join()
        await client.query(
          `insert into "${table}" (${names}) values ${values} ${conflicts[table]}`,
          some.flatMap((row) => columns.map((column) => row[column])),
        )
      }
    }
    await client.query('commit')
  }
  const seconds = (performance.now() - startedMs) / 1_000
  await client.end()
  return seconds
}
