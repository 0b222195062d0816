/** Gathers folded slices into batches, and commits them: what the keeper hands its books over to. */
import { Directory, emptyDirectory } from '../../shared/directory.ts'
import type { Database } from '../database/database.ts'
import type { Horizon } from '../engine/horizon.ts'
import type { Place } from '../stream/eventLog.ts'
import { emptyBatch, gather, type Batch } from './batch.ts'
import type { BookedSlice } from './bookedSlice.ts'
import { createCells, type CellRow } from './cells.ts'
import { calendarOver, calendarText, type DatedDirectory } from './checkpoint.ts'
import { commit, type Writer } from './commit.ts'
import type { Counts } from './counts.ts'
import type { TakenDirectoryRow } from './rows.ts'

/** Where the books stand when a session of keeping them begins. Plain data as well. */
export type BooksBegun = {
  center: string
  place: Place
  counts: Counts
  horizon: Horizon
  summedToMs: number
  directories: readonly DatedDirectory[]
  cells: readonly CellRow[]
}

export type BookWriter = {
  /** Gathers a slice; the next commit that is not a second try has it. */
  add: (slice: BookedSlice) => void
  /**
   * Writes what is gathered, as `commit` does; after one that failed, what that one was to write.
   */
  commit: (writer: Writer, nowMs: number) => Promise<boolean>
}

/** Begins a session; what one before it had gathered is given up. */
export type OpenWriter = (begun: BooksBegun) => BookWriter

/** Every name that a directory gives an agent or a queue, as `queue/sales`. */
function namesIn({ agents, queues }: Directory): Set<string> {
  const names = new Set<string>()
  for (const { key, aliases } of agents) for (const n of [key, ...aliases]) names.add(`agent/${n}`)
  for (const { key, aliases } of queues) for (const n of [key, ...aliases]) names.add(`queue/${n}`)
  return names
}

/** A writer in this very thread. */
export const writeHere =
  (database: Pick<Database, 'kind' | 'kysely'>): OpenWriter =>
  (begun) => {
    const { center } = begun
    const directories = [...begun.directories]
    const cells = createCells(center, begun.cells)
    const summed = { toMs: begun.summedToMs }
    let gathering = emptyBatch({ ...begun, calendar: calendarOver(directories), summed })
    let flying: Batch | null = null

    const take = (batch: Batch, row: TakenDirectoryRow): void => {
      const before = namesIn(directories.at(-1)?.directory ?? emptyDirectory)
      const directory = Directory.parse(JSON.parse(row.content))
      for (const name of namesIn(directory)) if (!before.has(name)) batch.described.add(name)
      directories.push({ atMs: row.atMs, directory })
      batch.directories.push(row)
      const calendar = calendarOver(directories)
      if (calendarText(calendar) !== calendarText(batch.calendar)) batch.isRebuilt = true
      batch.calendar = calendar
    }

    return {
      add: (slice) => {
        for (const row of slice.directories) take(gathering, row)
        gather(gathering, center, slice, cells)
      },
      commit: async (writer, nowMs) => {
        if (!flying) {
          flying = gathering
          gathering = emptyBatch(flying)
        }
        const isJudgedAnew = await commit(database, writer, flying, nowMs)
        flying = null
        return isJudgedAnew
      },
    }
  }
