import { z } from 'zod'
import { Channel, LocalDate, Name, Instant } from './events/fields.ts'
import { isOwnId, MAX_KEPT_METRICS, MAX_OWN_METRICS, ownId } from './metrics/own.ts'
import { OwnMetric } from './metrics/ownDefinition.ts'
import { opportunityRateBases, resultKinds, usualSettings } from './metrics/settings.ts'
import { retentionLimits } from './retention.ts'
import { ServiceLevelDefinition } from './serviceLevel.ts'

/**
 * The directory: who and what there is in a center, and how its numbers are defined. People edit
 * it on screen or put it whole by `PUT /api/directory`; every part has a default, so that an empty
 * directory is a working one. Strict: a misspelt field is an error and not a silent default.
 */

/** More of anything than this in one center is a mistake in an import. */
const MAX_ITEMS = 50_000
const list = <Item extends z.ZodType>(item: Item) => z.array(item).max(MAX_ITEMS).default([])

const keyed = {
  /** The name by which events, the API and saved boards speak of it, for ever. */
  key: Name,
  /** What a person reads; the key where it is left out. */
  name: Name.optional(),
  /** Its name in Japanese. */
  nameJa: Name.optional(),
}

const TimeZone = z.string().refine(
  (zone) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
    } catch {
      return false
    }
  },
  { error: 'must be an IANA time zone, such as Asia/Tokyo' },
)
const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM')

/** Opening hours by the local clock; a day that is left out is closed. */
const Hours = z.strictObject({
  timeZone: TimeZone.optional(),
  /** 1 is Monday. */
  days: z
    .array(z.strictObject({ day: z.int().min(1).max(7), from: TimeOfDay, to: TimeOfDay }))
    .max(50),
  closed: z.array(LocalDate).max(400).default([]),
})
/** When a queue is open: what `businessHours` reads. */
export type OpeningHours = z.output<typeof Hours>

/** A system, as the first two segments of its sources name it. */
const System = Name.regex(/^\/[^/]+(\/[^/]+)?$/, 'must be a system, such as /asterisk/pbx-1')

/** A dated membership: from and to are instants, to is exclusive; left out: always. */
const dated = { from: Instant.optional(), to: Instant.optional() }

const within = ({ least, most }: { least: number; most: number }) => z.int().min(least).max(most)

/** How long is kept what is not for good; each is said where its limits are. Sums are for good. */
const Retention = z.strictObject({
  detailDays: within(retentionLimits.detailDays).optional(),
  rejectedDays: within(retentionLimits.rejectedDays).default(retentionLimits.rejectedDays.usual),
  auditDays: within(retentionLimits.auditDays).default(retentionLimits.auditDays.usual),
  streamDays: within(retentionLimits.streamDays).default(retentionLimits.streamDays.usual),
  streamMegabytes: within(retentionLimits.streamMegabytes).default(
    retentionLimits.streamMegabytes.usual,
  ),
})
export type Retention = z.output<typeof Retention>

const Center = z.strictObject({
  name: z.string().max(100).default('Ringside'),
  timeZone: TimeZone.default('UTC'),
  /** When the business day begins, by the center's clock. */
  businessDayStart: TimeOfDay.default('00:00'),
  intervalMinutes: z.union([z.literal(15), z.literal(30)]).default(30),
  /** Of every amount in the ledger; what is booked is not converted when this changes. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('USD'),
  /** 1 is Monday. */
  weekStart: z.int().min(1).max(7).default(1),
  fiscalYearStartMonth: z.int().min(1).max(12).default(1),
  firstContactWindowDays: z.number().positive().max(90).default(7),
  /** What `opportunityRate` counts opportunities against. */
  opportunityRateOf: z.enum(opportunityRateBases).default(usualSettings.opportunityRateOf),
  /** What `revenuePerRep` and `revenueToEarnings` take for the result. */
  resultOf: z.enum(resultKinds).default(usualSettings.resultOf),
  firstContactMethod: z.enum(['repeat', 'disposed', 'survey']).default('repeat'),
  /** The one system whose dials count, for agents of whom nothing else is said; none: all do. */
  dialSystem: System.optional(),
  /** A customer who orders again after so many days without business was regained. */
  dormantDays: z.number().positive().max(3_653).default(365),
  /** Whether an evaluation that found a critical failure scores 0; the raw score is kept. */
  criticalFailureScoresZero: z.boolean().default(true),
  /** A contact that says nothing for so long is closed as lost, by channel. */
  silenceHours: z
    .strictObject({
      voice: z.number().positive().default(4),
      chat: z.number().positive().default(24),
      sms: z.number().positive().default(24),
      video: z.number().positive().default(4),
      email: z
        .number()
        .positive()
        .default(24 * 30),
      task: z
        .number()
        .positive()
        .default(24 * 30),
    })
    .prefault({}),
  retention: Retention.prefault({}),
})

