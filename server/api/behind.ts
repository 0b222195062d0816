/** How far the books are behind the stream. */
import { comparePlaces, LogUnavailable, placeMs, type Place } from '../stream/eventLog.ts'

/**
 * In the stream's own time: how much later its end was written than what the books hold. 0 where
 * they hold everything.
 */
export function behindMs(place: Place, end: Place): number {
  if (comparePlaces(place, end) >= 0) return 0
  return Math.max(0, placeMs(end) - placeMs(place))
}

/** What a stream says, or null while it cannot be reached: the books can be read without it. */
export async function unlessAway<Said>(saying: Promise<Said>): Promise<Said | null> {
  try {
    return await saying
  } catch (error) {
    if (error instanceof LogUnavailable) return null
    throw error
  }
}
