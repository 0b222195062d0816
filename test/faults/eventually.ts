/** Waiting as long as the slowest machine may need: only what never comes is a fault. */
import { until } from '../keeping.ts'

const LIMIT_MS = 150_000

/** Resolves when a condition holds; rejects, with what it was about, when it never comes to hold. */
export const eventually = (what: string, holds: () => boolean | Promise<boolean>): Promise<void> =>
  until(what, holds, LIMIT_MS)
