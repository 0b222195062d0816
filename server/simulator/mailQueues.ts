/** The mail desks of the simulated center: who answers, and when. */
import type { SiteKey, TeamKey } from './center.ts'

export const mailQueueKeys = ['japan-mail', 'europe-mail'] as const
export type MailQueueKey = (typeof mailQueueKeys)[number]

export type MailQueue = {
  name: string
  nameJa: string
  site: SiteKey
  team: TeamKey
  teams: readonly TeamKey[]
  /** Whole hours of the site's clock. */
  hours: readonly [opens: number, closes: number]
  /** By when a mail should be answered, in minutes of these hours. */
  targetMinutes: number
}

export const mailQueues: Readonly<Record<MailQueueKey, MailQueue>> = {
  'japan-mail': {
    ...{ name: 'Mail Japan', nameJa: '国内メール', site: 'tokyo', team: 'tokyo-support' },
    ...{ teams: ['tokyo-support'], hours: [9, 18], targetMinutes: 240 },
  },
  'europe-mail': {
    ...{ name: 'Mail Europe', nameJa: '欧州メール', site: 'berlin', team: 'berlin-support' },
    ...{ teams: ['berlin-support', 'berlin-evening'], hours: [9, 19], targetMinutes: 240 },
  },
}
