/** /api/metrics/own: metrics that a center defines itself, one by one; kept in its directory. */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { Board, showsMetric } from '../../../shared/board.ts'
import { ownId, ownMetrics } from '../../../shared/metrics/own.ts'
import { OwnKey, OwnMetric } from '../../../shared/metrics/ownDefinition.ts'
import { scopeKinds } from '../../../shared/scope.ts'
import type { Tables } from '../../database/schema.ts'
import type { Put, PutDirectory } from '../../directory/store.ts'
import { ok, type Answer } from '../answer.ts'
import { ifMatch } from '../ifMatch.ts'
import type { CenterParts } from '../parts.ts'
import { badRequest, problem, type Fault } from '../problem.ts'
import { route, type Route } from '../route.ts'

/** A definition with what it comes to; the last three are null for one that is retired. */
const OwnAnswer = z.object({
  /** As calls, boards and goals name it. */
  id: z.string(),
  definition: OwnMetric,
  unit: z.string().nullable(),
  formula: z.string().nullable(),
  scopes: z.array(z.enum(scopeKinds)).nullable(),
})
type OwnAnswer = z.output<typeof OwnAnswer>

const params = z.object({ key: OwnKey })
const missing = (key: string): Answer => problem(404, `There is no metric "${ownId(key)}".`)
const etagOf = ({ version }: Pick<PutDirectory, 'version'>) => ({ etag: `"${String(version)}"` })

function shown({ directory }: Pick<PutDirectory, 'directory'>): OwnAnswer[] {
  const inUse = ownMetrics(directory)
  return directory.metrics.map((definition) => {
    const id = ownId(definition.key)
    const { unit = null, formula = null, scopes = null } = inUse.get(id) ?? {}
    return { id, definition, unit, formula, scopes: scopes && [...scopes] }
  })
}

export function ownMetricRoutes(parts: { now: () => number }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/metrics/own',
      summary: 'The metrics that the center defines itself, retired ones included.',
      needs: 'seeCatalogue',
      ofCenter: true,
      answers: {
        200: {
          description: 'In the order of the directory, whose version is the ETag.',
          schema: z.object({ metrics: z.array(OwnAnswer) }),
        },
      },
      handle: async ({ center }) => {
        const present = await center.directory.current()
        return ok({ metrics: shown(present) }, etagOf(present))
      },
    }),
    route({
      method: 'get',
      path: '/api/metrics/own/{key}',
      summary: 'One metric that the center defines itself.',
      needs: 'seeCatalogue',
      ofCenter: true,
      params,
      answers: {
        200: { description: 'The definition; ETag is the directory’s version.', schema: OwnAnswer },
        404: { description: 'No such metric.' },
      },
      handle: async ({ center, params: { key } }) => {
        const present = await center.directory.current()
        const found = shown(present).find(({ id }) => id === ownId(key))
        return found ? ok(found, etagOf(present)) : missing(key)
      },
    }),
    route({
      method: 'put',
      path: '/api/metrics/own/{key}',
      summary: 'Defines a metric, or changes one; it is computed over everything that is stored.',
      needs: 'editDirectory',
      ofCenter: true,
      params,
      body: OwnMetric,
      answers: {
        200: { description: 'The definition as it is now.', schema: OwnAnswer },
        400: { description: 'Faults, each with its path; nothing was changed.' },
        412: { description: 'The directory was changed since the version that If-Match names.' },
      },
      handle: async ({ center, params: { key }, body, by, headers }) => {
        if (body.key !== key) {
          return badRequest([{ path: 'key', message: `must be "${key}", as in the address` }])
        }
        const put = await change(center, by, parts.now(), ifMatch(headers), (kept) => {
          const at = kept.findIndex((each) => each.key === key)
          return at === -1 ? [...kept, body] : kept.with(at, body)
        })
        if (!put.ok) return refused(put, key)
        const present = await center.directory.current()
        const found = shown(present).find(({ id }) => id === ownId(key))
        return found ? ok(found, etagOf(present)) : missing(key)
      },
    }),
    route({
      method: 'delete',
      path: '/api/metrics/own/{key}',
      summary: 'Removes a metric that no board and no goal shows; `retired` keeps its definition.',
      needs: 'editDirectory',
      ofCenter: true,
      params,
      answers: {
        204: { description: 'Removed; it is still in earlier versions of the directory.' },
        404: { description: 'No such metric.' },
        409: { description: 'Boards or goals show it: they are named.' },
        412: { description: 'The directory was changed since the version that If-Match names.' },
      },
      handle: async ({ center, params: { key }, by, headers }) => {
        const { directory } = await center.directory.current()
        if (!directory.metrics.some((each) => each.key === key)) return missing(key)
        const users = [
          ...(await boardsOf(center.database.kysely, center.key, ownId(key))),
          ...directory.goals.flatMap((goal) =>
            [goal, ...goal.nodes].some(({ metric }) => metric === ownId(key))
              ? [`the goal "${goal.key}"`]
              : [],
          ),
        ]
        if (users.length > 0) {
          return problem(
            409,
            `${ownId(key)} is shown by ${users.join(', ')}: take it out there first.`,
          )
        }
        const put = await change(center, by, parts.now(), ifMatch(headers), (kept) =>
          kept.filter((each) => each.key !== key),
        )
        return put.ok ? { status: 204 } : refused(put, key)
      },
    }),
  ]
}

/** Others may put a directory at the same time; more often than this they do it on purpose. */
const MAX_TRIES = 5

type Kept = { readonly key?: unknown }

/** Changes the metrics of the directory as it is; null: of whatever version. */
async function change(
  center: CenterParts,
  by: string,
  nowMs: number,
  ifVersion: number | null,
  changed: (kept: readonly Kept[]) => readonly Kept[],
): Promise<Put> {
  for (let tries = 1; ; tries++) {
    const { version, content } = await center.directory.current()
    const kept = (content['metrics'] ?? []) as readonly Kept[]
    const next = { ...content, metrics: changed(kept) }
    const put = await center.directory.put(next, by, nowMs, ifVersion ?? version)
    if (put.ok && put.outboxId !== null) center.outboxChanged()
    const isLate = !put.ok && put.refused === 'outdated' && ifVersion === null
    if (!isLate || tries === MAX_TRIES) return put
  }
}

/** What is wrong, by its place in the definition that was sent. */
function refused(put: Exclude<Put, { ok: true }>, key: string): Answer {
  if (put.refused === 'outdated') {
    return problem(412, 'The directory was changed meanwhile: read the metric again.')
  }
  return badRequest(
    put.errors.map(({ path, message }): Fault => {
      const own = /^metrics\.\d+\.(.+)$/.exec(path)?.[1]
      return {
        path: own ?? path,
        message: own === undefined ? `${ownId(key)}: ${message}` : message,
      }
    }),
  )
}

/** The boards that show a metric, in words. */
async function boardsOf(database: Kysely<Tables>, center: string, id: string): Promise<string[]> {
  const rows = await database
    .selectFrom('board')
    .select(['key', 'content'])
    .where('center', '=', center)
    .orderBy('key')
    .execute()
  return rows.flatMap(({ key, content }) => {
    return showsMetric(Board.parse(JSON.parse(content)), id) ? [`the board "${key}"`] : []
  })
}
