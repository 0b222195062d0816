/** What every figure reads is found by an index, or it takes longer with all that there ever was. */
import { CompiledQuery, type KyselyPlugin, type RootOperationNode } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { makeDatabase } from '../../../test/database.ts'
import { openDatabase } from '../../database/database.ts'
import { readCommitted, type Committed } from './committed.ts'
import { readPresent } from './present.ts'

it('finds open subjects by their index, not among all of them', async () => {
  expect(await plansOf((committed) => readPresent(committed))).toEqual([
    'SEARCH subject USING INDEX subjectByCenterOpen (center=? AND open=?)',
  ])
})

/** How SQLite goes about the queries of a reading. */
async function plansOf(work: (committed: Committed) => Promise<unknown>): Promise<string[]> {
  const place = await makeDatabase('sqlite', '')
  const database = await openDatabase(place)
  onTestFinished(async () => {
    await database.close()
    await place.remove()
  })
  return readCommitted(database, 'main', async (committed) => {
    const { reading } = committed
    const nodes: RootOperationNode[] = []
    const listening: KyselyPlugin = {
      transformQuery: ({ node }) => {
        nodes.push(node)
        return node
      },
      transformResult: async ({ result }) => result,
    }
    await work({ ...committed, reading: reading.withPlugin(listening) })
    const plans: string[] = []
    for (const node of nodes) {
      const { sql, parameters } = reading.getExecutor().compileQuery(node, { queryId: 'plan' })
      const { rows } = await reading.executeQuery<{ detail: string }>(
        CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]),
      )
      plans.push(...rows.map(({ detail }) => detail))
    }
    return plans
  })
}
