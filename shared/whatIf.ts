/** "What if": the settings that a number can be asked under, and which numbers hang on each. */
import type { MetricId } from './metrics/registry.ts'
import { opportunityRateBases, resultKinds } from './metrics/settings.ts'

/** How a setting's value is given; the server checks its bounds. */
export type WhatIf = (
  { kind: 'seconds' | 'minutes' | 'days' | 'flag' } | { kind: 'choice'; choices: readonly string[] }
) & {
  /** The metrics that are judged anew under another value. */
  changes: readonly MetricId[]
}

const judgements = ['met', 'missed', 'ignored'] as const

/** By their names in `define=`. */
export const whatIfs = {
  'serviceLevel.thresholdSeconds': { kind: 'seconds', changes: ['serviceLevel'] },
  'serviceLevel.shortAbandonSeconds': {
    kind: 'seconds',
    changes: ['serviceLevel', 'abandonRate', 'callsAbandoned', 'shortAbandons'],
  },
  'serviceLevel.abandonedInTime': {
    ...{ kind: 'choice', choices: judgements },
    changes: ['serviceLevel'],
  },
  'serviceLevel.abandonedShort': {
    ...{ kind: 'choice', choices: judgements },
    changes: ['serviceLevel'],
  },
  'serviceLevel.flowedOut': {
    ...{ kind: 'choice', choices: ['ignored', 'missed'] },
    changes: ['serviceLevel'],
  },
  'serviceLevel.answeredOnly': { kind: 'flag', changes: ['serviceLevel'] },
  'shortCallRate.shortCallSeconds': { kind: 'seconds', changes: ['shortCallRate'] },
  'emailServiceLevel.emailTargetMinutes': { kind: 'minutes', changes: ['emailServiceLevel'] },
  'callFirstContactResolution.firstContactWindowDays': {
    kind: 'days',
    changes: ['callFirstContactResolution', 'transactionFirstContactResolution'],
  },
  'opportunityRate.opportunityRateOf': {
    ...{ kind: 'choice', choices: opportunityRateBases },
    changes: ['opportunityRate'],
  },
  'revenuePerRep.resultOf': {
    ...{ kind: 'choice', choices: resultKinds },
    changes: ['revenuePerRep'],
  },
} as const satisfies Record<string, WhatIf>
export type WhatIfName = keyof typeof whatIfs

export const whatIfNames = Object.keys(whatIfs) as WhatIfName[]

/** What a metric can be asked under. */
export const whatIfsOf = (metric: MetricId): WhatIfName[] =>
  whatIfNames.filter((name) => (whatIfs[name] as WhatIf).changes.includes(metric))
