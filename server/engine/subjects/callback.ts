import type { CounterId } from '../../../shared/counters.ts'
import { isOf } from '../facts.ts'
import type { Standing } from '../facts.ts'
import type { SubjectKey } from '../subject.ts'
import { objectKey, splitReference } from './keys.ts'
import { nothingDerived } from './kind.ts'
import type { Booking, DeriveInput, Derived, Kind } from './kind.ts'

/**
 * A callback: a promise to call a customer back.
 *
 *     requested ──► scheduled ──► attempting ──► connected ──► completed
 *                                     └──► failed | cancelled | expired
 *
 * It counts as requested once, at its first word, and as completed once, at its first completion.
 */
export const callback: Kind = { version: 1, derive: deriveCallback }

function deriveCallback({ key, standing, settings }: DeriveInput): Derived {
  const changes = standing.filter((fact) => isOf(fact, 'callback.changed'))
  const queue = changes.find(({ data }) => data.queue !== undefined)?.data.queue
  const contact = changes.find(({ data }) => data.contactId !== undefined)?.data.contactId
  const bookings: Booking[] = []
  const book = (counter: CounterId, change: Standing<'callback.changed'> | undefined) => {
    if (!change) return
    const key = queue === undefined ? null : settings.queueKey(queue)
    const place = key === null ? { site: null, team: null } : settings.queuePlace(key, change.atMs)
    bookings.push({
      counter,
      detail: null,
      fromMs: change.atMs,
      toMs: change.atMs,
      amount: 1,
      queue: key,
      agent: null,
      ...place,
      channel: 'voice',
      filters: null,
    })
  }
  book('callbacksRequested', changes[0])
  book(
    'callbacksCompleted',
    changes.find(({ data }) => data.state === 'completed'),
  )
  return {
    ...nothingDerived,
    bookings,
    // The contact then does not count its own wish for a callback as well.
    feeds:
      contact === undefined ? [] : [{ to: contactKey(key, contact), id: 'callback', data: {} }],
  }
}

/** The contact that a callback names: of the callback's own system, unless it says which. */
function contactKey(key: SubjectKey, contactId: string): SubjectKey {
  const ownSystem = key.slice('callback'.length, key.indexOf('#'))
  const { system, id } = splitReference(contactId, ownSystem)
  return objectKey('contact', system, id)
}
