/** How many events of a center had which fate; kept with the checkpoint, so it is exact. */

export type Counts = {
  /** Events in the numbers. */
  folded: number
  /** Deliveries of an event that was there already, saying the same. */
  duplicates: number
  /** Deliveries of an id that was there already, saying something else: the first stands. */
  conflicting: number
  /** Events that the engine cannot fold, and those whose text cannot be stored. */
  poison: number
  unstorable: number
  /** Events of subjects whose details are given up, and what others had to tell these. */
  late: number
  lateFeeds: number
  /** Entries booked; the newest one's number. */
  entries: number
}

export const noCounts: Counts = {
  folded: 0,
  duplicates: 0,
  conflicting: 0,
  poison: 0,
  unstorable: 0,
  late: 0,
  lateFeeds: 0,
  entries: 0,
}

/** Counts as the center's row has them; a count that it does not know yet is 0. */
export function parseCounts(text: string): Counts {
  return text === '' ? noCounts : { ...noCounts, ...(JSON.parse(text) as Partial<Counts>) }
}
