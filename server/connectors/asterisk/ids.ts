/**
 * The ids that both Asterisk feeds derive alike, so that a call that both report counts once.
 *
 * Asterisk names channels, not calls: a contact is named after the `Uniqueid` with which it first
 * entered a queue, a visit after its contact and how many queues that channel had entered by then,
 * a leg after the agent's channel.
 */

/** The visit with which a channel enters its `n`-th queue, from 1. */
export const visitIdOf = (contactId: string, n: number): string => `${contactId}#${n}`

/** The `n`-th ring, from 1, of an agent within a visit (or a contact, where there is no visit). */
export const offerIdOf = (visitOrContactId: string, agent: string, n: number): string =>
  `${visitOrContactId}/${agent}/${n}`

/** What Asterisk and carriers write where a caller withholds the number, or there is none. */
const withheld = new Set([
  '',
  '<unknown>',
  'unknown',
  'anonymous',
  'restricted',
  'private',
  'unavailable',
  'withheld',
])

/** Numbers of at most this many digits are extensions: no public number is that short. */
const LONGEST_EXTENSION = 5
const extension = new RegExp(`^\\d{1,${LONGEST_EXTENSION}}$`)

/** Whether a caller's number is one of the system's own: an agent who calls a queue. */
export const isExtension = (number: string): boolean => extension.test(number)

/** The customer behind a caller's number; null where it is withheld or one of our own. */
export const customerOf = (number: string): string | null =>
  withheld.has(number.toLowerCase()) || isExtension(number) ? null : number

/**
 * How long a phone must have rung for an unanswered ring to be "no answer". Phones that refuse do
 * so at once or within a few seconds; queues let them ring for longer.
 */
export const RUNG_OUT_MS = 5_000
