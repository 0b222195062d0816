import fc from 'fast-check'
import { Directory } from '../../shared/directory.ts'

/** The center of the generated histories, and how a story is told. */
export const NOW_MS = Date.UTC(2026, 10, 21, 12, 34, 56, 789)
export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

const instant = (atMs: number) => new Date(atMs).toISOString()
/** When ana went to another team, and bo to none. */
export const MOVED_MS = NOW_MS - 9 * DAY - 3 * HOUR
const LEFT_MS = NOW_MS - 20 * HOUR

const written = {
  center: { timeZone: 'Europe/Berlin', currency: 'EUR', intervalMinutes: 30 },
  sites: [
    { key: 'tokyo', timeZone: 'Asia/Tokyo' },
    { key: 'berlin', timeZone: 'Europe/Berlin' },
  ],
  teams: [{ key: 'inside', site: 'tokyo' }, { key: 'desk', site: 'berlin' }, { key: 'remote' }],
  agents: [
    {
      key: 'ana',
      aliases: ['PJSIP/101', 'ana@example.com', 'owner-1'],
      teams: [
        { team: 'inside', to: instant(MOVED_MS) },
        { team: 'desk', from: instant(MOVED_MS) },
      ],
      started: '2026-01-15',
      earnings: [{ yearly: 6_000_000 }, { yearly: 7_200_000, from: '2026-11-10' }],
    },
    {
      key: 'bo',
      aliases: ['PJSIP/102', 'owner-2'],
      teams: [{ team: 'inside', to: instant(LEFT_MS) }],
      started: '2025-06-01',
      ended: '2026-11-20',
      earnings: [{ yearly: 4_800_000, from: '2026-03-01' }],
    },
    { key: 'cy', aliases: ['PJSIP/103'], site: 'berlin', teams: [{ team: 'remote' }] },
  ],
  queues: [
    {
      key: 'sales',
      aliases: ['700'],
      site: 'berlin',
      members: ['ana', { agent: 'bo', to: instant(LEFT_MS) }],
      configuredWrapUpSeconds: 15,
    },
    {
      key: 'support',
      site: 'tokyo',
      team: 'inside',
      members: ['cy'],
      serviceLevel: {
        thresholdSeconds: 30,
        shortAbandonSeconds: 5,
        abandonedInTime: 'met',
        abandonedShort: 'missed',
        flowedOut: 'missed',
      },
      shortCallSeconds: 45,
      wrapUpLimitSeconds: 120,
    },
    { key: 'web', channel: 'chat', serviceLevel: { answeredOnly: true } },
    {
      key: 'mail',
      channel: 'email',
      site: 'berlin',
      emailTargetMinutes: 90,
      hours: {
        timeZone: 'Europe/Berlin',
        days: [1, 2, 3, 4, 5].flatMap((day) => [
          { day, from: '09:00', to: '12:30' },
          { day, from: '13:00', to: '18:00' },
        ]),
        closed: ['2026-11-17'],
      },
    },
    { key: 'orders', channel: 'email', site: 'tokyo' },
  ],
  pipelines: [
    {
      key: 'standard',
      stages: [
        { name: 'found', order: 1, probability: 0.1 },
        { name: 'meeting', order: 2, probability: 0.25, standard: 'one' },
        { name: 'offer', order: 3, probability: 0.5, standard: 'two' },
        { name: 'terms', order: 4, probability: 0.75 },
        { name: 'signed', order: 5, probability: 1 },
        { name: 'gone', order: 6, probability: 0 },
      ],
    },
    {
      key: 'renewals',
      name: 'Renewals',
      stages: [
        { name: 'due', order: 1, probability: 0.6, standard: 'one' },
        { name: 'offer', order: 2, probability: 0.9, standard: 'two' },
      ],
    },
  ],
  schedules: [
    { activity: 'phones', states: ['available', 'ringing', 'onContact', 'wrapUp'] },
    { activity: 'lunch', states: ['notReady'], reasons: ['Lunch'] },
  ],
  sources: [
    { source: '/crm/1/notes', refersTo: '/pbx/1' },
    { source: '/mail/1/outreach', reportsDelivery: true },
  ],
  exchangeRates: [
    { currency: 'USD', from: '2026-01-01', rate: 0.9 },
    { currency: 'USD', from: '2026-11-10', rate: 0.95 },
    { currency: 'JPY', from: '2026-01-01', rate: 0.00617 },
  ],
  quotas: [
    { scope: 'agent:ana', metric: 'salesAmount', period: 'month', target: 900_000 },
    { scope: 'agent:ana', metric: 'leadsIdentified', period: 'quarter', target: 2 },
    { scope: 'agent:bo', metric: 'conversations', period: 'week', target: 1 },
    {
      scope: 'agent:cy',
      metric: 'salesAmount',
      period: 'day',
      target: 20_000,
      from: instant(NOW_MS - 12 * DAY),
      to: instant(NOW_MS + 30 * DAY),
    },
    { scope: 'team:remote', metric: 'salesAmount', period: 'year', target: 5_000_000 },
    { scope: 'team:inside', metric: 'winRate', period: 'month', target: 0.5 },
    { scope: 'site:tokyo', metric: 'conversations', period: 'month', target: 4 },
    { scope: 'center', metric: 'salesAmount', period: 'month', target: 2_000_000 },
  ],
}
export const directory = Directory.parse(written)

