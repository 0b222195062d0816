import { expect, it } from 'vitest'
import { Directory } from '../../../shared/directory.ts'
import type { CounterId } from '../../../shared/counters.ts'
import { parseEvent } from '../../../shared/events/parse.ts'
import { openLedger, sumOf } from '../../../test/ledger.ts'

/** What the directory says of a feed decides how its bare ids and its silence are read. */

const eventOf = (source: string, type: string, data: Record<string, unknown>) => {
  const parsed = parseEvent({
    specversion: '1.0',
    id: JSON.stringify([type, data]),
    source,
    type,
    time: '2026-11-21T10:00:00Z',
    data,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.event
}
const center = { kind: 'center' } as const
const span = { fromMs: 0, toMs: 9e15 }

function counted(
  directory: Record<string, unknown>,
  events: readonly ReturnType<typeof eventOf>[],
  counter: CounterId,
): number {
  const directories = [{ atMs: 0, directory: Directory.parse(directory) }]
  const ledger = openLedger({ directories })
  for (const event of events) ledger.take(event)
  return sumOf(ledger, counter, center, span, 9e15).booked
}

const call = eventOf('/pbx/1/ami', 'contact.started', {
  contactId: 'c1',
  channel: 'voice',
  direction: 'outbound',
})
const noted = eventOf('/crm/1/hook', 'outbound.attempted', { attemptId: 'x1', contactId: 'c1' })
const refersTo = (system: string) => ({ sources: [{ source: '/crm/1/hook', refersTo: system }] })

it.each([
  ['its source refers to the telephone system: one dial', refersTo('/pbx/1'), 1],
  ['bare, it is of the CRM itself: two', {}, 2],
])('a contact that an attempt names; %s', (_what, directory, dials) => {
  expect(counted(directory, [call, noted], 'dials')).toBe(dials)
  expect(counted(directory, [noted, call], 'dials')).toBe(dials)
})

it.each([
  ['an agent of whom nothing is said', undefined, 2],
  ['the telephone system', '/pbx/1', 1],
  ['a system that tells of none', '/other/1', 0],
])('the authority for dials of the center: %s', (_what, dialSystem, dials) => {
  const directory = dialSystem === undefined ? {} : { center: { dialSystem } }
  expect(counted(directory, [call, noted], 'dials')).toBe(dials)
})

const outreach = eventOf('/mail/1/imap', 'message.recorded', {
  messageId: 'o1',
  threadId: 't1',
  direction: 'outbound',
  author: 'agent',
  outreach: true,
})
const tracked = (track: string) =>
  eventOf('/mail/1/imap', 'message.tracked', { messageId: 'o1', track })
const reporting = { sources: [{ source: '/mail/1/imap', reportsDelivery: true }] }

it.each([
  ['sent, where no delivery is reported', {}, [], 1],
  ['bounced', {}, ['bounced'], 0],
  ['sent, where each delivery is reported', reporting, [], 0],
  ['delivered, where each is', reporting, ['delivered'], 1],
])('outreach counts as delivered: %s', (_what, directory, tracks, delivered) => {
  const events = [outreach, ...tracks.map(tracked)]
  expect(counted(directory, events, 'outreachDelivered')).toBe(delivered)
})
