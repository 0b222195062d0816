import { describe, expect, it } from 'vitest'
import { Directory } from '../../../../shared/directory.ts'
import type { Entry } from '../../../../shared/entry.ts'
import type { Event } from '../../../../shared/events/event.ts'
import { netEntries, openLedger } from '../../../../test/ledger.ts'

const directory = Directory.parse({ agents: [{ key: 'ana' }] })

let id = 0
/** Told of a day of 2026, of the account acme. */
const told = (day: string, type: string, data: object): Event => {
  const atMs = Date.parse(`2026-${day}T12:00:00Z`)
  const of = { source: '/crm/1', id: String(++id), recordedAtMs: atMs, receivedAtMs: atMs }
  return { ...of, type, atMs, data: { account: 'acme', ...data } } as unknown as Event
}
const order = (day: string): Event =>
  told(day, 'order.changed', { orderId: `o${day}`, change: 'placed', agent: 'ana' })
const dial = (day: string, campaign?: string): Event =>
  told(day, 'outbound.attempted', { attemptId: `a${day}`, ...(campaign && { campaign }) })
const activity = (day: string, campaign: string): Event =>
  told(day, 'activity.recorded', { activityId: `v${day}`, kind: 'directMail', campaign })
const lead = (day: string, campaign: string): Event =>
  told(day, 'lead.changed', { leadId: `l${day}`, change: 'created', campaign })

const campaignsOf = (events: readonly Event[]) => {
  const center = { ...directory.center, dormantDays: 30 }
  const directories = [{ atMs: -Infinity, directory: { ...directory, center } }]
  const ledger = openLedger({ directories })
  for (const event of events) ledger.take(event)
  return Object.keys(netEntries(ledger))
    .map((text) => JSON.parse(text) as Omit<Entry, 'amount'>)
    .filter(({ counter }) => counter === 'dormantReactivations')
    .map(({ filters }) => filters)
}

describe('a customer regained', () => {
  it.each<[string, Event[], object | null]>([
    [
      'the last that named one',
      [dial('03-01', 'old'), dial('03-20', 'spring')],
      { campaign: 'spring' },
    ],
    ['one named by a mail', [activity('03-20', 'spring'), dial('03-21')], { campaign: 'spring' }],
    ['one named by a lead', [lead('03-20', 'fair')], { campaign: 'fair' }],
    ['none where none is named', [dial('03-20')], null],
    ['none of before it last did business', [dial('01-01', 'old')], null],
    ['none of after it', [dial('04-20', 'late')], null],
  ])('counts for a campaign: %s', (_what, words, expected) => {
    const events = [order('02-01'), ...words, order('04-01')]
    expect(campaignsOf(events)).toEqual([expected])
    // Whatever comes first.
    expect(campaignsOf([...events].reverse())).toEqual([expected])
  })
})
