import { nothingLive } from '../../../shared/live.ts'
import { DAY_MS } from '../../../shared/time.ts'
import type { Settings } from '../settings.ts'
import type { MatterFeed } from './contact/matterFeeds.ts'
import type { Booking, DeriveInput, Derived, Kind } from './kind.ts'

/**
 * A customer's matter: first-contact resolution. Of the handled contacts about it, those that no
 * handled contact precedes within the window are first contacts; of these, those that nobody said
 * were not resolved, and that no later contact follows within the window, are resolved in first
 * contact. A repeat takes the resolution back at the instant of the earlier contact.
 *
 * Each channel is judged by itself: a mail after a call is no repeat of the call.
 */
export const matter: Kind = { version: 1, derive: deriveMatter }

type Contact = MatterFeed & { subject: string }

function deriveMatter({ fed, settings }: DeriveInput): Derived {
  const contacts = fed
    .map(({ from, data }): Contact => ({ ...(data as MatterFeed), subject: from }))
    .sort((a, b) => a.startMs - b.startMs || (a.subject < b.subject ? -1 : 1))
  const channels = [...new Set(contacts.map(({ channel }) => channel))]
  return {
    bookings: channels.flatMap((channel) =>
      firstContacts(
        contacts.filter((contact) => contact.channel === channel),
        settings,
      ),
    ),
    accruals: [],
    live: nothingLive,
    feeds: [],
    open: false,
    unopened: 0,
    flags: [],
    parts: [],
    silentAtMs: null,
  }
}

function firstContacts(contacts: readonly Contact[], settings: Settings): Booking[] {
  return contacts.flatMap((contact, index) => {
    const { firstContactWindowDays, firstContactMethod } = settings.centerAt(contact.atMs)
    const windowMs = firstContactWindowDays * DAY_MS
    const isRepeat = contacts
      .slice(0, index)
      .some((earlier) => contact.startMs - earlier.atMs <= windowMs)
    if (isRepeat) return []
    const isFollowed = contacts
      .slice(index + 1)
      .some((later) => later.startMs - contact.atMs <= windowMs)
    const isSaidResolved =
      firstContactMethod === 'disposed' ? contact.resolved === true : contact.resolved !== false
    const account = {
      detail: null,
      fromMs: contact.atMs,
      toMs: contact.atMs,
      queue: contact.queue,
      agent: contact.agent,
      ...settings.agentPlace(contact.agent, contact.atMs),
      channel: contact.channel,
      filters: null,
      amount: 1,
      subject: contact.subject,
    }
    const first: Booking = { ...account, counter: 'firstContacts' }
    return isFollowed || !isSaidResolved
      ? [first]
      : [first, { ...account, counter: 'firstContactsResolved' as const }]
  })
}
