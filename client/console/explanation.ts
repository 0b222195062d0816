/** What the server tells of a number and of a contact behind it, as far as the console shows it. */
import type { ServiceLevelDefinition } from '../../shared/serviceLevel.ts'

/** One booking behind a number. */
export type ExplainedEntry = {
  /** An instant, or the span over which the amount is spread; RFC 3339. */
  at?: string
  from?: string
  to?: string
  counter: string
  detail?: string | null
  amount: number
  queue?: string | null
  agent?: string | null
  subject: string
}

/** `GET /api/explain`. */
export type Explanation = {
  asOf: string
  /** The service-level definition in force, where the number has one. */
  definition?: ServiceLevelDefinition | null
  entries: readonly ExplainedEntry[]
  /** Where the next page begins; null: this was the last. */
  next?: string | null
}

/** One report of a fact, and one booking, on a subject's timeline. `GET /api/subjects/<key>`. */
export type SubjectTimeline = {
  key: string
  facts: readonly {
    at: string
    type: string
    source: string
    data: Readonly<Record<string, unknown>>
  }[]
  entries: readonly ExplainedEntry[]
}
