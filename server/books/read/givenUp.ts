import type { Span } from '../../../shared/entry.ts'
import type { Committed } from './committed.ts'

/** Asked for is what only details tell, of a time whose details are given up. */
export class DetailsGivenUp extends Error {
  override name = 'DetailsGivenUp'
  /** From here on they are kept, in UTC milliseconds. */
  readonly fromMs: number
  constructor(fromMs: number) {
    super(`Details before ${new Date(fromMs).toISOString()} are given up`)
    this.fromMs = fromMs
  }
}

/**
 * Levels are read from the beginning of time, where no zone's clock was set by quarters of an hour;
 * nothing was told of it.
 */
const NOTHING_BEFORE_MS = Date.parse('0001-03-01T00:00:00Z')

/** Throws `DetailsGivenUp` where something begins before details do. */
export function needDetails({ horizon }: Committed, { fromMs, toMs }: Span): void {
  if (horizon.fromMs === 0 || toMs <= NOTHING_BEFORE_MS) return
  if (fromMs < horizon.fromMs) throw new DetailsGivenUp(horizon.fromMs)
}
