/** Taking the books of a center over, and making sure that the stream is the one they followed. */
import type { Kysely } from 'kysely'
import { Directory, emptyDirectory } from '../../shared/directory.ts'
import type { Database } from '../database/database.ts'
import type { Tables } from '../database/schema.ts'
import { comparePlaces, placeMs, START, type EventLog, type Place } from '../stream/eventLog.ts'
import type { Horizon } from '../engine/horizon.ts'
import type { CellRow } from './cells.ts'
import { createCalendar, type Calendar } from './calendar.ts'
import { parseCounts, type Counts } from './counts.ts'
import { FencedOff } from './fencedOff.ts'

/** A directory, and from when on it is in force. */
export type DatedDirectory = { atMs: number; directory: Directory }

/** Where the books stand, as whoever takes them over finds them. */
export type Checkpoint = {
  epoch: number
  commits: number
  generation: string
  place: Place
  committedAtMs: number
  counts: Counts
  calendar: Calendar
  horizon: Horizon
  /** Up to where balances of quarters, days and months are summed up. */
  summedToMs: number
  directories: DatedDirectory[]
  cells: CellRow[]
}

/**
 * Makes the center's row where there is none, and takes the next epoch: from now on every older
 * keeper's commits fail. What is read here is what they left.
 */
export async function takeOver(database: Database, center: string): Promise<Checkpoint> {
  return database.kysely.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('center')
      .values({
        center,
        epoch: 0,
        generation: '',
        place: START,
        commits: 0,
        committedAtMs: 0,
        calendar: '',
        counts: '',
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const row = await transaction
      .updateTable('center')
      .set(({ eb }) => ({ epoch: eb('epoch', '+', 1) }))
      .where('center', '=', center)
      .returningAll()
      .executeTakeFirstOrThrow()
    const cells = await transaction
      .selectFrom('cell')
      .selectAll()
      .where('center', '=', center)
      .execute()
    const directories = await takenDirectories(transaction, center)
    return {
      epoch: row.epoch,
      commits: row.commits,
      generation: row.generation,
      place: row.place,
      committedAtMs: row.committedAtMs,
      counts: parseCounts(row.counts),
      calendar: calendarOver(directories),
      horizon: { fromMs: row.detailsFromMs, beforeMs: row.detailsBeforeMs },
      summedToMs: row.summedToMs,
      directories,
      cells,
    }
  })
}

/** The directories that the books have taken from the stream, in the order in which they stand. */
export async function takenDirectories(
  transaction: Kysely<Tables>,
  center: string,
): Promise<DatedDirectory[]> {
  const rows = await transaction
    .selectFrom('takenDirectory')
    .select(['atMs', 'content', 'place', 'position'])
    .where('center', '=', center)
    .execute()
  return rows
    .sort((a, b) => a.atMs - b.atMs || comparePlaces(a.place, b.place) || a.position - b.position)
    .map(({ atMs, content }) => ({ atMs, directory: Directory.parse(JSON.parse(content)) }))
}

/** The calendar of the newest directory: it holds for all of time, past days included. */
export function calendarOver(directories: readonly DatedDirectory[]): Calendar {
  const newest = directories.reduce<DatedDirectory | null>(
    (best, dated) => (best === null || dated.atMs >= best.atMs ? dated : best),
    null,
  )
  return createCalendar((newest?.directory ?? emptyDirectory).center)
}

/** What the center's row says of a calendar: what days and months depend on. */
export function calendarText({ settings }: Calendar): string {
  const { timeZone, businessDayStart } = settings
  return JSON.stringify({ timeZone, businessDayStart })
}

/** A hole in the stream: what was accepted between these instants may be lost. */
export type Gap = { fromMs: number; toMs: number; reason: string }

/**
 * Compares the stream with the checkpoint, and gives the generation and place to go on from.
 *
 * Generation gone: the stream is a new one. The entry at the checkpoint gone: Redis lost its tail,
 * or was trimmed too far. Either is a gap, what is there is read from its start, and what our outbox
 * had sent is sent again unless the books have it. What was folded before is known by its id; what
 * was accepted between the loss and now is not lost with it, wherever its place lies.
 *
 * Books that begin beside a stream that was trimmed were begun anew, without a backup: what was
 * trimmed is in none of their numbers, which is a gap as well.
 */
export async function follow(
  database: Database,
  log: EventLog,
  center: string,
  found: Checkpoint,
  nowMs: number,
): Promise<{ generation: string; place: Place }> {
  const generation = await log.generation()
  if (generation !== found.generation) {
    const gap =
      found.generation === ''
        ? await trimmedBefore(log)
        : {
            fromMs: lastHeardMs(found),
            toMs: nowMs,
            reason: 'the stream was replaced by a new one',
          }
    await record(database, center, found.epoch, { generation, place: START, gap })
    return { generation, place: START }
  }
  if (await log.holdsAfter(found.place)) return { generation, place: found.place }
  // First, as a stop in between has all of this done again.
  await log.forgetDeliveries()
  const gap = { fromMs: lastHeardMs(found), toMs: nowMs, reason: 'the stream lost entries' }
  await record(database, center, found.epoch, { generation, place: START, gap })
  return { generation, place: START }
}

async function trimmedBefore(log: EventLog): Promise<Gap | null> {
  const trimmed = await log.trimmed()
  return (
    trimmed && {
      fromMs: placeMs(trimmed.from),
      toMs: placeMs(trimmed.to),
      reason: 'the books were begun anew, and the stream had given this up',
    }
  )
}

/** Up to when nothing is missing: the place's own instant, as its stream counted it. */
function lastHeardMs({ place, committedAtMs }: Checkpoint): number {
  return placeMs(place) || committedAtMs
}

async function record(
  database: Database,
  center: string,
  epoch: number,
  stream: { generation: string; place: Place; gap: Gap | null },
): Promise<void> {
  await database.kysely.transaction().execute(async (transaction) => {
    const { generation, place, gap } = stream
    const { numUpdatedRows } = await transaction
      .updateTable('center')
      .set({ generation, place })
      .where('center', '=', center)
      .where('epoch', '=', epoch)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows !== 1n) throw new FencedOff(center, epoch, null)
    if (gap === null) return
    await transaction
      .insertInto('gap')
      .values({ center, id: String(epoch), ...gap })
      .execute()
    await sendAgain(transaction, center)
  })
}

/** Marks what the outbox has sent, and the books never got, as not sent. */
async function sendAgain(transaction: Kysely<Tables>, center: string): Promise<void> {
  await transaction
    .updateTable('outbox')
    .set({ sentAtMs: 0 })
    .where('center', '=', center)
    .where('sentAtMs', '>', 0)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('delivered')
            .select('delivered.id')
            .where('delivered.center', '=', center)
            .where('delivered.source', '=', '')
            .whereRef('delivered.id', '=', 'outbox.id'),
        ),
      ),
    )
    .execute()
}
