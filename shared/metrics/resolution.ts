import { balanceMetric, everywhere, ratio, whereQueued } from './metric.ts'
import type { DetailMetric } from './metric.ts'

/** Whether it was settled at once, called back later, and what it was about. */

const callbacks = {
  group: 1,
  unit: 'count',
  byChannel: true,
  empty: null,
  scopes: whereQueued,
} as const

/** Callers who asked to be called back instead of waiting on. [+] */
export const callbacksRequested = balanceMetric({
  ...callbacks,
  name: 'Callbacks requested',
  nameJa: 'コールバック受付数',
  formula:
    'n(callbacks requested); a visit that ended callbackRequested counts if no callback names it',
  attribution: 'at the request',
  better: 'neither',
  parts: { requested: ['callbacksRequested'] },
  value: ({ requested }) => requested,
})

/** Callbacks that reached their end. [+] */
export const callbacksCompleted = balanceMetric({
  ...callbacks,
  name: 'Callbacks completed',
  nameJa: 'コールバック完了数',
  formula: 'n(callbacks completed)',
  attribution: 'at the completion',
  better: 'higher',
  parts: { completed: ['callbacksCompleted'] },
  value: ({ completed }) => completed,
})

/**
 * Of the contacts that opened a matter of a known customer, those after which the customer had no
 * need to come back. A later contact on the matter takes the credit away, at the instant of the
 * first: so the value is provisional until the window has passed. Null: no matter was opened. [D]
 */
export const callFirstContactResolution = balanceMetric({
  group: 1,
  unit: 'ratio',
  byChannel: true,
  name: 'Calls resolved in first contact',
  nameJa: '初回解決率(通話)',
  formula:
    'n(first contacts on a matter after which none came within 7 days (a setting), and not marked ' +
    'unresolved) / n(first contacts on a matter of a known customer)',
  attribution: 'at the last disconnect of the first contact; provisional until the window is over',
  empty: 'no first contact of a known customer was handled',
  better: 'higher',
  scopes: everywhere,
  parts: { resolved: ['firstContactsResolved'], firstContacts: ['firstContacts'] },
  value: ({ resolved, firstContacts }) => ratio(resolved, firstContacts),
})

/**
 * The same over every channel at once: a mail after a call is a repeat of the call. Null: no matter
 * was opened. [D]
 */
export const transactionFirstContactResolution = balanceMetric({
  group: 3,
  unit: 'ratio',
  byChannel: false,
  name: 'Transactions resolved in first contact',
  nameJa: '初回解決率(全体)',
  formula:
    'n(first contacts of any channel on a matter after which none of any channel came within 7 days ' +
    '(a setting), and not marked unresolved) / n(first contacts on a matter of a known customer)',
  attribution: 'at the last end of the first contact; provisional until the window is over',
  empty: 'no first contact of a known customer was handled',
  better: 'higher',
  scopes: everywhere,
  parts: {
    resolved: ['transactionFirstContactsResolved'],
    firstContacts: ['transactionFirstContacts'],
  },
  value: ({ resolved, firstContacts }) => ratio(resolved, firstContacts),
})

/** What people called about, most frequent first: the value is all, its breakdown the ranking. [D] */
export const contactReasons: DetailMetric = {
  kind: 'detail',
  group: 1,
  unit: 'breakdown',
  byChannel: true,
  name: 'Reasons people called',
  nameJa: '問い合わせ理由',
  formula: 'n(handled) by disposition, ranked; handlings without one are left out',
  attribution: 'at the disconnect of the leg',
  empty: 'no handling was given a reason',
  better: 'neither',
  scopes: everywhere,
  counter: 'handledReasons',
  part: 'handled',
  value: (byReason) => {
    const handled = [...byReason.values()].reduce((sum, amount) => sum + amount, 0)
    return handled === 0 ? null : handled
  },
}
