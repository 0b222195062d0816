/** What the stored books know of events and subjects that memory does not hold. */
import type { Database } from '../database/database.ts'
import { isAway } from '../database/failure.ts'
import type { SubjectKey, SubjectRecord } from '../engine/subject.ts'
import type { Health } from './health.ts'
import { bySource, inPieces } from './pieces.ts'
import { parseRecord } from './recordText.ts'

/** A delivery of an event: who sent it, and its id there. */
export type Delivery = { source: string; id: string }

/** One name for a delivery; a source has no line break in it. */
export const deliveryName = ({ source, id }: Delivery): string => `${source}\n${id}`

/**
 * Answers from the database. While that is away everything is taken for new, `isDoubtful` says so,
 * and whoever asked has it checked before anything of it is written.
 */
export type Lookup = {
  /** The content hash of each delivery that is in the books, by its name. */
  delivered: (deliveries: readonly Delivery[]) => Promise<Found<Map<string, string>>>
  /** The records of those subjects that are stored. */
  subjects: (keys: readonly SubjectKey[]) => Promise<Found<Map<SubjectKey, SubjectRecord>>>
  /** The subjects of those parts that are stored, by the part's name. */
  parts: (parts: readonly string[]) => Promise<Found<Map<string, SubjectKey>>>
}
export type Found<Answer> = { found: Answer; isDoubtful: boolean }

export function createLookup(database: Database, center: string, health: Health): Lookup {
  const { kysely } = database
  const asked = async <Key, Value>(
    ask: (found: Map<Key, Value>) => Promise<void>,
  ): Promise<Found<Map<Key, Value>>> => {
    // Asking again and again would hold up live numbers; the next commit finds out.
    if (health.awaySinceMs() !== null) return { found: new Map(), isDoubtful: true }
    const found = new Map<Key, Value>()
    try {
      await ask(found)
      return { found, isDoubtful: false }
    } catch (error) {
      if (!isAway(database.kind, error)) throw error
      health.failed(error)
      return { found: new Map(), isDoubtful: true }
    }
  }
  return {
    delivered: (deliveries) =>
      asked(async (found) => {
        for (const [source, ids] of bySource(deliveries)) {
          for (const some of inPieces(ids)) {
            const rows = await kysely
              .selectFrom('delivered')
              .select(['id', 'hash'])
              .where('center', '=', center)
              .where('source', '=', source)
              .where('id', 'in', some)
              .execute()
            for (const { id, hash } of rows) found.set(deliveryName({ source, id }), hash)
          }
        }
      }),
    subjects: (keys) =>
      asked(async (found) => {
        for (const some of inPieces(keys)) {
          const rows = await kysely
            .selectFrom('subject')
            .select(['key', 'record'])
            .where('center', '=', center)
            .where('key', 'in', some)
            .execute()
          for (const { key, record } of rows) found.set(key, parseRecord(record))
        }
      }),
    parts: (parts) =>
      asked(async (found) => {
        for (const some of inPieces(parts)) {
          const rows = await kysely
            .selectFrom('part')
            .select(['part', 'subject'])
            .where('center', '=', center)
            .where('part', 'in', some)
            // Where two subjects have a part of one name, the answer is still the same each time.
            .orderBy('subject', 'desc')
            .execute()
          for (const { part, subject } of rows) found.set(part, subject)
        }
      }),
  }
}
