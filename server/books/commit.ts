/** Writes a batch into the books: one transaction, by whoever holds the newest epoch. */
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Tables } from '../database/schema.ts'
import { bringBack } from '../directory/broughtBack.ts'
import { balanceRowsOf, type Batch } from './batch.ts'
import { calendarText } from './checkpoint.ts'
import { FencedOff } from './fencedOff.ts'
import { bySource, inPieces } from './pieces.ts'
import { rebuildDays } from './rebuildDays.ts'
import {
  addToBalances,
  insertCells,
  insertDelivered,
  insertEntries,
  keepDeadLetters,
  keepDirectories,
  keepDiscovered,
  keepParts,
  replaceSubjects,
} from './rows.ts'
import { sumUp } from './sumUp.ts'

/** Who writes: the holder of an epoch, and how many commits the books had before this one. */
export type Writer = { center: string; epoch: number; commits: number }

/**
 * What was taken for new while the database was away is not new: the fold went wrong, and has to
 * be done again from the checkpoint.
 */
export class FoldedInDoubt extends Error {
  override name = 'FoldedInDoubt'
}

/** What is closed has to be judged again, by a directory that tells of names it came under. */
export class JudgedAnew extends Error {
  override name = 'JudgedAnew'
  constructor() {
    super('The directory describes names that came before it')
  }
}

/**
 * Writes all of the batch or nothing. Safe to call again with the same writer and batch where it is
 * not known whether it happened: it happens once. Throws `FencedOff` for an older epoch. True: it
 * brings a directory that describes names which feeds used before; every subject is to be derived
 * anew now, which the center's row says until it is done.
 */
export async function commit(
  database: Pick<Database, 'kind' | 'kysely'>,
  writer: Writer,
  batch: Batch,
  nowMs: number,
): Promise<boolean> {
  return database.kysely.transaction().execute(async (transaction) => {
    if (!(await moveOn(transaction, writer, batch, nowMs))) return batch.described.size > 0
    await settleDoubts(transaction, writer.center, batch)

    const { kind } = database
    const { center } = writer
    await sumUp(transaction, kind, center, batch.calendar, batch.summed)
    await insertCells(transaction, kind, batch.cells)
    await insertEntries(transaction, kind, batch.entries)
    await addToBalances(transaction, kind, balancesOf(batch))
    await replaceSubjects(transaction, kind, batch.subjects.values())
    await keepParts(transaction, kind, batch.parts)
    await insertDelivered(transaction, kind, batch.delivered)
    await keepDeadLetters(transaction, kind, batch.deadLetters)
    await keepDiscovered(transaction, kind, batch.discovered.values())
    await keepDirectories(transaction, kind, batch.directories)
    await bringBack(transaction, center, batch.directories, nowMs)
    if (batch.isRebuilt) await rebuildDays(transaction, kind, center, batch)
    const isJudgedAnew = await wereDiscovered(transaction, center, batch.described)
    if (isJudgedAnew) {
      // A mark, and not a change of every subject: a center may have millions. Another one than any
      // before, so that who judges by an older directory does not go on from where that was.
      await transaction
        .updateTable('center')
        .set({ anewAfter: `all ${String(writer.commits)}` })
        .where('center', '=', center)
        .execute()
    }
    return isJudgedAnew
  })
}

/** Whether a feed used any of these names before a directory described it. */
async function wereDiscovered(
  transaction: Transaction<Tables>,
  center: string,
  described: ReadonlySet<string>,
): Promise<boolean> {
  if (described.size === 0) return false
  const discovered = await transaction
    .selectFrom('discovered')
    .select(['kind', 'key'])
    .where('center', '=', center)
    .execute()
  return discovered.some(({ kind, key }) => described.has(`${kind}/${key}`))
}

/** Moves the checkpoint; false: this very commit has happened already, only its answer was lost. */
async function moveOn(
  transaction: Transaction<Tables>,
  { center, epoch, commits }: Writer,
  batch: Batch,
  nowMs: number,
): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('center')
    .set({
      place: batch.place,
      commits: commits + 1,
      committedAtMs: nowMs,
      calendar: calendarText(batch.calendar),
      counts: JSON.stringify(batch.counts),
      summedToMs: batch.summed.toMs,
      detailsFromMs: batch.horizon.fromMs,
      detailsBeforeMs: batch.horizon.beforeMs,
    })
    .where('center', '=', center)
    .where('epoch', '=', epoch)
    .where('commits', '=', commits)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 1n) return true
  const found = await transaction
    .selectFrom('center')
    .select(['epoch', 'commits'])
    .where('center', '=', center)
    .executeTakeFirst()
  if (found?.epoch === epoch && found.commits === commits + 1) return false
  throw new FencedOff(center, epoch, found?.epoch ?? null)
}

/** Days and months are left out where all of them are about to be added up anew. */
function* balancesOf({ balances, isRebuilt }: Batch): Generator<Tables['balance']> {
  for (const row of balanceRowsOf(balances)) {
    if (row.amount === 0) continue
    if (isRebuilt && (row.grain === '1d' || row.grain === '1M')) continue
    yield row
  }
}

async function settleDoubts(
  transaction: Kysely<Tables>,
  center: string,
  { doubtful }: Batch,
): Promise<void> {
  const one = sql<number>`1`.as('one')
  for (const keys of inPieces(doubtful.subjects)) {
    await refuseAny(
      transaction
        .selectFrom('subject')
        .select(one)
        .where('center', '=', center)
        .where('key', 'in', keys),
    )
  }
  for (const parts of inPieces(doubtful.parts)) {
    await refuseAny(
      transaction
        .selectFrom('part')
        .select(one)
        .where('center', '=', center)
        .where('part', 'in', parts),
    )
  }
  for (const [source, ids] of bySource(doubtful.delivered)) {
    for (const some of inPieces(ids)) {
      await refuseAny(
        transaction
          .selectFrom('delivered')
          .select(one)
          .where('center', '=', center)
          .where('source', '=', source)
          .where('id', 'in', some),
      )
    }
  }
}

async function refuseAny(query: { execute: () => Promise<unknown[]> }): Promise<void> {
  const found = await query.execute()
  if (found.length > 0) throw new FoldedInDoubt('Something taken for new was in the books already')
}
