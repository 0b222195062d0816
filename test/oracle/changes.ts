import fc from 'fast-check'
import { Directory } from '../../shared/directory.ts'
import { DAY, HOUR, MINUTE, NOW_MS, rfc } from './center.ts'
import { worldOf } from './world.ts'
import type { Put } from './world.ts'

/** How a center is described anew in mid-history, each time from an instant on. */

type Written = ReturnType<typeof Directory.parse>
/** What somebody changes, as of the instant at which it is put. */
type Change = (directory: Written, atMs: number) => Written

const agents = fc.constantFrom('ana', 'bo', 'cy')
const teams = fc.constantFrom('inside', 'desk', 'remote', null)
const queueKeys = fc.constantFrom('sales', 'support', 'web', 'mail')

const changeOf =
  <Kind extends 'agents' | 'queues' | 'teams'>(
    kind: Kind,
    key: string,
    change: (item: Written[Kind][number]) => Written[Kind][number],
  ): Change =>
  (directory) => ({
    ...directory,
    [kind]: directory[kind].map((item) =>
      item.key === key ? change(item as Written[Kind][number]) : item,
    ),
  })

/** To another team within a shift, as a directory says it: from that instant on. */
const move = fc.tuple(agents, teams).map(
  ([key, team]): Change =>
    (directory, atMs) =>
      changeOf('agents', key, (agent) => ({
        ...agent,
        teams: [
          ...agent.teams.map((one) => ((one.to ?? Infinity) > atMs ? { ...one, to: atMs } : one)),
          ...(team === null ? [] : [{ team, from: atMs }]),
        ].filter(({ from = -Infinity, to = Infinity }) => from < to),
      }))(directory, atMs),
)
const sites = fc.constantFrom('tokyo', 'berlin', undefined)
const site = fc.oneof(
  fc
    .tuple(agents, sites)
    .map(([key, to]) =>
      changeOf('agents', key, ({ site: _, ...agent }) => ({ ...agent, ...(to && { site: to }) })),
    ),
  fc
    .tuple(queueKeys, sites)
    .map(([key, to]) =>
      changeOf('queues', key, ({ site: _, ...queue }) => ({ ...queue, ...(to && { site: to }) })),
    ),
  fc
    .tuple(fc.constantFrom('inside', 'desk', 'remote'), sites)
    .map(([key, to]) =>
      changeOf('teams', key, ({ site: _, ...team }) => ({ ...team, ...(to && { site: to }) })),
    ),
  fc
    .tuple(queueKeys, teams)
    .map(([key, to]) =>
      changeOf('queues', key, ({ team: _, ...queue }) => ({ ...queue, ...(to && { team: to }) })),
    ),
)
const seconds = fc.constantFrom(0, 10, 20, 25, 60)
const settings = fc
  .record(
    {
      shortCallSeconds: seconds,
      wrapUpLimitSeconds: fc.option(fc.constantFrom(5, 60, 300)),
      configuredWrapUpSeconds: fc.option(seconds),
      serviceLevelTarget: fc.constantFrom(0.5, 0.8, 0.95),
      emailTargetMinutes: fc.constantFrom(5, 60, 600),
    },
    { requiredKeys: [] },
  )
  .chain((to) => queueKeys.map((key) => changeOf('queues', key, (queue) => ({ ...queue, ...to }))))
const serviceLevel = fc
  .record({
    thresholdSeconds: fc.constantFrom(10, 20, 30, 45),
    shortAbandonSeconds: fc.constantFrom(0, 5, 10),
    abandonedInTime: fc.constantFrom('missed', 'ignored', 'met'),
    abandonedShort: fc.constantFrom('missed', 'ignored', 'met'),
    flowedOut: fc.constantFrom('ignored', 'missed'),
    answeredOnly: fc.boolean(),
  })
  .chain((to) =>
    queueKeys.map((key) => changeOf('queues', key, (queue) => ({ ...queue, serviceLevel: to }))),
  )
const hours = fc
  .tuple(fc.constantFrom('mail', 'orders'), fc.constantFrom('06:00', '08:30'), fc.boolean())
  .map(([key, from, isOpen]) =>
    changeOf('queues', key, (queue) => ({
      ...queue,
      hours: isOpen
        ? null
        : {
            days: [1, 3, 5, 6].map((day) => ({ day, from, to: '16:00' })),
            closed: ['2026-11-18'],
          },
    })),
  )
/** Who takes which queues; often an agent who was in some is in none any more. */
const members = fc
  .array(fc.tuple(queueKeys, fc.subarray(['ana', 'bo', 'cy', 'dan'])), {
    minLength: 1,
    maxLength: 3,
  })
  .map(
    (given): Change =>
      (directory, atMs) =>
        given.reduce(
          (so, [key, who]) =>
            changeOf('queues', key, (queue) => ({
              ...queue,
              members: who.map((agent) => ({ agent })),
            }))(so, atMs),
          directory,
        ),
  )
