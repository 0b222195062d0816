/** The API's document, made from the same declarations as the API itself. */
import {
  extendZodWithOpenApi,
  OpenApiGeneratorV31,
  OpenAPIRegistry,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'
import type { Described, Route } from './route.ts'

extendZodWithOpenApi(z)

const Fault = z.object({ path: z.string(), message: z.string() })
/** RFC 9457, with each fault of the request. */
const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(Fault).optional(),
})

const centerParameter = z
  .string()
  .optional()
  .describe('The center; left out: the one that screens show.')

/** Builds the document (OpenAPI 3.1). */
export function openApiDocument(routes: readonly Route[], version: string): object {
  const registry = new OpenAPIRegistry()
  registry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description: 'A key: rs_<id>_<secret>, made at /api/keys or by RINGSIDE_API_KEY.',
  })
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'ringside',
    description: 'Set by POST /api/session; named __Host-ringside on https.',
  })
  const problemSchema = registry.register('Problem', Problem)
  for (const route of routes) registry.registerPath(pathOf(route, problemSchema))
  registerEvents(registry, problemSchema)

  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Ringside',
      version,
      description:
        'Ratios are 0..1, durations milliseconds, money minor units, instants RFC 3339. Errors are ' +
        'application/problem+json (RFC 9457) with each fault and its path.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
  })
}

function pathOf(route: Route, problemSchema: z.ZodType): RouteConfig {
  const query = queryOf(route)
  const params = route.params instanceof z.ZodObject ? route.params : null
  return {
    method: route.method,
    path: route.path,
    summary: route.summary,
    description: `Needs: ${route.needs}.`,
    security: route.needs === 'anybody' ? [] : [{ key: [] }, { session: [] }],
    request: {
      ...(params ? { params } : {}),
      ...(query ? { query } : {}),
      ...(route.body
        ? {
            body: {
              required: true,
              content: { 'application/json': { schema: route.documentedBody ?? route.body } },
            },
          }
        : {}),
    },
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, described]) => [
          status,
          responseOf(Number(status), described, problemSchema),
        ]),
      ),
      default: { description: 'What is wrong.', content: problemContent(problemSchema) },
    },
  }
}

function queryOf(route: Route): z.ZodObject | null {
  const own = route.query instanceof z.ZodObject ? route.query : null
  if (!route.ofCenter) return own
  return (own ?? z.object({})).extend({ center: centerParameter })
}

const problemContent = (schema: z.ZodType) => ({ 'application/problem+json': { schema } })

function responseOf(
  status: number,
  { description, schema, type }: Described,
  problemSchema: z.ZodType,
) {
  if (status >= 400) return { description, content: problemContent(problemSchema) }
  const json = schema ? { 'application/json': { schema } } : {}
  const text = type === undefined ? {} : { [type]: { schema: z.string() } }
  return { description, content: { ...json, ...text } }
}

/** The one call that is not handled here: docs/events.md has its contract. */
function registerEvents(registry: OpenAPIRegistry, problemSchema: z.ZodType): void {
  const event = z.looseObject({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.string(),
    type: z.string(),
    time: z.string(),
    data: z.looseObject({}),
  })
  registry.registerPath({
    method: 'post',
    path: '/api/events',
    summary: 'Takes one event, or a batch; each is judged alone.',
    description: 'Needs: a key with the right ingest.',
    security: [{ key: [] }],
    request: {
      body: {
        required: true,
        content: {
          'application/cloudevents+json': { schema: event },
          'application/cloudevents-batch+json': { schema: z.array(event) },
          'application/json': { schema: z.array(event) },
        },
      },
    },
    responses: {
      202: {
        description: 'What became of each; accepted ones are stored.',
        content: {
          'application/json': {
            schema: z.object({
              accepted: z.int(),
              duplicates: z.int(),
              rejected: z.array(
                z.object({ index: z.int(), id: z.string().nullable(), errors: z.array(Fault) }),
              ),
              place: z.string(),
            }),
          },
        },
      },
      default: { description: 'What is wrong.', content: problemContent(problemSchema) },
    },
  })
}
