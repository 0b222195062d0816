import type { CounterId } from '../../../shared/counters.ts'
import type { Dimensions, Span } from '../../../shared/entry.ts'

/** What a counter amounts to in a span, on behalf of some dimensions: a row of the stored books. */
export type BaseRow = Dimensions & { counter: CounterId; detail: string; amount: number }

/** The rows of a span. */
export type SpanRows = Span & { rows: readonly BaseRow[] }
