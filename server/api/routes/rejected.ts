/** /api/rejected: what the door turned away, with its reasons, and the way to send it again. */
import { z } from 'zod'
import { audit } from '../../auth/audit.ts'
import { MAX_KEPT_CONTENT, type KeptRejection } from '../../stream/rejectedEvents.ts'
import type { CenterParts } from '../parts.ts'
import { instantText } from '../instant.ts'
import { limitParameter } from '../parameters.ts'
import { problem } from '../problem.ts'
import { ok, type Answer } from '../answer.ts'
import { once, route, type Route } from '../route.ts'

/** A place in the list; anything else is none of ours. */
const Place = z.string().regex(/^\d{1,15}(-\d{1,15})?$/, 'must be the id of a rejected event')
const Fault = z.object({ path: z.string(), message: z.string() })

const Rejected = z.object({
  id: z.string(),
  kind: z.enum(['rejected', 'conflicting']),
  source: z.string().nullable(),
  eventId: z.string().nullable(),
  receivedAt: z.string(),
  errors: z.array(Fault),
  /** As it was sent; only its beginning where `isCut`. */
  content: z.string(),
  isCut: z.boolean(),
})

export function rejectedRoutes(parts: { now: () => number }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/rejected',
      summary: 'Events that were turned away, newest first, with their reasons.',
      needs: 'manageFeeds',
      ofCenter: true,
      query: z.strictObject({ limit: limitParameter, before: once(Place).optional() }),
      answers: {
        200: {
          description: 'A page.',
          schema: z.object({
            kept: z.int(),
            rejected: z.array(Rejected),
            /** Give it as `before` for the next page; null: this was the last. */
            next: z.string().nullable(),
          }),
        },
      },
      handle: async ({ center, query }) => {
        const { rejected } = center.stream
        const [kept, found] = await Promise.all([
          rejected.size(),
          rejected.list(query.before ?? null, query.limit + 1),
        ])
        const page = found.slice(0, query.limit)
        const next = found.length > query.limit ? (page.at(-1)?.place ?? null) : null
        return ok({ kept, rejected: page.map(shown), next })
      },
    }),
    route({
      method: 'post',
      path: '/api/rejected/{id}/retry',
      summary: 'Sends a rejected event again, as it was or as the body gives it.',
      needs: 'manageFeeds',
      ofCenter: true,
      params: z.object({ id: Place }),
      body: z.strictObject({ event: z.record(z.string(), z.unknown()).optional() }),
      answers: {
        200: {
          description: 'It is in the stream, and out of the list.',
          schema: z.object({ accepted: z.int(), duplicates: z.int(), place: z.string() }),
        },
        404: { description: 'It is not kept any more.' },
        409: { description: 'Only its beginning was kept: send it whole.' },
        422: { description: 'It was turned away again; the errors say why.' },
      },
      handle: async ({ center, params, body, by }) => {
        const kept = await find(center, params.id)
        if (!kept) return problem(404, 'This event is not kept any more.')
        if (body.event) return sendAgain(center, kept, body.event, by, parts.now())
        if (kept.isCut) {
          const limit = String(MAX_KEPT_CONTENT)
          return problem(409, `Only its first ${limit} characters are kept: send it whole.`)
        }
        const event = parse(kept.content)
        if (event === null) return problem(409, 'This is no JSON: send the event in its place.')
        const answer = await sendAgain(center, kept, event, by, parts.now())
        // Turned away again, it was kept again, with the reasons of now: once is enough.
        if (answer.status === 422) await center.stream.rejected.remove(kept.place)
        return answer
      },
    }),
    route({
      method: 'delete',
      path: '/api/rejected/{id}',
      summary: 'Takes a rejected event out of the list: it was seen, and is of no use.',
      needs: 'manageFeeds',
      ofCenter: true,
      params: z.object({ id: Place }),
      answers: {
        204: { description: 'Out of the list; the counts stay.' },
        404: { description: 'It is not kept any more.' },
      },
      handle: async ({ center, params }) =>
        (await center.stream.rejected.remove(params.id))
          ? { status: 204 }
          : problem(404, 'This event is not kept any more.'),
    }),
  ]
}

function shown({ place, id, receivedAtMs, errors, ...rest }: KeptRejection) {
  return {
    ...rest,
    id: place,
    eventId: id,
    errors: [...errors],
    receivedAt: instantText(receivedAtMs),
  }
}

/** The list is read from before a place on, so the one at a place is the first before the next. */
async function find({ stream }: CenterParts, place: string): Promise<KeptRejection | null> {
  const [milliseconds = '0', sequence = '0'] = place.split('-')
  const after = `${milliseconds}-${String(BigInt(sequence) + 1n)}`
  const [found] = await stream.rejected.list(after, 1)
  return found?.place === place ? found : null
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    // A line of a file that its connector did not understand is no event.
    return null
  }
}

async function sendAgain(
  center: CenterParts,
  kept: KeptRejection,
  event: unknown,
  by: string,
  nowMs: number,
): Promise<Answer> {
  const verdict = await center.door.judge([event], { source: null })
  const [again] = verdict.rejected
  if (again) {
    return problem(422, 'It was turned away again.', [...again.errors])
  }
  await center.stream.rejected.remove(kept.place)
  const about = `${center.key}, ${kept.source ?? 'no source'}, ${kept.id ?? 'no id'}`
  await audit(center.database.kysely, { by, action: 'rejected.sentAgain', about }, nowMs)
  const { accepted, duplicates, place } = verdict
  return ok({ accepted, duplicates, place })
}