/** Whether the business day begins with a quarter of an hour, by which sums are kept. */
export const beginsOnQuarter = ({ businessDayStart }: Directory['center']): boolean =>
  Number(businessDayStart.slice(3)) % 15 === 0

const Site = z.strictObject({ ...keyed, timeZone: TimeZone.optional() })
const Team = z.strictObject({ ...keyed, site: Name.optional() })

const Agent = z.strictObject({
  key: Name,
  /** What a person reads, and how it may be shown on a shared screen. */
  names: z
    .strictObject({
      full: Name.optional(),
      ja: Name.optional(),
      first: Name.optional(),
      initials: Name.optional(),
      alias: Name.optional(),
      /** How it sorts in Japanese (ふりがな). */
      reading: Name.optional(),
    })
    .default({}),
  /** What feeds call the agent: extension, interface, display name, mailbox, CRM owner id. */
  aliases: z.array(Name).max(100).default([]),
  teams: z
    .array(z.strictObject({ team: Name, ...dated }))
    .max(1_000)
    .default([]),
  site: Name.optional(),
  /**
   * The one system whose dials of this agent count, so that a CRM and a telephone system which both
   * tell of a call do not count it twice.
   */
  dialSystem: System.optional(),
  /** The first and the last day of employment, both worked; left out: always. */
  started: LocalDate.optional(),
  ended: LocalDate.optional(),
  /** On-target earnings: minor units of the center's currency a year, each from a day on. */
  earnings: z
    .array(z.strictObject({ yearly: z.int().positive(), from: LocalDate.optional() }))
    .max(100)
    .default([]),
})

const Queue = z.strictObject({
  ...keyed,
  aliases: z.array(Name).max(100).default([]),
  site: Name.optional(),
  team: Name.optional(),
  channel: Channel.default('voice'),
  /** Who takes its contacts; an agent's key alone means always. */
  members: z
    .array(
      z.preprocess(
        (member) => (typeof member === 'string' ? { agent: member } : member),
        z.strictObject({ agent: Name, ...dated }),
      ),
    )
    .max(MAX_ITEMS)
    .default([]),
  serviceLevel: ServiceLevelDefinition.prefault({}),
  /** The share of contacts that should be answered in time, as the wall shows it. */
  serviceLevelTarget: z.number().min(0).max(1).default(0.8),
  /** A handled call whose talk is below this is too short. */
  shortCallSeconds: z.number().nonnegative().max(3_600).default(30),
  /** After-call work ends by itself after so long; null: only by an event. */
  wrapUpLimitSeconds: z.number().nonnegative().max(86_400).nullable().default(null),
  /** Stands in, marked `configured`, where a feed reports no wrap-up; null: nothing does. */
  configuredWrapUpSeconds: z.number().nonnegative().max(86_400).nullable().default(null),
  emailTargetMinutes: z.number().positive().default(240),
  hours: Hours.nullable().default(null),
})

const Pipeline = z.strictObject({
  ...keyed,
  stages: z
    .array(
      z.strictObject({
        name: Name,
        order: z.int(),
        probability: z.number().min(0).max(1).default(0),
        /**
         * Which standard stage it is, if any: one and two of an opportunity; of a lead, qualified by
         * marketing or by sales (a stage named mql or sql is so anyway).
         */
        standard: z.enum(['one', 'two', 'mql', 'sql']).optional(),
      }),
    )
    .max(100),
})

