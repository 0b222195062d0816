/** /api/catalogue: every metric there is, and how it is worked out. */
import { z } from 'zod'
import { catalogue } from '../../../shared/metrics/catalogue.ts'
import { ownMetrics } from '../../../shared/metrics/own.ts'
import { scopeKinds } from '../../../shared/scope.ts'
import { ok } from '../answer.ts'
import { route, type Route } from '../route.ts'

const CatalogueAnswer = z.object({
  metrics: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      nameJa: z.string(),
      unit: z.string(),
      formula: z.string(),
      scopes: z.array(z.enum(scopeKinds)),
      better: z.enum(['higher', 'lower', 'neither', 'band']),
      counters: z.array(z.string()),
      /** When its parts are dated, for people. */
      attribution: z.string(),
      group: z.int(),
      /** Facts that a feed must report: of each list, one. */
      needs: z.array(z.array(z.string())),
      /** When there is no value, for people; null: there always is one. */
      empty: z.string().nullable(),
      byChannel: z.boolean(),
    }),
  ),
})

export function catalogueRoutes(): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/catalogue',
      summary: 'Every metric, with its formula and the counters that it is made from.',
      needs: 'seeCatalogue',
      ofCenter: true,
      answers: { 200: { description: 'In the order of pickers.', schema: CatalogueAnswer } },
      handle: async ({ center }) => {
        const { directory } = await center.directory.current()
        return ok({ metrics: catalogue(ownMetrics(directory)) })
      },
    }),
  ]
}
