/** "What if": the settings that a number can be asked under, and how a URL writes them. */
import { z } from 'zod'
import { Directory } from '../../shared/directory.ts'
import {
  opportunityRateBases,
  resultKinds,
  type MetricSettings,
} from '../../shared/metrics/settings.ts'
import { ServiceLevelDefinition } from '../../shared/serviceLevel.ts'
import { whatIfNames, type WhatIfName } from '../../shared/whatIf.ts'
import type { Fault } from './problem.ts'

/** Other settings, as far as they are given: what if they were so? */
export type Definition = {
  serviceLevel?: Partial<ServiceLevelDefinition>
  /** Of queues. */
  shortCallSeconds?: number
  emailTargetMinutes?: number
  /** Of the center. */
  firstContactWindowDays?: number
  opportunityRateOf?: MetricSettings['opportunityRateOf']
  resultOf?: MetricSettings['resultOf']
}

/** A number as JSON writes it; an empty text is none. */
const number = (schema: z.ZodType<number, number>) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number')
    .transform(Number)
    .pipe(schema)
const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const { shape } = ServiceLevelDefinition
const words = <Words extends readonly string[]>(all: Words) => z.enum(all)

/** Each setting by its name in a URL, with the schema of its text. */
const settings = {
  'serviceLevel.thresholdSeconds': number(z.number().positive().max(86_400)),
  'serviceLevel.shortAbandonSeconds': number(z.number().nonnegative().max(86_400)),
  'serviceLevel.abandonedInTime': words(shape.abandonedInTime.unwrap().options),
  'serviceLevel.abandonedShort': words(shape.abandonedShort.unwrap().options),
  'serviceLevel.flowedOut': words(shape.flowedOut.unwrap().options),
  'serviceLevel.answeredOnly': flag,
  'shortCallRate.shortCallSeconds': number(z.number().nonnegative().max(3_600)),
  // Longer ones were not looked at when mails were read: four weeks of business hours.
  'emailServiceLevel.emailTargetMinutes': number(z.number().positive().max(9_600)),
  'callFirstContactResolution.firstContactWindowDays': number(z.number().positive().max(90)),
  'opportunityRate.opportunityRateOf': words(opportunityRateBases),
  'revenuePerRep.resultOf': words(resultKinds),
} satisfies Record<WhatIfName, z.ZodType<unknown, string>>

const isSetting = (name: string): name is WhatIfName => Object.hasOwn(settings, name)

/** What a definition is asked about with: `serviceLevel.thresholdSeconds:30`, once for each setting. */
export function readDefinition(
  given: readonly string[] | undefined,
): { ok: true; define: Definition | null } | { ok: false; errors: Fault[] } {
  if (given === undefined) return { ok: true, define: null }
  const define: Record<string, unknown> = {}
  const serviceLevel: Record<string, unknown> = {}
  const errors: Fault[] = []
  const fault = (message: string): void => {
    errors.push({ path: 'define', message })
  }
  for (const text of given) {
    const colon = text.indexOf(':')
    const name = text.slice(0, Math.max(colon, 0))
    if (!isSetting(name)) {
      const known = whatIfNames.join(', ')
      fault(`"${text}" is unknown; write one of ${known}, a colon and the value`)
      continue
    }
    const parsed = settings[name].safeParse(text.slice(colon + 1))
    const [metric, setting = ''] = name.split('.')
    if (!parsed.success) {
      fault(`${name}: ${parsed.error.issues[0]?.message ?? 'is not possible'}`)
    } else if (metric === 'serviceLevel') serviceLevel[setting] = parsed.data
    else define[setting] = parsed.data
  }
  if (Object.keys(serviceLevel).length > 0) define['serviceLevel'] = serviceLevel
  const { thresholdSeconds = Infinity, shortAbandonSeconds = 0 } =
    (define as Definition).serviceLevel ?? {}
  if (shortAbandonSeconds > thresholdSeconds) {
    fault('serviceLevel.shortAbandonSeconds: must not be over thresholdSeconds')
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, define }
}

/** A kind of subjects that is derived again under another definition. */
export type RedefinedKind = 'contact' | 'matter' | 'thread'

/** The kinds of subjects whose entries depend on what is redefined. */
export function kindsOf(define: Definition): RedefinedKind[] {
  const kinds: RedefinedKind[] = []
  if (define.serviceLevel || define.shortCallSeconds !== undefined) kinds.push('contact')
  if (define.firstContactWindowDays !== undefined) kinds.push('matter')
  if (define.emailTargetMinutes !== undefined) kinds.push('thread')
  return kinds
}

/** What a center sets of its metrics, as it would be. */
export function settingsUnder(present: MetricSettings, define: Definition): MetricSettings {
  const { opportunityRateOf = present.opportunityRateOf, resultOf = present.resultOf } = define
  return { opportunityRateOf, resultOf }
}

/** A directory as it would be; `discovered` are queues that nobody described. */
export function redefined(
  directory: Directory,
  define: Definition,
  discovered: readonly string[],
): Directory {
  const described = new Set(directory.queues.flatMap(({ key, aliases }) => [key, ...aliases]))
  const others = Directory.parse({
    queues: discovered.filter((key) => !described.has(key)).map((key) => ({ key })),
  }).queues
  const { firstContactWindowDays = directory.center.firstContactWindowDays } = define
  return {
    ...directory,
    center: { ...directory.center, firstContactWindowDays },
    queues: [...directory.queues, ...others].map((queue) => ({
      ...queue,
      shortCallSeconds: define.shortCallSeconds ?? queue.shortCallSeconds,
      emailTargetMinutes: define.emailTargetMinutes ?? queue.emailTargetMinutes,
      serviceLevel: serviceLevelUnder(queue.serviceLevel, define.serviceLevel ?? {}),
    })),
  }
}

/** A short abandon is never longer than the threshold: what is not asked about gives way. */
function serviceLevelUnder(
  present: ServiceLevelDefinition,
  define: Partial<ServiceLevelDefinition>,
): ServiceLevelDefinition {
  const merged = { ...present, ...define }
  const { thresholdSeconds, shortAbandonSeconds } = merged
  if (shortAbandonSeconds <= thresholdSeconds) return merged
  return define.shortAbandonSeconds === undefined
    ? { ...merged, shortAbandonSeconds: thresholdSeconds }
    : { ...merged, thresholdSeconds: shortAbandonSeconds }
}
