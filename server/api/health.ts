/** /healthz, /readyz and /metrics: for whoever runs the server, without a key. */
import { Router } from 'express'
import type { Registry } from 'prom-client'
import { send } from './mount.ts'

/** What must work before traffic should come: null where it does, else why not. */
export type Readiness = {
  stream: string | null
  database: string | null
  engine: string | null
}

export function healthRoutes(readiness: () => Promise<Readiness>, metrics: Registry): Router {
  const router = Router()
  router.get('/healthz', (_request, response) => {
    send(response, { status: 200, body: { status: 'ok' } })
  })
  router.get('/readyz', async (_request, response) => {
    const parts = await readiness()
    const ready = Object.values(parts).every((fault) => fault === null)
    const checks = Object.entries(parts).map(([name, fault]) => [name, fault ?? 'ok'])
    const body = {
      status: ready ? 'ready' : 'notReady',
      checks: Object.fromEntries(checks) as unknown,
    }
    send(response, { status: ready ? 200 : 503, body })
  })
  router.get('/metrics', async (_request, response) => {
    const text = await metrics.metrics()
    send(response, { status: 200, text, headers: { 'content-type': metrics.contentType } })
  })
  return router
}
