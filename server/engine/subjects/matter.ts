import type { Settings } from '../settings.ts'
import type { CounterId } from '../../../shared/counters.ts'
import { DAY_MS } from '../../../shared/time.ts'
import type { MatterFeed } from './contact/matterFeeds.ts'
import { nothingDerived } from './kind.ts'
import type { Booking, DeriveInput, Derived, Kind } from './kind.ts'
import type { AnswerFeed } from './survey.ts'

/**
 * A customer's matter: first-contact resolution. Of the handled contacts about it, those that no
 * handled contact precedes within the window are first contacts; of these, those that nobody said
 * were not resolved, and that no later contact follows within the window, are resolved in first
 * contact. A repeat takes the resolution back at the instant of the earlier contact.
 *
 * Counted twice: each channel by itself, where a mail after a call is no repeat of the call, and
 * over all channels, where it is one.
 *
 * By the method `survey`, first contacts are those of whose customer an answer tells whether it was
 * settled, and the answer decides: who says that it was has no need to be watched.
 *
 * A contact that opens a matter, over all channels, is an inquiry, whatever the method.
 */
export const matter: Kind = { version: 3, derive: deriveMatter }

type Contact = MatterFeed & {
  subject: string
  /** What the customer answered; null: was not asked, or did not say. */
  answered: boolean | null
}

/** What first contacts book, and whether by channel. */
type Counting = { first: CounterId; resolved: CounterId; byChannel: boolean }
const ofOneChannel: Counting = {
  first: 'firstContacts',
  resolved: 'firstContactsResolved',
  byChannel: true,
}
const ofAllChannels: Counting = {
  first: 'transactionFirstContacts',
  resolved: 'transactionFirstContactsResolved',
  byChannel: false,
}

function deriveMatter({ fed, settings }: DeriveInput): Derived {
  const answers = answersOf(fed)
  const contacts = fed
    .filter(({ id }) => id !== 'answer')
    .map(({ from, data }): Contact => ({
      // Fed by our own subjects, by this type.
      ...(data as MatterFeed),
      subject: from,
      answered: answers.get(from)?.resolved ?? null,
    }))
    .sort((a, b) => a.startMs - b.startMs || (a.subject < b.subject ? -1 : 1))
  const channels = [...new Set(contacts.map(({ channel }) => channel))]
  const bookings = channels.flatMap((channel) => {
    const own = contacts.filter((contact) => contact.channel === channel)
    return firstContacts(own, settings, ofOneChannel)
  })
  return {
    ...nothingDerived,
    bookings: [
      ...bookings,
      ...firstContacts(contacts, settings, ofAllChannels),
      ...inquiries(contacts, settings),
    ],
  }
}

/** Contacts that opened a matter, when they came in; the queue's, with its site. */
const inquiries = (contacts: readonly Contact[], settings: Settings): Booking[] =>
  contacts.flatMap((contact, index) => {
    if (isRepeat(contacts, index, settings)) return []
    const { startMs, queue, subject } = contact
    const place = queue === null ? { site: null, team: null } : settings.queuePlace(queue, startMs)
    return [
      {
        counter: 'inquiries',
        detail: null,
        fromMs: startMs,
        toMs: startMs,
        amount: 1,
        queue,
        agent: null,
        ...place,
        channel: null,
        filters: null,
        subject,
      },
    ]
  })

/** Whether a contact of those, which are in order, comes within the window after an earlier one. */
function isRepeat(contacts: readonly Contact[], index: number, settings: Settings): boolean {
  const contact = contacts[index]
  if (!contact) return false
  const windowMs = settings.centerAt(contact.atMs).firstContactWindowDays * DAY_MS
  return contacts.slice(0, index).some((earlier) => contact.startMs - earlier.atMs <= windowMs)
}

/** By contact, the answer that was given last. */
function answersOf(fed: DeriveInput['fed']): Map<string, AnswerFeed> {
  const answers = new Map<string, AnswerFeed>()
  const given = fed
    .filter(({ id }) => id === 'answer')
    // Fed by our own subject, by this type.
    .map(({ from, data }) => ({ from, answer: data as AnswerFeed }))
    .sort((a, b) => a.answer.atMs - b.answer.atMs || (a.from < b.from ? -1 : 1))
  for (const { answer } of given) answers.set(answer.contact, answer)
  return answers
}

function firstContacts(
  contacts: readonly Contact[],
  settings: Settings,
  counting: Counting,
): Booking[] {
  return contacts.flatMap((contact, index) => {
    const { firstContactWindowDays, firstContactMethod } = settings.centerAt(contact.atMs)
    const isOfSurvey = firstContactMethod === 'survey'
    if (isOfSurvey && contact.answered === null) return []
    const windowMs = firstContactWindowDays * DAY_MS
    if (isRepeat(contacts, index, settings)) return []
    const isFollowed = contacts
      .slice(index + 1)
      .some((later) => later.startMs - contact.atMs <= windowMs)
    const isSaidResolved =
      firstContactMethod === 'disposed' ? contact.resolved === true : contact.resolved !== false
    const isResolved = isOfSurvey ? contact.answered === true : !isFollowed && isSaidResolved
    const account = {
      detail: null,
      fromMs: contact.atMs,
      toMs: contact.atMs,
      queue: contact.queue,
      agent: contact.agent,
      ...settings.agentPlace(contact.agent, contact.atMs),
      channel: counting.byChannel ? contact.channel : null,
      filters: null,
      amount: 1,
      subject: contact.subject,
    }
    const first: Booking = { ...account, counter: counting.first }
    return isResolved ? [first, { ...account, counter: counting.resolved }] : [first]
  })
}