const Quota = z.strictObject({
  scope: Name,
  metric: Name,
  period: z.enum(['day', 'week', 'month', 'quarter', 'year']),
  target: z.number(),
  ...dated,
})

/** How a metric is made up of those beneath it. */
const combinations = ['multiply', 'add'] as const
export type Combination = (typeof combinations)[number]

/** More nodes than this no page shows; more goals than that nobody follows. */
const MAX_NODES = 50

/**
 * A goal: what a metric of a scope should be at the end of each period. `nodes` are the metrics
 * that it is made up of, each beneath the goal or another node (`under`); `combine` says whether
 * those beneath multiply or add up.
 */
const Goal = z.strictObject({
  ...keyed,
  scope: Name.default('center'),
  period: z.enum(['day', 'week', 'month', 'quarter', 'year'], {
    error:
      'must be day, week, month, quarter or year: a goal without a period is never reached or missed',
  }),
  metric: Name,
  target: z.number(),
  combine: z.enum(combinations).default('multiply'),
  nodes: z
    .array(
      z.strictObject({
        ...keyed,
        metric: Name,
        under: Name.optional(),
        combine: z.enum(combinations).default('multiply'),
      }),
    )
    .max(MAX_NODES)
    .default([]),
})

const Schedule = z.strictObject({
  /** The scheduled activity, as agent.scheduled names it. */
  activity: Name,
  /** The states that keep to it. */
  states: z.array(z.enum(['available', 'onContact', 'wrapUp', 'ringing', 'notReady', 'signedOut'])),
  /** Of not ready, only these reasons keep to it; none: any does. */
  reasons: z.array(Name).default([]),
})

const Source = z.strictObject({
  /** A feed's name, such as /asterisk/pbx-1/ami. */
  source: Name,
  /** The connector that reads it; left out for what others send to the API. */
  connector: Name.optional(),
  /** The connector's own settings, checked by it. */
  settings: z.record(z.string(), z.unknown()).default({}),
  /** The system that a bare id of another system's contact, in this feed, belongs to. */
  refersTo: Name.optional(),
  /** What the feed never reports, by event type; a metric that needs it is then n/a. */
  lacks: z.array(Name).max(100).default([]),
  /**
   * Whether every delivery of its mails is reported; if not, what was sent and did not bounce counts
   * as delivered.
   */
  reportsDelivery: z.boolean().default(false),
  enabled: z.boolean().default(true),
})

/** No two currencies are further apart; what is beyond was mistyped. */
const LOWEST_RATE = 1e-9
const HIGHEST_RATE = 1e9

/** What one unit of another currency is worth, from a day on until the next of its rates. */
const ExchangeRate = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** By the center's calendar. */
  from: LocalDate,
  /** Units of the center's currency for one of this; read by its digits, as a decimal. */
  rate: z.number().min(LOWEST_RATE).max(HIGHEST_RATE),
})

const namesOnce = <Item>(items: readonly Item[], nameOf: (item: Item) => readonly string[]) => {
  const seen = new Set<string>()
  return items.flatMap((item) => nameOf(item)).filter((name) => seen.size === seen.add(name).size)
}

