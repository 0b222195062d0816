import type { CounterId } from './counters.ts'
import type { Channel } from './events/fields.ts'

/**
 * On whose behalf a counter grew. Keys as the directory resolves them; null where there is none
 * (a visit has no agent, a direct call no queue). `filters` narrow further where a subject carries
 * them (campaign, product, segment …), sorted by name.
 */
export type Dimensions = {
  queue: string | null
  agent: string | null
  team: string | null
  site: string | null
  channel: Channel | null
  filters: Readonly<Record<string, string>> | null
}

/** What a booking is about, without its amount: entries of one account add up. */
export type Account = Dimensions & {
  counter: CounterId
  detail: string | null
  /** An instant where `toMs` equals it, else the start of a span over which the amount is spread. */
  fromMs: number
  /** The span's end, exclusive. */
  toMs: number
}

/** One booking of the ledger; never edited. A correction is another entry at the same instant. */
export type Entry = Account & {
  amount: number
  /** The subject that made it, such as `contact/asterisk/pbx-1#1795283607.0`. */
  subject: string
}

/**
 * What a subject that is still open will have added by `now`, without an entry for it yet.
 *
 * - `once`: `amount` counts at `atMs` from the instant `dueMs` on (a wait that passes T, a wrap-up
 *   that reaches its limit).
 * - `time`: a millisecond a millisecond, from `fromMs` to `untilMs`, or for as long as it lasts
 *   where that is null (an agent's present state).
 */
export type Accrual = Dimensions & {
  counter: CounterId
  detail: string | null
} & (
    | { accrues: 'once'; atMs: number; dueMs: number; amount: number }
    | { accrues: 'time'; fromMs: number; untilMs: number | null }
  )

/** A half-open span of time, in UTC milliseconds: `fromMs` is in it, `toMs` is not. */
export type Span = { fromMs: number; toMs: number }

/**
 * The part of an entry's amount that lies in a span. Rounded so that the parts of any partition add
 * up to the whole amount.
 */
export function amountWithin(entry: Pick<Entry, 'fromMs' | 'toMs' | 'amount'>, span: Span): number {
  const { fromMs, toMs, amount } = entry
  if (toMs <= fromMs) return fromMs >= span.fromMs && fromMs < span.toMs ? amount : 0
  const until = (atMs: number): number =>
    Math.round((amount * (Math.min(Math.max(atMs, fromMs), toMs) - fromMs)) / (toMs - fromMs))
  return span.toMs <= span.fromMs ? 0 : until(span.toMs) - until(span.fromMs)
}

/**
 * What an accrual has added to a span by `nowMs`, and how fast it grows there at that instant
 * (1 a millisecond, or 0).
 */
export function accrued(
  accrual: Accrual,
  span: Span,
  nowMs: number,
): { amount: number; slope: 0 | 1 } {
  if (accrual.accrues === 'once') {
    const counts = nowMs >= accrual.dueMs && accrual.atMs >= span.fromMs && accrual.atMs < span.toMs
    return { amount: counts ? accrual.amount : 0, slope: 0 }
  }
  const fromMs = Math.max(accrual.fromMs, span.fromMs)
  const endMs = Math.min(accrual.untilMs ?? Infinity, span.toMs)
  const amount = Math.max(0, Math.min(nowMs, endMs) - fromMs)
  return { amount, slope: nowMs >= fromMs && nowMs < endMs ? 1 : 0 }
}
