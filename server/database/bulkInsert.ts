/** Inserts many rows of one shape, at the speed of the database and not of the query builder. */
import { CompiledQuery, type Compilable, type Kysely } from 'kysely'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/** How many rows a statement has; each size is compiled once and then prepared once a connection. */
const SIZES = [256, 32, 4, 1] as const
/** Statements under way at a time: one runs while the next is made ready, no more is queued. */
const AHEAD = 2

export type BulkInsert<Row> = (
  transaction: Kysely<Tables>,
  kind: Database['kind'],
  rows: Iterable<Row>,
) => Promise<void>

/**
 * Takes a query for its SQL and from then on only fills in values. `sample` is any row: it names
 * the columns. `insert` must have no parameters but the rows' values. `rowsAtOnce` bounds what is
 * handed over at a time, where rows are large.
 */
export function bulkInsert<Row extends Readonly<Record<string, string | number>>>(
  sample: Row,
  insert: (db: Kysely<Tables>, rows: Row[]) => Compilable,
  rowsAtOnce = 256,
): BulkInsert<Row> {
  const columns = Object.keys(sample)
  const sizes = SIZES.filter((size) => size <= rowsAtOnce)
  const compiled = new Map<string, string>()
  const sqlFor = (db: Kysely<Tables>, kind: Database['kind'], size: number): string => {
    const known = compiled.get(`${kind}/${size}`)
    if (known !== undefined) return known
    const rows = Array.from({ length: size }, () => sample)
    const { sql } = insert(db, rows).compile()
    compiled.set(`${kind}/${size}`, sql)
    return sql
  }

  return async (transaction, kind, rows) => {
    const running: Promise<unknown>[] = []
    const run = async (size: number, parameters: unknown[]): Promise<void> => {
      const query = CompiledQuery.raw(sqlFor(transaction, kind, size), parameters)
      const result = transaction.executeQuery(query)
      // Whoever awaits it below is told; until then nobody is to call it unhandled.
      result.catch(() => undefined)
      running.push(result)
      if (running.length >= AHEAD) await running.shift()
    }
    const largest = sizes[0] ?? 1
    let values: unknown[] = []
    let waiting = 0
    for (const row of rows) {
      for (const column of columns) values.push(row[column])
      waiting += 1
      if (waiting < largest) continue
      await run(largest, values)
      values = []
      waiting = 0
    }
    for (const size of sizes) {
      for (; waiting >= size; waiting -= size)
        await run(size, values.splice(0, size * columns.length))
    }
    await Promise.all(running)
  }
}