export const Directory = z
  .strictObject({
    center: Center.prefault({}),
    sites: list(Site),
    teams: list(Team),
    agents: list(Agent),
    queues: list(Queue),
    pipelines: list(Pipeline),
    schedules: list(Schedule),
    quotas: list(Quota),
    goals: z.array(Goal).max(500).default([]),
    metrics: z.array(OwnMetric).max(MAX_KEPT_METRICS).default([]),
    sources: list(Source),
    exchangeRates: list(ExchangeRate),
  })
  .superRefine((directory, context) => {
    const once = (path: string, doubled: readonly string[]) => {
      for (const name of new Set(doubled)) {
        context.addIssue({ code: 'custom', path: [path], message: `"${name}" occurs twice` })
      }
    }
    once(
      'sites',
      namesOnce(directory.sites, ({ key }) => [key]),
    )
    once(
      'teams',
      namesOnce(directory.teams, ({ key }) => [key]),
    )
    once(
      'agents',
      namesOnce(directory.agents, ({ key, aliases }) => [key, ...aliases]),
    )
    once(
      'queues',
      namesOnce(directory.queues, ({ key, aliases }) => [key, ...aliases]),
    )
    once(
      'sources',
      namesOnce(directory.sources, ({ source }) => [source]),
    )
    once(
      'exchangeRates',
      namesOnce(directory.exchangeRates, ({ currency, from }) => [`${currency} from ${from}`]),
    )

    once(
      'goals',
      namesOnce(directory.goals, ({ key }) => [key]),
    )
    once(
      'metrics',
      namesOnce(directory.metrics, ({ key }) => [key]),
    )
    const ownIds = new Set(
      directory.metrics.filter(({ retired }) => !retired).map(({ key }) => ownId(key)),
    )
    if (ownIds.size > MAX_OWN_METRICS) {
      const message = `at most ${String(MAX_OWN_METRICS)} in use: retire those that nobody reads`
      context.addIssue({ code: 'custom', path: ['metrics'], message })
    }
    const isThere = (metric: string): boolean => !isOwnId(metric) || ownIds.has(metric)
    directory.quotas.forEach(({ metric }, i) => {
      if (!isOwnId(metric)) return
      const message = `"${metric}" is one of the center’s own: a quota is of a metric of the catalogue, a goal may be of any`
      context.addIssue({ code: 'custom', path: ['quotas', i, 'metric'], message })
    })
    directory.goals.forEach((goal, i) => {
      const gone = (path: (string | number)[], metric: string) => {
        const message = `"${metric}" is none of the metrics here that are in use`
        if (!isThere(metric)) context.addIssue({ code: 'custom', path, message })
      }
      gone(['goals', i, 'metric'], goal.metric)
      goal.nodes.forEach(({ metric }, j) => {
        gone(['goals', i, 'nodes', j, 'metric'], metric)
      })
      const doubled = namesOnce([{ key: goal.key }, ...goal.nodes], ({ key }) => [key])
      once('goals', doubled)
      // Each beneath one that is written before it: so that no tree bites its tail.
      const before = new Set<string>()
      goal.nodes.forEach(({ key, under }, j) => {
        if (under !== undefined && !before.has(under)) {
          context.addIssue({
            code: 'custom',
            path: ['goals', i, 'nodes', j, 'under'],
            message: `"${under}" is no node before this one`,
          })
        }
        before.add(key)
      })
    })

    const has = (items: readonly { key: string }[]) => new Set(items.map(({ key }) => key))
    const sites = has(directory.sites)
    const teams = has(directory.teams)
    const known = (names: Set<string>, name: string | undefined, path: (string | number)[]) => {
      if (name === undefined || names.has(name)) return
      context.addIssue({ code: 'custom', path, message: `"${name}" is not in the directory` })
    }
    directory.teams.forEach((team, i) => {
      known(sites, team.site, ['teams', i, 'site'])
    })
    directory.queues.forEach((queue, i) => {
      known(sites, queue.site, ['queues', i, 'site'])
      known(teams, queue.team, ['queues', i, 'team'])
    })
    directory.agents.forEach((agent, i) => {
      known(sites, agent.site, ['agents', i, 'site'])
      agent.teams.forEach(({ team }, j) => {
        known(teams, team, ['agents', i, 'teams', j, 'team'])
      })
    })
  })
/** A directory with every default filled in. */
export type Directory = z.output<typeof Directory>
export type DirectoryAgent = Directory['agents'][number]
export type DirectoryQueue = Directory['queues'][number]
export type DirectoryPipeline = Directory['pipelines'][number]

/** The directory of a center about which nothing has been said yet. */
export const emptyDirectory: Directory = Directory.parse({})
