import { whereQueued } from './metric.ts'
import type { GaugeMetric } from './metric.ts'

/**
 * Mail that waits for a reply. A turn is what a customer wrote since the last word of an agent;
 * automatic replies neither open nor answer one.
 */

const now = {
  kind: 'gauge',
  group: 4,
  byChannel: false,
  attribution: 'now',
  better: 'lower',
  scopes: whereQueued,
  needs: [['message.recorded']],
} as const

/** Turns that nobody has answered or closed. [+] */
export const openEmails: GaugeMetric = {
  ...now,
  unit: 'count',
  name: 'Unanswered emails',
  nameJa: '未対応メール数',
  formula: 'n(open turns)',
  empty: null,
  value: ({ turns = [] }) => turns.length,
}

/** How long the oldest of them has waited. Null: every mail is answered. [+] */
export const oldestEmail: GaugeMetric = {
  ...now,
  unit: 'ms',
  name: 'Oldest unanswered',
  nameJa: '最古の未対応メール',
  formula: 'now − the earliest received of open turns',
  empty: 'every mail is answered',
  value: (live, nowMs) => {
    const sinceMs = oldestEmail.since?.(live, nowMs) ?? null
    return sinceMs === null ? null : Math.max(0, nowMs - sinceMs)
  },
  since: ({ turns = [] }) =>
    turns.length === 0 ? null : turns.reduce((ms, { sinceMs }) => Math.min(ms, sinceMs), Infinity),
}
