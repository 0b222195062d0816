/** /api/directory: who and what there is in a center, read and put whole. */
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { Directory } from '../../../shared/directory.ts'
import { SECOND_MS } from '../../../shared/time.ts'
import type { DirectoryStore } from '../../directory/store.ts'
import { ifMatch } from '../ifMatch.ts'
import { badRequest, problem } from '../problem.ts'
import { ok } from '../answer.ts'
import { route, type Route } from '../route.ts'

/** Fifty thousand agents with names, aliases and teams. */
const BODY_LIMIT = 32 * 1024 * 1024
/**
 * How long an answer waits for the change to be in the engine's stream, so that events that are
 * sent after it are judged by it. Where the engine is away it is sent later, and nothing is lost.
 */
const RELAY_WAIT_MS = 5 * SECOND_MS
const RELAY_LOOK_MS = 25

const PutAnswer = z.object({
  changed: z.boolean(),
  version: z.int(),
  /** Whether the engine’s stream holds it: events from now on are judged by it. */
  inStream: z.boolean(),
})

export function directoryRoutes(parts: { now: () => number }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/directory',
      summary: 'The directory with its defaults and what was discovered; it can be put back.',
      needs: 'seeDirectory',
      ofCenter: true,
      answers: {
        200: {
          description: 'The directory; ETag is its version. Secrets are masked.',
          schema: Directory,
        },
      },
      handle: async ({ center }) => {
        const { version, directory } = await center.directory.shown()
        return ok(directory, { etag: `"${String(version)}"` })
      },
    }),
    route({
      method: 'put',
      path: '/api/directory',
      summary: 'Puts the directory whole. The same content changes nothing.',
      needs: 'editDirectory',
      ofCenter: true,
      body: z.unknown(),
      documentedBody: Directory,
      bodyLimit: BODY_LIMIT,
      answers: {
        200: { description: 'Put; in force from now on.', schema: PutAnswer },
        400: { description: 'Faults, each with its path; nothing was changed.' },
        412: { description: 'Another was put since the version that If-Match names.' },
      },
      handle: async ({ center, body, by, headers }) => {
        const put = await center.directory.put(body, by, parts.now(), ifMatch(headers))
        if (!put.ok) {
          if (put.refused === 'faults') return badRequest(put.errors)
          return problem(412, 'Another directory was put meanwhile: read it again.')
        }
        const { changed, version, outboxId } = put
        if (outboxId !== null) center.outboxChanged()
        const inStream = outboxId === null || (await isRelayed(center.directory, outboxId))
        return ok({ changed, version, inStream }, { etag: `"${String(version)}"` })
      },
    }),
  ]
}

async function isRelayed(directory: DirectoryStore, outboxId: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < RELAY_WAIT_MS; waitedMs += RELAY_LOOK_MS) {
    if (await directory.isSent(outboxId)) return true
    await pause(RELAY_LOOK_MS)
  }
  return false
}
