/** What a center sets of its metrics as a whole; a queue's own settings are its queue's. */

/** What opportunities are counted against. */
export const opportunityRateBases = ['conversations', 'leadsIdentified', 'outboundCalls'] as const
/** What a rep's result is: what contracts bring net, what was ordered, or both. */
export const resultKinds = ['revenueAndSales', 'revenue', 'sales'] as const

export type MetricSettings = {
  opportunityRateOf: (typeof opportunityRateBases)[number]
  resultOf: (typeof resultKinds)[number]
}

/** As they are where nobody has set them. */
export const usualSettings: MetricSettings = {
  opportunityRateOf: 'conversations',
  resultOf: 'revenueAndSales',
}

/** Every combination of the settings: what a metric may read depends on them. */
export const allSettings: readonly MetricSettings[] = opportunityRateBases.flatMap(
  (opportunityRateOf) => resultKinds.map((resultOf) => ({ opportunityRateOf, resultOf })),
)
