/** What the API asks the books of a center. Each answer is of one committed place. */
import type { Span } from '../../shared/entry.ts'
import type { Channel } from '../../shared/events/fields.ts'
import type { Evaluated, Figures } from '../../shared/metrics/evaluate.ts'
import type { LiveView } from '../../shared/metrics/metric.ts'
import type { MetricId } from '../../shared/metrics/registry.ts'
import type { Scope } from '../../shared/scope.ts'
import type { ServiceLevelDefinition } from '../../shared/serviceLevel.ts'
import type { Explanation, PageEnd } from '../books/read/explain.ts'
import type { Reconciled } from '../books/read/reconcile.ts'
import type { Timeline } from '../books/read/timeline.ts'
import type { SubjectKey } from '../engine/subject.ts'
import type { Place } from '../stream/eventLog.ts'

/** What an answer is of. */
export type Taken = {
  asOfMs: number
  /** Up to here the stream is in it. */
  place: Place
  /**
   * Whether that is all: the books hold what reached the stream before the span's end, and no feed
   * says that it missed something in the span.
   */
  complete: boolean
}

/** Another definition of the service level, as far as it is given: what if it were so? */
export type Definition = Partial<ServiceLevelDefinition>

export type FiguresAsked = {
  scopes: readonly Scope[]
  /** Defined at each of the scopes. */
  ids: readonly MetricId[]
  /** Null: all channels together. */
  channel: Channel | null
  /** In order and not overlapping. */
  spans: readonly Span[]
  /** Null: the definitions in force. */
  define: Definition | null
}
/** The values of one scope, a step for each span that was asked for. */
export type ScopeFigures = {
  scope: Scope
  steps: readonly { span: Span; values: ReadonlyMap<MetricId, Evaluated> }[]
}

export type ExplainAsked = {
  scope: Scope
  /** Defined at the scope. */
  id: MetricId
  span: Span
  channel: Channel | null
  /** After the last entry of the page before; null: the first page. */
  after: PageEnd | null
  limit: number
}
export type Explained = Omit<Explanation, 'parts'> & {
  /** From which the metric is evaluated. */
  figures: Figures
}

export type Reads = {
  /** `ok: false`: it would take too long, in words. */
  figures: (
    asked: FiguresAsked,
  ) => Promise<
    Taken & ({ ok: true; results: readonly ScopeFigures[] } | { ok: false; refused: string })
  >
  /** Who waits, who talks and in which state agents are; `atMs` null: now. */
  live: (asked: {
    scope: Scope
    atMs: number | null
    channel: Channel | null
  }) => Promise<Taken & { live: LiveView }>
  /** What a number is made of, a page of entries at a time. */
  explain: (asked: ExplainAsked) => Promise<Taken & Explained>
  /** What is known of one subject; null: there is none of that name. */
  timeline: (key: SubjectKey) => Promise<(Taken & { timeline: Timeline }) | null>
  /** Compares the sums of a business day, by its local date. */
  reconcile: (day: string) => Promise<Taken & Reconciled>
}
