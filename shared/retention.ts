/**
 * How long is kept what is not for good, as `center.retention` of the directory says it: the least
 * and the most of each setting, and what holds where it is left out.
 */
export const retentionLimits = {
  /**
   * Entries, and contacts with their facts and timelines; usual: for good. Within so many days a
   * number may still read single entries, or a contact take back another's resolution: ninety days
   * of a first-contact window, or sixty days and the sixty before them to a millisecond.
   */
  detailDays: { least: 100, most: 36_500, usual: null },
  /** Events that were turned away, with what they said, and those that could not be folded. */
  rejectedDays: { least: 1, most: 3_650, usual: 30 },
  /** Who did and saw what; of the center main, whose log it is. */
  auditDays: { least: 30, most: 36_500, usual: 730 },
  /** The stream, once the books and the newest backup hold it: an older backup goes on from it. */
  streamDays: { least: 1, most: 365, usual: 7 },
  /** Above this the stream gives up what is younger, after a backup. */
  streamMegabytes: { least: 16, most: 1_000_000, usual: 1_024 },
} as const

export type RetentionField = keyof typeof retentionLimits