/** The same center, set up otherwise. */
export const directories: fc.Arbitrary<Directory> = fc
  .record({
    opportunityRateOf: fc.constantFrom('conversations', 'leadsIdentified', 'outboundCalls'),
    resultOf: fc.constantFrom('revenueAndSales', 'revenue', 'sales'),
    firstContactMethod: fc.constantFrom('repeat', 'repeat', 'disposed', 'survey'),
    firstContactWindowDays: fc.constantFrom(7, 7, 2),
    dormantDays: fc.constantFrom(1, 5, 12),
    criticalFailureScoresZero: fc.boolean(),
    weekStart: fc.constantFrom(1, 7),
    fiscalYearStartMonth: fc.constantFrom(1, 4, 12),
  })
  .map((center) => Directory.parse({ ...written, center: { ...written.center, ...center } }))

/** Something a feed says, before it is an event. */
export type Said = {
  source: string
  type: string
  atMs: number
  data: Record<string, unknown>
  recordedAtMs?: number
}
/** A story tells of one subject; its number makes its ids its own. */
export type Story = (n: number) => Said[]

/** When a story begins: mostly of late, some days ago, some weeks. */
export const begins = (beforeMs: number): fc.Arbitrary<number> =>
  fc
    .oneof(
      { weight: 5, arbitrary: fc.integer({ min: beforeMs, max: beforeMs + 40 * MINUTE }) },
      { weight: 3, arbitrary: fc.integer({ min: beforeMs, max: beforeMs + 30 * HOUR }) },
      { weight: 3, arbitrary: fc.integer({ min: beforeMs, max: beforeMs + 35 * DAY }) },
    )
    .map((ago) => NOW_MS - ago)

export const someone = fc.constantFrom('ana', 'PJSIP/101', 'bo', 'PJSIP/102', 'cy', 'dan')
/** Each of these names one agent only. */
export const owner = fc.constantFrom('owner-1', 'owner-2', 'cy', 'eve')
export const edgeMs = fc.oneof(
  fc.constantFrom(0, 4_999, 5_000, 19_999, 20_000, 20_001, 29_999, 30_000, 30_001, 45_000),
  fc.integer({ min: 0, max: 120_000 }),
)
export const maybe = <Value>(of: fc.Arbitrary<Value>, often = 2): fc.Arbitrary<Value | undefined> =>
  fc.option(of, { nil: undefined, freq: often })
/** Without fields that say nothing. */
export const given = (data: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined))
export const rfc = instant
