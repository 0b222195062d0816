/** The form of how long data is kept: what is typed, and what it says. */
import type { Retention } from '../../shared/directory.ts'
import { retentionLimits, type RetentionField } from '../../shared/retention.ts'

/** As the directory has it; `detailDays` left out: for good. */
export type Kept = Readonly<Retention>

/** As it is typed; of `detailDays` only where details are not kept for good. */
export type Draft = { isForGood: boolean } & Record<RetentionField, string>

export const retentionFields = [
  'detailDays',
  'rejectedDays',
  'auditDays',
  'streamDays',
  'streamMegabytes',
] as const satisfies readonly RetentionField[]

/** A year of details is where a form begins that had none to say. */
const FIRST_DETAIL_DAYS = 365

export function draftOf(kept: Kept): Draft {
  const { detailDays, rejectedDays, auditDays, streamDays, streamMegabytes } = kept
  return {
    isForGood: detailDays === undefined,
    detailDays: String(detailDays ?? FIRST_DETAIL_DAYS),
    rejectedDays: String(rejectedDays),
    auditDays: String(auditDays),
    streamDays: String(streamDays),
    streamMegabytes: String(streamMegabytes),
  }
}

/** What a form says, or its fields that say nothing possible. */
export function read(
  draft: Draft,
): { ok: true; kept: Kept } | { ok: false; faults: readonly RetentionField[] } {
  const found = new Map<RetentionField, number>()
  const faults = retentionFields.filter((field) => {
    if (field === 'detailDays' && draft.isForGood) return false
    const amount = amountOf(draft[field])
    const { least, most } = retentionLimits[field]
    if (amount === null || amount < least || amount > most) return true
    found.set(field, amount)
    return false
  })
  if (faults.length > 0) return { ok: false, faults }
  return { ok: true, kept: Object.fromEntries(found) as Kept }
}

/** A whole number; digits may be those of a Japanese keyboard, in groups. */
function amountOf(text: string): number | null {
  const digits = text.normalize('NFKC').replace(/[\s,]/g, '')
  return /^\d{1,9}$/.test(digits) ? Number(digits) : null
}

/** What is deleted by it and does not come back by a later change: of which a person is asked. */
export const deleting = ['detailDays', 'rejectedDays', 'auditDays'] as const
export type Deleting = (typeof deleting)[number]

/** What is kept for a shorter time than before. */
export function shortened(before: Kept, after: Kept): Deleting[] {
  const daysOf = (kept: Kept, field: Deleting): number => kept[field] ?? Infinity
  return deleting.filter((field) => daysOf(after, field) < daysOf(before, field))
}

/** Whether two say the same. */
export const isSame = (one: Kept, other: Kept): boolean =>
  retentionFields.every((field) => one[field] === other[field])
