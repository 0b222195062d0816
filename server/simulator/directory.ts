/** The directory of the simulated center, as one puts it by `PUT /api/directory`. */
import type { z } from 'zod'
import type { Directory } from '../../shared/directory.ts'
import {
  CENTER_ZONE,
  queueKeys,
  queues,
  siteKeys,
  sites,
  teamKeys,
  teams,
  WRAP_LIMIT_SECONDS,
  type QueueKey,
} from './center.ts'
import { exchangeRates } from './business/goods.ts'
import { PIPELINE, stages } from './business/pipeline.ts'
import { reasonOf } from './desk.ts'
import { mailQueueKeys, mailQueues, type MailQueueKey } from './mailQueues.ts'
import { people, type Person } from './people.ts'
import { SIMULATOR_SOURCE } from './told.ts'

/** A directory before its defaults are filled in. */
export type DirectoryInput = z.input<typeof Directory>

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

/** When the first people came; the others followed, some every month. */
const FIRST_STARTED_MONTH = 2023 * 12 + 2
const MONTHS_OF_STARTS = 32
/** What a month should bring, in euros or in contracts. */
const TEAM_SALES = 2_700_000
const SELLER_SALES = 250_000
const SELLER_DEALS = 4
/** What somebody who sells earns a year on target, in euros. */
const SELLER_EARNINGS = 60_000

/** Sites, teams, sixty agents, nine queues, the pipeline, quotas, rates, and what schedules mean. */
export function simulatedDirectory(): DirectoryInput {
  return {
    center: { name: 'Ringside demo', timeZone: CENTER_ZONE, currency: 'EUR' },
    sites: siteKeys.map((key) => ({ key, ...sites[key] })),
    teams: teamKeys.map((key) => {
      const { name, nameJa, site } = teams[key]
      return { key, name, nameJa, site }
    }),
    agents: people.map(agentOf),
    queues: [...queueKeys.map(queueOf), ...mailQueueKeys.map(mailQueueOf)],
    pipelines: [
      {
        ...{ key: PIPELINE, name: 'Inside sales', nameJa: 'インサイドセールス' },
        stages: stages.map((stage) => ({ ...stage })),
      },
    ],
    quotas: quotas(),
    exchangeRates: exchangeRates.map((rate) => ({ ...rate })),
    schedules: [
      { activity: 'phone', states: ['available', 'ringing', 'onContact', 'wrapUp'] },
      // Dialling is not ready for calls of the queues, and then on a contact.
      { activity: 'outbound', states: ['notReady', 'onContact', 'wrapUp'] },
      { activity: 'break', states: ['notReady'], reasons: [reasonOf.break] },
      { activity: 'lunch', states: ['notReady'], reasons: [reasonOf.lunch] },
      { activity: 'training', states: ['notReady'], reasons: [reasonOf.training] },
    ],
    sources: [{ source: SIMULATOR_SOURCE }],
  }
}

function agentOf({ key, first, last, ja, reading, extension, team }: Person) {
  return {
    key,
    names: {
      ...{ full: `${first} ${last}`, ja, reading, first },
      initials: `${first.charAt(0)}${last.charAt(0)}`,
    },
    started: startedOf(key),
    earnings: teams[team].dials ? [{ yearly: SELLER_EARNINGS * 100 }] : [],
    aliases: [extension, `PJSIP/${extension}`, `${key}@demo.example`],
    teams: [{ team }],
    site: teams[team].site,
  }
}

function queueOf(key: QueueKey) {
  const { name, nameJa, site, team, channel, thresholdSeconds, target, hours } = queues[key]
  const isMember = ({ team: own }: Person): boolean => teams[own].queues.includes(key)
  return {
    ...{ key, name, nameJa, channel },
    ...(site === null ? {} : { site }),
    ...(team === null ? {} : { team }),
    members: people.filter(isMember).map((person) => person.key),
    serviceLevel: { thresholdSeconds },
    serviceLevelTarget: target,
    wrapUpLimitSeconds: WRAP_LIMIT_SECONDS,
    hours: hours && {
      timeZone: hours.timeZone,
      days: EVERY_DAY.map((day) => ({ day, from: hours.from, to: hours.to })),
    },
  }
}

function mailQueueOf(key: MailQueueKey) {
  const { name, nameJa, site, team, teams: answering, hours, targetMinutes } = mailQueues[key]
  const [from, to] = hours.map((hour) => `${String(hour).padStart(2, '0')}:00`)
  return {
    ...{ key, name, nameJa, site, team, channel: 'email' as const },
    members: people.filter((person) => answering.includes(person.team)).map((one) => one.key),
    emailTargetMinutes: targetMinutes,
    hours: {
      timeZone: sites[site].timeZone,
      days: EVERY_DAY.map((day) => ({ day, from: from ?? '', to: to ?? '' })),
    },
  }
}

/** A first of a month; who comes later in the list of a team is newer there. */
function startedOf(key: string): string {
  const nth = people.findIndex((person) => person.key === key)
  const month = FIRST_STARTED_MONTH + ((nth * 7) % MONTHS_OF_STARTS)
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`
}

/** Sales quotas by month: of both sales teams, and of everybody in them. */
function quotas(): NonNullable<DirectoryInput['quotas']> {
  const selling = people.filter(({ team }) => teams[team].dials)
  const monthly = (scope: string, metric: string, target: number) => ({
    ...{ scope, metric, target, period: 'month' as const },
  })
  return [
    ...teamKeys
      .filter((key) => teams[key].dials)
      .map((key) => monthly(`team:${key}`, 'salesAmount', TEAM_SALES * 100)),
    ...selling.map(({ key }) => monthly(`agent:${key}`, 'salesAmount', SELLER_SALES * 100)),
    ...selling.map(({ key }) => monthly(`agent:${key}`, 'dealsWon', SELLER_DEALS)),
  ]
}
