/** Every route of the API, one file a resource. */
import type { RequestHandler } from 'express'
import type { Kysely } from 'kysely'
import type { Identity } from '../auth/identity.ts'
import type { Tables } from '../database/schema.ts'
import type { Centers } from './parts.ts'
import type { Route } from './route.ts'
import { auditRoutes } from './routes/audit.ts'
import { boardRoutes } from './routes/boards.ts'
import { catalogueRoutes } from './routes/catalogue.ts'
import { directoryRoutes } from './routes/directory.ts'
import { goalRoutes } from './routes/goals.ts'
import { keyRoutes } from './routes/keys.ts'
import { explainRoutes } from './routes/explain.ts'
import { liveRoutes } from './routes/live.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { ownMetricDraftRoutes } from './routes/ownMetricDrafts.ts'
import { ownMetricRoutes } from './routes/ownMetrics.ts'
import { reconcileRoutes } from './routes/reconcile.ts'
import { rejectedRoutes } from './routes/rejected.ts'
import { sessionRoutes } from './routes/session.ts'
import { statusRoutes } from './routes/status.ts'
import { subjectRoutes } from './routes/subjects.ts'
import { sumsRoutes } from './routes/sums.ts'
import { userRoutes } from './routes/users.ts'

export type RouteParts = {
  /** Where people, keys and what they did are kept. */
  database: Kysely<Tables>
  identity: Identity
  /** Every center that this process serves. */
  centers: Pick<Centers, 'of' | 'keys'>
  /** In front of the sign-in (`signInGuard`). */
  limits: readonly RequestHandler[]
  now: () => number
  /** Told when an administrator has set a password: the server may open up (`hostToListen`). */
  onPasswordSet: () => void
  /** Told when sessions of a user have ended, so that its sockets can be closed. */
  onSessionsEnded: (userId: string) => void
}

export function apiRoutes(parts: RouteParts): Route[] {
  return [
    ...metricsRoutes(parts),
    ...sumsRoutes(parts),
    ...ownMetricRoutes(parts),
    ...ownMetricDraftRoutes(parts),
    ...liveRoutes(parts),
    ...explainRoutes(parts),
    ...subjectRoutes(parts),
    ...goalRoutes(parts),
    ...reconcileRoutes(parts),
    ...catalogueRoutes(),
    ...directoryRoutes(parts),
    ...statusRoutes(parts),
    ...rejectedRoutes(parts),
    ...boardRoutes(parts),
    ...sessionRoutes(parts),
    ...userRoutes(parts),
    ...keyRoutes(parts),
    ...auditRoutes(parts),
  ]
}
