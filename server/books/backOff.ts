/** How long to wait before the next try at something that is away. */
import { SECOND_MS } from '../../shared/time.ts'

const FIRST_MS = 50
/** A database that is back is found within this. */
const LONGEST_MS = 2 * SECOND_MS

/** Twice as long each time. `attempt` counts from 0. */
export function backOffMs(attempt: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(attempt, 10), LONGEST_MS)
}
