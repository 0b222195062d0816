import type { EventType } from '../events/event.ts'
import type { FilterField } from './filterFields.ts'

/** Facts of which a feed must report at least one, or what depends on them cannot be known. */
export type Need = readonly EventType[]

/** Points are counted in ten-thousandths: whole numbers add up exactly, broken ones do not. */
export const POINT = 10_000

/**
 * What an entry of the ledger can add to. A counter is additive; every metric is a pure function of
 * sums of these. Time counters are milliseconds, money counters minor units of the center's
 * currency.
 *
 * `of` says whose site and team an entry takes: a visit's are its queue's; an offer's, a leg's and
 * an agent's time are the agent's, as are those of an object such as a quote, credited to the agent
 * who had it then; all as of the entry's instant. A counter with a `detail` is kept apart by it as
 * well (a reason, a histogram's bucket).
 */
export type Counter = {
  of:
    | 'visit'
    | 'offer'
    | 'leg'
    | 'agentTime'
    | 'callback'
    | 'matter'
    | 'message'
    | 'object'
    | 'directory'
  unit: 'count' | 'ms' | 'money' | 'months' | 'points'
  /** What it counts, dated when. */
  counts: string
  detail?: string
  /** The field of its subjects that the detail is, where it is one. */
  detailField?: 'reason' | 'product'
  /** Fields of its subjects by which its entries are kept apart, and so can be narrowed. */
  fields?: readonly FilterField[]
  /** The counters that hold the same by the detail that a field is. */
  apart?: Readonly<Partial<Record<FilterField, string>>>
  /** What must be reported for it to be known at all; one of each. Where it is not, 0 says nothing. */
  needs: readonly Need[]
  /** What it holds as well, while no feed reports the fact that would tell the two apart. */
  includes?: { what: 'hold' | 'ringing'; unlessReported: EventType }
  /**
   * Counts work that no feed tells the time of, its detail being the feed that should: where there
   * is any, a metric of how time was spent is not known. This event would tell.
   */
  untimed?: EventType
  /** Its entries are spread over spans as people write them, a year at most; agent time over a day. */
  isSpread?: true
  /** Stands in, by a setting, for what no feed reports. */
  configured?: true
}
