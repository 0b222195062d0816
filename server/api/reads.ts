/** What the API asks the books of a center. Each answer is of one committed place. */
import type { CounterId } from '../../shared/counters.ts'
import type { Span } from '../../shared/entry.ts'
import type { Channel } from '../../shared/events/fields.ts'
import type { Evaluated, Figures } from '../../shared/metrics/evaluate.ts'
import type { LiveView, Metric } from '../../shared/metrics/metric.ts'
import type { MetricId } from '../../shared/metrics/registry.ts'
import type { Filters } from '../../shared/narrowing.ts'
import type { PastWaits } from '../../shared/pastWaits.ts'
import type { Scope } from '../../shared/scope.ts'
import type { Explanation, PageEnd } from '../books/read/explain.ts'
import type { SpanKind } from '../books/read/related.ts'
import type { Reconciled } from '../books/read/reconcile.ts'
import type { Timeline } from '../books/read/timeline.ts'
import type { SubjectKey } from '../engine/subject.ts'
import type { Place } from '../stream/eventLog.ts'
import type { Definition } from './definition.ts'

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

/** A metric that is asked for, by the name that the answer gives it. */
export type AskedMetric = {
  id: string
  metric: Metric
  /** What a relative metric is of; null: what is usual for it. */
  of: MetricId | null
}

/** What numbers are narrowed to. */
export type Narrowed = {
  /** Null: all channels together. */
  channel: Channel | null
  /** Null: whatever the queue. */
  queue: string | null
  /** Fields of subjects, each with the value that it must have; null: whatever they are. */
  filters: Filters | null
}

export type FiguresAsked = Narrowed & {
  scopes: readonly Scope[]
  /** Defined at each of the scopes. */
  metrics: readonly AskedMetric[]
  /** In order and not overlapping. */
  spans: readonly Span[]
  /** What each of them is one of. */
  spanKind: SpanKind
  /** Null: the definitions in force. */
  define: Definition | null
}
/** What a "what if" covers: so many subjects, which touch this span. */
export type Supposed = Span & { subjects: number }

/** The values of one scope, a step for each span that was asked for. */
export type ScopeFigures = {
  scope: Scope
  steps: readonly { span: Span; values: ReadonlyMap<string, Evaluated> }[]
}

export type ExplainAsked = Narrowed & {
  scope: Scope
  /** Defined at the scope. */
  metric: AskedMetric
  span: Span
  spanKind: SpanKind
  /** After the last entry of the page before; null: the first page. */
  after: PageEnd | null
  limit: number
}
/** What the directory says of somebody behind a number: a rep, the months since one began, a quota. */
export type PersonBehind = {
  /** Null: a quota of a team, a site or the center. */
  agent: string | null
  team: string | null
  site: string | null
  /** The parts that it counts in. */
  parts: string[]
  counter: CounterId
  amount: number
}

export type Explained = Omit<Explanation, 'parts'> & {
  /** From which the metric is evaluated. */
  figures: Figures
  /** What a relative metric is of; null: of none, or the metric is no relative one. */
  of: MetricId | null
  /** What the directory says of people behind it; with the first page. */
  people: PersonBehind[]
  /** How good the expected wait of the queue has been; null: the metric is another one. */
  pastWaits: PastWaits | null
}

/** What the figures of a whole center are in a span: for values of several centers together. */
export type CenterFiguresAsked = Pick<Narrowed, 'channel'> & {
  metrics: readonly AskedMetric[]
  span: Span
  spanKind: SpanKind
}
export type CenterFigures = Taken & { figures: Figures }

export type Reads = {
  centerFigures: (asked: CenterFiguresAsked) => Promise<CenterFigures>
  /** `ok: false`: it would take too long, in words. */
  figures: (asked: FiguresAsked) => Promise<
    Taken &
      (
        | {
            ok: true
            results: readonly ScopeFigures[]
            /** Under another definition: what was derived again for it. */
            supposed: Supposed | null
          }
        | { ok: false; refused: string }
      )
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
