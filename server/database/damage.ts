/** What is wrong with a database file, by SQLite's own word. */
import { isDamaged } from './failure.ts'
import type { SqliteThread } from './sqliteThread.ts'

/**
 * How much of the file is read: only its schema, which sees a file that was cut short or overwritten
 * at its head; every page; or every index beside its table too. A gigabyte of pages takes some 20 s,
 * indexes several times as long.
 */
export type Depth = 'schema' | 'pages' | 'indexes'

const queries: Record<Depth, string> = {
  schema: "select iif(count(*) < 0, '', 'ok') from sqlite_schema",
  pages: 'pragma quick_check(1)',
  indexes: 'pragma integrity_check(1)',
}

/** What was found; null: nothing. Rejects where the file cannot be read. */
export async function damageSeen(thread: SqliteThread, depth: Depth): Promise<string | null> {
  try {
    const { rows } = await thread.run(queries[depth], [])
    const [verdict] = Object.values((rows[0] ?? {}) as Record<string, unknown>)
    return verdict === 'ok' ? null : String(verdict).replaceAll('\n', ' ')
  } catch (error) {
    if (isDamaged(error)) return (error as Error).message
    throw error
  }
}
