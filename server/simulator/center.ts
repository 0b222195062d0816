/** The simulated center: its sites, teams and queues, and how its customers and people behave. */
import type { Channel } from '../../shared/events/fields.ts'

export const siteKeys = ['tokyo', 'berlin'] as const
export type SiteKey = (typeof siteKeys)[number]
export const teamKeys = [
  'tokyo-sales',
  'tokyo-support',
  'berlin-sales',
  'berlin-support',
  'berlin-evening',
] as const
export type TeamKey = (typeof teamKeys)[number]
export const queueKeys = [
  'japan-sales',
  'japan-support',
  'europe-sales',
  'europe-support',
  'orders',
  'premium',
  'web',
] as const
export type QueueKey = (typeof queueKeys)[number]

type Named = { name: string; nameJa: string }

/** Its business day begins at midnight in Berlin, when one site hands over to the other. */
export const CENTER_ZONE = 'Europe/Berlin'

export const sites: Readonly<Record<SiteKey, Named & { timeZone: string }>> = {
  tokyo: { name: 'Tokyo', nameJa: '東京', timeZone: 'Asia/Tokyo' },
  berlin: { name: 'Berlin', nameJa: 'ベルリン', timeZone: 'Europe/Berlin' },
}

export const teams: Readonly<
  Record<TeamKey, Named & { site: SiteKey; queues: readonly QueueKey[]; dials: boolean }>
> = {
  'tokyo-sales': {
    ...{ name: 'Inside Sales Tokyo', nameJa: '東京インサイドセールス', site: 'tokyo' },
    ...{ queues: ['japan-sales', 'orders'], dials: true },
  },
  'tokyo-support': {
    ...{ name: 'Support Tokyo', nameJa: '東京サポート', site: 'tokyo' },
    ...{ queues: ['japan-support', 'premium', 'web'], dials: false },
  },
  'berlin-sales': {
    ...{ name: 'Inside Sales Berlin', nameJa: 'ベルリンインサイドセールス', site: 'berlin' },
    ...{ queues: ['europe-sales', 'orders'], dials: true },
  },
  'berlin-support': {
    ...{ name: 'Support Berlin', nameJa: 'ベルリンサポート', site: 'berlin' },
    ...{ queues: ['europe-support', 'premium', 'web'], dials: false },
  },
  'berlin-evening': {
    ...{ name: 'Evening Crew Berlin', nameJa: 'ベルリン夜間チーム', site: 'berlin' },
    ...{ queues: ['europe-support', 'orders', 'premium', 'europe-sales', 'web'], dials: false },
  },
}

/** Where a caller who has waited so long goes. */
export type Escape =
  | { kind: 'overflow'; afterSeconds: number; to: readonly QueueKey[] }
  /** The queue offers to call back; so many take it. */
  | { kind: 'callback'; afterSeconds: number; taken: number }
  | { kind: 'timeout'; afterSeconds: number }

/** Calls an hour, by the hour of the local clock. */
export type Demand = { timeZone: string; perHour: readonly number[] }

export type QueueProfile = Named & {
  site: SiteKey | null
  team: TeamKey | null
  /** What its contacts come by: the channel of the queue, and the shares of others. */
  channel: Channel
  otherChannels?: readonly { channel: Channel; share: number }[]
  thresholdSeconds: number
  target: number
  /** When it takes calls, by the clock of a zone; null: always. */
  hours: { timeZone: string; from: string; to: string } | null
  demand: readonly Demand[]
  /** The larger goes first. */
  priority: number
  talkMedianSeconds: number
  wrapMedianSeconds: number
  /** How long callers put up with waiting, on average. */
  patienceSeconds: number
  escape: Escape | null
  /** The share of talks that end in a transfer, and the queues that they go to. */
  transfers: number
  transfersTo: readonly QueueKey[]
  reasons: readonly string[]
}

const tokyo = sites.tokyo.timeZone
const berlin = sites.berlin.timeZone

/** A curve over the day from its values at hours, straight in between; 0 outside. */
function curve(points: Readonly<Record<number, number>>): readonly number[] {
  const known = Object.entries(points).map(([hour, rate]) => ({ hour: Number(hour), rate }))
  return Array.from({ length: 24 }, (_, hour) => {
    const before = known.findLast((point) => point.hour <= hour)
    const after = known.find((point) => point.hour >= hour)
    if (!before || !after) return 0
    if (before === after) return before.rate
    const share = (hour - before.hour) / (after.hour - before.hour)
    return before.rate + share * (after.rate - before.rate)
  })
}

/** After-call work ends by itself after so long. */
export const WRAP_LIMIT_SECONDS = 150
/** How long a phone rings before the call is taken back. */
export const RING_LIMIT_SECONDS = 15

