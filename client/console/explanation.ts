/** What the server tells of a number and of a contact behind it, as far as the console shows it. */
import type { Evaluated } from '../../shared/metrics/evaluate.ts'
import type { ServiceLevelDefinition } from '../../shared/serviceLevel.ts'

/** On whose behalf something was counted; keys. */
type Where = { queue: string | null; agent: string | null }

/** One booking; instants are RFC 3339. */
export type ExplainedEntry = Where & {
  from: string
  /** The same as `from` for what happened at an instant. */
  to: string
  counter: string
  detail: string | null
  amount: number
}

/** A booking behind a number: of which subject, and in which parts of the formula it counts. */
export type NumberEntry = ExplainedEntry & {
  id: string
  subject: string
  parts: readonly string[]
}

/** What is still open and counts already. */
export type Accruing = Where & {
  subject: string
  parts: readonly string[]
  counter: string
  detail: string | null
  amount: number
}

export type QueueSettings = {
  queue: string
  serviceLevel?: ServiceLevelDefinition
  /** 0..1. */
  serviceLevelTarget?: number
}

/** `GET /api/explain`: the number as it was at `asOf`, and what it is made of. */
export type Explanation = Evaluated & {
  asOf: string
  definition: { queues: readonly QueueSettings[] }
  entries: readonly NumberEntry[]
  /** The cursor of the next page; null: this was the last. */
  next: string | null
  /** What of the parts is of a time whose entries are given up; null: nothing. */
  givenUp: { before: string; parts: Readonly<Record<string, number>> } | null
  /** On the first page. */
  accruing: readonly Accruing[]
}

/** `GET /api/subjects/<key>`. */
export type SubjectTimeline = {
  open: boolean
  /** What looked wrong in its facts, in words. */
  flags: readonly string[]
  facts: readonly {
    type: string
    key: string
    at: string
    /** False: it was taken back. */
    stands: boolean
    data: Readonly<Record<string, unknown>>
    reports: readonly { source: string; id: string }[]
  }[]
  entries: readonly ExplainedEntry[]
}
