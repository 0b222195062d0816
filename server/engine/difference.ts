import type { Entry } from '../../shared/entry.ts'
import type { SubjectKey } from './subject.ts'
import type { Booking } from './subjects/kind.ts'

/** What is to be booked so that what is booked becomes what should be. */

/** What a subject should have booked; most functions book for their subject by its name. */
export const dueOf = (key: SubjectKey, bookings: readonly Booking[]): readonly Entry[] =>
  isDue(bookings)
    ? bookings
    : bookings.map((booking) => ({ ...booking, subject: booking.subject ?? key }))

const isDue = (bookings: readonly Booking[]): bookings is readonly Entry[] =>
  bookings.every(({ subject }) => subject !== undefined)

/**
 * The entries that turn what is booked into what should be. Most events only add to what is booked,
 * somewhere in it: then that is what there is to book. Else what differs is added up by account.
 */
export function difference(booked: readonly Entry[], due: readonly Entry[]): Entry[] {
  const added: Entry[] = []
  let at = 0
  let known = booked[at]
  for (const entry of due) {
    if (known && isSameEntry(known, entry)) known = booked[++at]
    else if (entry.amount !== 0) added.push(entry)
  }
  // What comes after a change is as it was, again and again.
  let end = booked.length
  for (let last = added.at(-1); last && end > at; last = added.at(-1)) {
    const before = booked[end - 1]
    if (!before || !isSameEntry(before, last)) break
    added.pop()
    end--
  }
  return end > at ? byAccount(added, booked.slice(at, end)) : added
}

/** What is added less what is gone, account by account. */
function byAccount(added: readonly Entry[], gone: readonly Entry[]): Entry[] {
  const net = new Map<string, Entry>()
  const add = (entry: Entry, sign: 1 | -1) => {
    const id = accountId(entry)
    net.set(id, { ...entry, amount: (net.get(id)?.amount ?? 0) + sign * entry.amount })
  }
  for (const entry of added) add(entry, 1)
  for (const entry of gone) add(entry, -1)
  return [...net.values()].filter(({ amount }) => amount !== 0)
}

/** Entries of one account of one subject add up; this names the account. */
const accountId = (entry: Entry): string =>
  `${entry.counter}\n${entry.detail ?? ''}\n${String(entry.fromMs)}\n${String(entry.toMs)}\n${entry.queue ?? ''}\n` +
  `${entry.agent ?? ''}\n${entry.team ?? ''}\n${entry.site ?? ''}\n${entry.channel ?? ''}\n` +
  `${entry.filters === null ? '' : JSON.stringify(entry.filters)}\n${entry.subject}`

const isSameEntry = (a: Entry, b: Entry): boolean =>
  a.counter === b.counter &&
  a.amount === b.amount &&
  a.fromMs === b.fromMs &&
  a.toMs === b.toMs &&
  a.detail === b.detail &&
  a.queue === b.queue &&
  a.agent === b.agent &&
  a.team === b.team &&
  a.site === b.site &&
  a.channel === b.channel &&
  a.subject === b.subject &&
  isSame(a.filters, b.filters)

/** Whether two values of plain data are equal. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) =>
      isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  )
}