export const queues: Readonly<Record<QueueKey, QueueProfile>> = {
  'japan-sales': {
    ...{ name: 'Sales Japan', nameJa: '国内営業', site: 'tokyo', team: 'tokyo-sales' },
    ...{ channel: 'voice', thresholdSeconds: 20, target: 0.8, priority: 5 },
    hours: { timeZone: tokyo, from: '08:00', to: '20:00' },
    demand: [
      { timeZone: tokyo, perHour: curve({ 8: 22, 10: 46, 12: 40, 14: 44, 17: 30, 19: 12, 20: 0 }) },
    ],
    ...{ talkMedianSeconds: 150, wrapMedianSeconds: 34, patienceSeconds: 150 },
    escape: { kind: 'overflow', afterSeconds: 75, to: ['orders'] },
    ...{ transfers: 0.06, transfersTo: ['orders', 'japan-support'] },
    reasons: ['Price request', 'Product advice', 'Quote follow-up', 'Contract', 'Trial'],
  },
  'japan-support': {
    ...{ name: 'Support Japan', nameJa: '国内サポート', site: 'tokyo', team: 'tokyo-support' },
    ...{ channel: 'voice', thresholdSeconds: 30, target: 0.8, priority: 5 },
    hours: { timeZone: tokyo, from: '08:00', to: '20:00' },
    demand: [
      { timeZone: tokyo, perHour: curve({ 8: 30, 10: 56, 12: 52, 14: 58, 17: 36, 19: 14, 20: 0 }) },
    ],
    ...{ talkMedianSeconds: 165, wrapMedianSeconds: 38, patienceSeconds: 190 },
    escape: { kind: 'callback', afterSeconds: 75, taken: 0.5 },
    ...{ transfers: 0.05, transfersTo: ['premium', 'japan-sales'] },
    reasons: ['Installation', 'Fault', 'How to use', 'Returns', 'Invoice', 'Login'],
  },
  'europe-sales': {
    ...{ name: 'Sales Europe', nameJa: '欧州営業', site: 'berlin', team: 'berlin-sales' },
    ...{ channel: 'voice', thresholdSeconds: 20, target: 0.8, priority: 5 },
    hours: { timeZone: berlin, from: '08:00', to: '20:00' },
    demand: [
      {
        timeZone: berlin,
        perHour: curve({ 8: 22, 10: 46, 12: 48, 14: 56, 16: 70, 17: 64, 19: 24, 20: 0 }),
      },
    ],
    ...{ talkMedianSeconds: 145, wrapMedianSeconds: 32, patienceSeconds: 130 },
    escape: { kind: 'overflow', afterSeconds: 75, to: ['orders'] },
    ...{ transfers: 0.06, transfersTo: ['orders', 'europe-support'] },
    reasons: ['Price request', 'Product advice', 'Quote follow-up', 'Contract', 'Trial'],
  },
  'europe-support': {
    ...{ name: 'Support Europe', nameJa: '欧州サポート', site: 'berlin', team: 'berlin-support' },
    ...{ channel: 'voice', thresholdSeconds: 30, target: 0.8, priority: 5 },
    hours: { timeZone: berlin, from: '08:00', to: '22:00' },
    demand: [
      {
        timeZone: berlin,
        perHour: curve({ 8: 28, 10: 62, 12: 60, 14: 72, 16: 106, 17: 90, 19: 42, 21: 38, 22: 0 }),
      },
    ],
    ...{ talkMedianSeconds: 160, wrapMedianSeconds: 36, patienceSeconds: 160 },
    escape: { kind: 'callback', afterSeconds: 75, taken: 0.5 },
    ...{ transfers: 0.05, transfersTo: ['premium', 'europe-sales'] },
    reasons: ['Installation', 'Fault', 'How to use', 'Returns', 'Invoice', 'Login'],
  },
  orders: {
    ...{ name: 'Order desk', nameJa: '受注デスク', site: null, team: null },
    ...{ channel: 'voice', thresholdSeconds: 20, target: 0.8, priority: 4 },
    hours: null,
    demand: [
      {
        timeZone: berlin,
        perHour: curve({
          0: 24,
          4: 38,
          8: 50,
          10: 58,
          14: 58,
          16: 94,
          18: 60,
          20: 52,
          22: 50,
          23: 50,
        }),
      },
    ],
    ...{ talkMedianSeconds: 105, wrapMedianSeconds: 26, patienceSeconds: 150 },
    escape: { kind: 'timeout', afterSeconds: 200 },
    ...{ transfers: 0.03, transfersTo: ['japan-sales', 'europe-sales', 'premium'] },
    reasons: ['New order', 'Order status', 'Change of order', 'Delivery', 'Invoice'],
  },
  premium: {
    ...{ name: 'Premium support', nameJa: 'プレミアムサポート', site: null, team: null },
    ...{ channel: 'voice', thresholdSeconds: 15, target: 0.85, priority: 8 },
    hours: null,
    demand: [
      {
        timeZone: berlin,
        perHour: curve({
          0: 14,
          4: 24,
          8: 32,
          10: 36,
          14: 34,
          16: 54,
          18: 36,
          21: 32,
          22: 30,
          23: 28,
        }),
      },
    ],
    ...{ talkMedianSeconds: 200, wrapMedianSeconds: 44, patienceSeconds: 170 },
    escape: { kind: 'overflow', afterSeconds: 60, to: ['europe-support', 'japan-support'] },
    ...{ transfers: 0.03, transfersTo: ['orders'] },
    reasons: ['Fault', 'Escalation', 'Service request', 'Contract', 'How to use'],
  },
  web: {
    ...{ name: 'Web and chat', nameJa: 'ウェブ・チャット', site: null, team: null },
    ...{ channel: 'chat', thresholdSeconds: 60, target: 0.8, priority: 3 },
    otherChannels: [
      { channel: 'sms', share: 0.2 },
      { channel: 'video', share: 0.08 },
      { channel: 'task', share: 0.1 },
    ],
    hours: null,
    demand: [
      { timeZone: berlin, perHour: curve({ 0: 3, 4: 6, 8: 8, 12: 9, 16: 11, 20: 6, 23: 4 }) },
    ],
    ...{ talkMedianSeconds: 210, wrapMedianSeconds: 20, patienceSeconds: 600 },
    ...{ escape: null, transfers: 0.02, transfersTo: ['premium'] },
    reasons: ['How to use', 'Order status', 'Login', 'Invoice', 'Price request'],
  },
}
