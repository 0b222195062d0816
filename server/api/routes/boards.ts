/** /api/boards: what walls show. Two are ready; a board of ours with their key takes their place. */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { Board } from '../../../shared/board.ts'
import { readyBoards } from '../../../shared/boards.ts'
import type { Tables } from '../../database/schema.ts'
import { audit } from '../../auth/audit.ts'
import { instantText } from '../instant.ts'
import { ifMatch } from '../ifMatch.ts'
import { badRequest, problem } from '../problem.ts'
import { ok } from '../answer.ts'
import { route, type Route } from '../route.ts'

/** More boards than this are an import gone wrong. */
const MAX_BOARDS = 500

/** A board with its version; 0: as it is shipped. */
const BoardAnswer = z.object({
  board: Board,
  version: z.int(),
  /** Null for one as it is shipped. */
  changedAt: z.string().nullable(),
  changedBy: z.string().nullable(),
})
type BoardAnswer = z.output<typeof BoardAnswer>

const params = z.object({ key: Board.shape.key })

function shown(row: Tables['board']): BoardAnswer {
  return {
    board: Board.parse(JSON.parse(row.content)),
    version: row.version,
    changedAt: instantText(row.atMs),
    changedBy: row.by,
  }
}
const shipped = (board: Board): BoardAnswer => ({
  board,
  version: 0,
  changedAt: null,
  changedBy: null,
})

async function find(
  database: Kysely<Tables>,
  center: string,
  key: string,
): Promise<BoardAnswer | null> {
  const row = await database
    .selectFrom('board')
    .selectAll()
    .where('center', '=', center)
    .where('key', '=', key)
    .executeTakeFirst()
  if (row) return shown(row)
  const ready = readyBoards.find((board) => board.key === key)
  return ready ? shipped(ready) : null
}

export function boardRoutes(parts: { now: () => number }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/boards',
      summary: 'Every board, by key.',
      needs: 'seeBoards',
      ofCenter: true,
      answers: {
        200: { description: 'Boards.', schema: z.object({ boards: z.array(BoardAnswer) }) },
      },
      handle: async ({ center }) => {
        const rows = await center.database.kysely
          .selectFrom('board')
          .selectAll()
          .where('center', '=', center.key)
          .execute()
        const own = rows.map(shown)
        const keys = new Set(own.map(({ board }) => board.key))
        const ready = readyBoards.filter(({ key }) => !keys.has(key)).map(shipped)
        const boards = [...own, ...ready].sort((a, b) => (a.board.key < b.board.key ? -1 : 1))
        return ok({ boards })
      },
    }),
    route({
      method: 'get',
      path: '/api/boards/{key}',
      summary: 'One board.',
      needs: 'seeBoards',
      ofCenter: true,
      params,
      answers: {
        200: { description: 'The board; ETag is its version.', schema: BoardAnswer },
        404: { description: 'No such board.' },
      },
      handle: async ({ center, params: { key } }) => {
        const found = await find(center.database.kysely, center.key, key)
        if (!found) return problem(404, `There is no board "${key}".`)
        return ok(found, { etag: `"${String(found.version)}"` })
      },
    }),
    route({
      method: 'put',
      path: '/api/boards/{key}',
      summary: 'Puts a board; with If-Match only where nobody else has changed it meanwhile.',
      needs: 'editBoards',
      ofCenter: true,
      params,
      body: Board,
      answers: {
        200: { description: 'The board as it is now.', schema: BoardAnswer },
        412: { description: 'Somebody else has changed it: read it again.' },
      },
      handle: async ({ center, params: { key }, body, by, headers }) => {
        if (body.key !== key) {
          return badRequest([{ path: 'key', message: `must be "${key}", as in the address` }])
        }
        const expected = ifMatch(headers)
        return center.database.kysely.transaction().execute(async (writing) => {
          const before = await find(writing, center.key, key)
          const version = before?.version ?? 0
          const outdated = problem(412, 'The board has been changed meanwhile: read it again.')
          if (expected !== null && expected !== version) return outdated
          if (
            before &&
            before.version > 0 &&
            JSON.stringify(before.board) === JSON.stringify(body)
          ) {
            return ok(before, { etag: `"${String(version)}"` })
          }
          const row: Tables['board'] = {
            center: center.key,
            key,
            version: version + 1,
            content: JSON.stringify(body),
            atMs: parts.now(),
            by,
          }
          if (version === 0) {
            const { count } = await writing
              .selectFrom('board')
              .select((of) => of.fn.countAll<number>().as('count'))
              .where('center', '=', center.key)
              .executeTakeFirstOrThrow()
            if (count >= MAX_BOARDS) {
              return problem(409, `There are ${String(MAX_BOARDS)} boards already.`)
            }
            const inserted = await writing
              .insertInto('board')
              .values(row)
              .onConflict((conflict) => conflict.columns(['center', 'key']).doNothing())
              .executeTakeFirst()
            if (inserted.numInsertedOrUpdatedRows === 0n) return outdated
          } else {
            const updated = await writing
              .updateTable('board')
              .set(row)
              .where('center', '=', center.key)
              .where('key', '=', key)
              .where('version', '=', version)
              .executeTakeFirst()
            if (updated.numUpdatedRows === 0n) return outdated
          }
          const about = `${center.key}, ${key}, version ${String(row.version)}`
          await audit(writing, { by, action: 'board.changed', about }, row.atMs)
          return ok(shown(row), { etag: `"${String(row.version)}"` })
        })
      },
    }),
    route({
      method: 'delete',
      path: '/api/boards/{key}',
      summary: 'Removes a board; a ready one comes back as it was shipped.',
      needs: 'editBoards',
      ofCenter: true,
      params,
      answers: { 204: { description: 'Removed.' }, 404: { description: 'No such board of ours.' } },
      handle: async ({ center, params: { key }, by }) =>
        center.database.kysely.transaction().execute(async (writing) => {
          const deleted = await writing
            .deleteFrom('board')
            .where('center', '=', center.key)
            .where('key', '=', key)
            .executeTakeFirst()
          if (deleted.numDeletedRows === 0n) {
            return problem(404, `There is no board "${key}" that could be removed.`)
          }
          const entry = { by, action: 'board.deleted', about: `${center.key}, ${key}` } as const
          await audit(writing, entry, parts.now())
          return { status: 204 }
        }),
    }),
  ]
}
