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
import { SIMULATOR_SOURCE } from './day.ts'
import { reasonOf } from './desk.ts'
import { people, type Person } from './people.ts'

/** A directory before its defaults are filled in. */
export type DirectoryInput = z.input<typeof Directory>

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

/** Sites, teams, sixty agents, six queues with their service levels, and what schedules mean. */
export function simulatedDirectory(): DirectoryInput {
  return {
    center: { name: 'Ringside demo', timeZone: CENTER_ZONE, currency: 'EUR' },
    sites: siteKeys.map((key) => ({ key, ...sites[key] })),
    teams: teamKeys.map((key) => {
      const { name, nameJa, site } = teams[key]
      return { key, name, nameJa, site }
    }),
    agents: people.map(agentOf),
    queues: queueKeys.map(queueOf),
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
    aliases: [extension, `PJSIP/${extension}`, `${key}@demo.example`],
    teams: [{ team }],
    site: teams[team].site,
  }
}

function queueOf(key: QueueKey) {
  const { name, nameJa, site, team, thresholdSeconds, target, hours } = queues[key]
  const isMember = ({ team: own }: Person): boolean => teams[own].queues.includes(key)
  return {
    ...{ key, name, nameJa },
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