/** Rates are of days to come: what was counted by an earlier one was counted rightly. */
const rates = fc.constantFrom(0.5, 1.25, 0.87654).map((rate): Change => (directory, atMs) => {
  const from = dateOf(atMs + DAY)
  const others = directory.exchangeRates.filter((one) => one.from !== from)
  return { ...directory, exchangeRates: [...others, { currency: 'USD', from, rate }] }
})
const center = fc
  .record(
    {
      firstContactMethod: fc.constantFrom('repeat', 'disposed', 'survey'),
      firstContactWindowDays: fc.constantFrom(1, 3, 9),
      dormantDays: fc.constantFrom(2, 8),
      criticalFailureScoresZero: fc.boolean(),
      opportunityRateOf: fc.constantFrom('conversations', 'leadsIdentified', 'outboundCalls'),
    },
    { requiredKeys: [] },
  )
  .map((to): Change => (directory) => ({ ...directory, center: { ...directory.center, ...to } }))
/** Another target, none any more, or one that there was not; earlier periods keep theirs. */
const quotas = fc
  .tuple(fc.nat(20), fc.constantFrom(0.5, 2, null), fc.boolean())
  .map(([n, factor, isNew]): Change => (directory) => {
    if (isNew) {
      const quota = { scope: 'agent:bo', metric: 'salesAmount', period: 'month' as const }
      return { ...directory, quotas: [...directory.quotas, { ...quota, target: 1_000 * (n + 1) }] }
    }
    const at = n % Math.max(1, directory.quotas.length)
    return {
      ...directory,
      quotas: directory.quotas.flatMap((quota, index) =>
        index !== at
          ? [quota]
          : factor === null
            ? []
            : [{ ...quota, target: quota.target * factor }],
      ),
    }
  })
/** How a pipeline is described; feeds go on to call it as they did. */
const pipelines = fc
  .tuple(
    fc.constantFrom('standard', 'renewals'),
    fc.constantFrom('found', 'meeting', 'offer', 'due', 'terms', 'elsewhere', 'mql', 'scored'),
    fc.record({
      order: fc.integer({ min: 0, max: 6 }),
      probability: fc.constantFrom(0, 0.1, 0.5, 0.95, 1),
      standard: fc.constantFrom(undefined, 'one', 'two', 'mql', 'sql'),
    }),
    fc.constantFrom('as it is', 'renamed', 'left out', 'without it'),
  )
  .map(([key, name, { standard, ...stage }, how]): Change => (directory) => ({
    ...directory,
    pipelines: directory.pipelines.flatMap((pipeline) => {
      if (pipeline.key !== key) return [pipeline]
      const others = pipeline.stages.filter((one) => one.name !== name)
      const stages =
        how === 'without it'
          ? others
          : [...others, { name, ...stage, ...(standard && { standard }) }]
      return how === 'left out'
        ? []
        : [{ ...pipeline, ...(how === 'renamed' && { name: 'Kept' }), stages }]
    }),
  }))
/** Somebody is left out altogether, or described for the first time. */
const people = fc.oneof(
  agents.map((key): Change => (directory) => ({
    ...directory,
    agents: directory.agents.filter((agent) => agent.key !== key),
  })),
)

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 5, arbitrary: move },
  { weight: 4, arbitrary: site },
  { weight: 4, arbitrary: settings },
  { weight: 4, arbitrary: serviceLevel },
  { weight: 2, arbitrary: hours },
  { weight: 4, arbitrary: members },
  { weight: 2, arbitrary: rates },
  { weight: 2, arbitrary: center },
  { weight: 1, arbitrary: people },
  { weight: 4, arbitrary: pipelines },
  { weight: 4, arbitrary: quotas },
)

const { dateOf } = worldOf([
  { fromMs: -Infinity, directory: Directory.parse({ center: { timeZone: 'Europe/Berlin' } }) },
])

/** A directory, and what becomes of it: a few times, of late, some hours or some days ago. */
export const changing = (first: fc.Arbitrary<Directory>): fc.Arbitrary<Put[]> =>
  fc
    .record({
      first,
      then: fc.array(
        fc.record({
          agoMs: fc.oneof(
            fc.integer({ min: 1, max: 60 * MINUTE }),
            fc.integer({ min: HOUR, max: 30 * HOUR }),
            fc.integer({ min: DAY, max: 20 * DAY }),
          ),
          changes: fc.array(change, { minLength: 1, maxLength: 3 }),
        }),
        { maxLength: 3 },
      ),
    })
    .map(({ first: directory, then }) => {
      const puts: Put[] = [{ fromMs: -Infinity, directory }]
      for (const { agoMs, changes } of then.sort((one, other) => other.agoMs - one.agoMs)) {
        const fromMs = NOW_MS - agoMs
        const before = puts.at(-1)!.directory
        const after = changes.reduce((so, change) => change(so, fromMs), before)
        puts.push({ fromMs, directory: Directory.parse(written(after)) })
      }
      return puts
    })

/** As somebody puts it: instants as text. */
export const written = (directory: Written): unknown =>
  JSON.parse(
    JSON.stringify(directory, (name, value: unknown) =>
      (name === 'from' || name === 'to') && typeof value === 'number' ? rfc(value) : value,
    ),
  )
