/** The books of a center while somebody keeps them: engine, what is not written yet, live updates. */
import type { Database } from '../database/database.ts'
import { takingTurns } from '../database/turns.ts'
import type { Horizon } from '../engine/horizon.ts'
import type { Engine, SubjectKey, SubjectRecord } from '../engine/subject.ts'
import type { EventLog, LogEntry, Place } from '../stream/eventLog.ts'
import type { OpenWriter } from './bookWriter.ts'
import { follow, takeOver, type DatedDirectory } from './checkpoint.ts'
import { foldSlice, type FoldingParts, type Slice } from './folding.ts'
import type { Health } from './health.ts'
import { createLookup } from './lookup.ts'
import { eachOpen } from './opening.ts'
import { createRetiring } from './retiring.ts'
import type { LiveUpdate } from './update.ts'
import { createWriting, type Writing } from './writing.ts'

export type BooksOptions = {
  center: string
  database: Database
  log: EventLog
  makeEngine: (directories: readonly DatedDirectory[], horizon: Horizon) => Engine
  publish: (update: LiveUpdate) => void
  /** Who writes what is folded. */
  openWriter: OpenWriter
  now: () => number
  health: Health
  /** Events, as `place/position`, whose entries could not be booked the last time. */
  refused: ReadonlyMap<string, string>
  /** Groups of events, by their first one, of which one's entries could not be booked. */
  alone: ReadonlySet<string>
  maxUnwrittenRows: number | undefined
}

export type Books = {
  epoch: number
  generation: string
  engine: Engine
  writing: Writing
  parts: FoldingParts
  /** Up to here the stream is folded. */
  place: () => Place
  /** Folds whole entries of the log, tells the gateways, and hands them over to be written. */
  fold: (entries: readonly LogEntry[]) => Promise<void>
  /** Takes what the engine has done; `isTold`: and tells the gateways first. */
  take: (slice: Slice, isTold: boolean) => void
  /** Has the engine to itself: nothing is folded meanwhile, and nothing let go. */
  alone: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** Lets closed subjects go; never in the middle of a fold. */
  retire: () => void
}

/** Takes the books over, checks the stream, and loads what is open. */
export async function openBooks(options: BooksOptions): Promise<Books> {
  const { center, database, log, now, health, publish } = options
  const found = await takeOver(database, center)
  const { generation, place: startPlace } = await follow(database, log, center, found, now())
  const engine = options.makeEngine(found.directories, found.horizon)
  const storedParts = new Map<SubjectKey, readonly string[]>()
  const writing = createWriting({
    ...found,
    place: startPlace,
    center,
    kind: database.kind,
    openWriter: options.openWriter,
    storedParts,
    health,
    now,
    maxUnwrittenRows: options.maxUnwrittenRows,
  })
  const retiring = createRetiring(engine, writing.isUnwritten, (key) => {
    storedParts.delete(key)
  })
  /** Subjects of which the gateways show something. */
  const shown = new Set<SubjectKey>()
  await eachOpen(database, center, (record) => {
    engine.admit(record.key, record)
    storedParts.set(record.key, record.parts)
    if (showsSomething(record)) shown.add(record.key)
  })
  health.answered()

  const parts: FoldingParts = {
    engine,
    lookup: createLookup(database, center, health),
    unwritten: writing.hashOf,
    admitted: (key, record) => {
      if (record) storedParts.set(key, record.parts)
      retiring.touched(key, record?.open ?? false, now())
    },
    refused: options.refused,
    alone: options.alone,
  }
  let place = startPlace
  const turns = takingTurns()
  let isWorking = false

  const tell = (slice: Slice, records: readonly SubjectRecord[]): void => {
    const subjects = records.filter((record) => {
      const wasShown = shown.delete(record.key)
      if (showsSomething(record)) shown.add(record.key)
      return wasShown || shown.has(record.key)
    })
    publish({
      epoch: found.epoch,
      after: slice.after,
      place: slice.place,
      entries: slice.entries.map(({ entry }) => entry),
      subjects: subjects.map(({ key, open, live, accruals }) => ({ key, open, live, accruals })),
      sentAtMs: now(),
    })
  }

  const take = (slice: Slice, isTold: boolean): void => {
    const records = [...slice.changed].map((key) => engine.record(key))
    // First of all: no viewer waits for a commit.
    if (isTold) tell(slice, records)
    writing.add(slice, records)
    for (const { key, open } of records) retiring.touched(key, open, now())
    place = slice.place
  }

  const alone = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const endTurn = await turns()
    isWorking = true
    try {
      return await work()
    } finally {
      isWorking = false
      endTurn()
    }
  }

  return {
    epoch: found.epoch,
    generation,
    engine,
    writing,
    parts,
    place: () => place,
    fold: (entries) =>
      alone(async () => {
        take(await foldSlice(parts, place, entries), true)
      }),
    take,
    alone,
    retire: () => {
      // What a fold has changed so far is not known to be unwritten yet.
      if (!isWorking) retiring.retire(now())
    },
  }
}

/** Whether there is anything of a subject on a screen, or growing in a number. */
function showsSomething({ live, accruals }: SubjectRecord): boolean {
  const { visits, legs, agent } = live
  return visits.length > 0 || legs.length > 0 || agent !== null || accruals.length > 0
}
