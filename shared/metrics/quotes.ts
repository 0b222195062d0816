import { balanceMetric, whereCredited, ratio } from './metric.ts'

/**
 * Quotes and proposals. The first issue dates one and says whose it is; of what it says, the last
 * issue stands.
 */

const common = {
  group: 5,
  byChannel: false,
  scopes: whereCredited,
  attribution: 'at the first issue',
} as const

/** [D] */
export const quotesProcessed = balanceMetric({
  ...common,
  unit: 'count',
  empty: null,
  name: 'Quotes processed',
  nameJa: '見積件数',
  formula: 'n(quotes issued), each once',
  better: 'higher',
  parts: { issued: ['quotesIssued'] },
  value: ({ issued }) => issued,
})

/** [D] */
export const linesPerQuote = balanceMetric({
  ...common,
  unit: 'lines',
  name: 'Lines per quote',
  nameJa: '見積明細数',
  formula: 'sum(lines as last issued) / n(quotes issued that say how many)',
  empty: 'no quote that was issued says how many lines it has',
  better: 'neither',
  parts: { lines: ['quoteLines'], quotes: ['quotesWithLines'] },
  value: ({ lines, quotes }) => ratio(lines, quotes),
})

/** [D] */
export const proposalsIssued = balanceMetric({
  ...common,
  unit: 'count',
  empty: null,
  name: 'Proposals issued',
  nameJa: '提案件数',
  formula: 'n(proposals issued), each once',
  better: 'higher',
  parts: { issued: ['proposalsIssued'] },
  value: ({ issued }) => issued,
})

/** [D] */
export const linesPerProposal = balanceMetric({
  ...common,
  unit: 'lines',
  name: 'Lines per proposal',
  nameJa: '提案明細数',
  formula: 'sum(lines as last issued) / n(proposals issued that say how many)',
  empty: 'no proposal that was issued says how many lines it has',
  better: 'neither',
  parts: { lines: ['proposalLines'], proposals: ['proposalsWithLines'] },
  value: ({ lines, proposals }) => ratio(lines, proposals),
})

/** [D] */
export const averageQuotePrice = balanceMetric({
  ...common,
  unit: 'money',
  name: 'Average price per quote',
  nameJa: '平均見積金額',
  formula: 'sum(amount as last issued) / n(quotes issued that have an amount)',
  empty: 'no quote that was issued has an amount',
  better: 'higher',
  parts: { amount: ['quoteAmount'], quotes: ['quotesWithAmount'] },
  value: ({ amount, quotes }) => ratio(amount, quotes),
})

/** From the request to the first issue; issued before it was requested, a quote took no time. [D] */
export const averageQuoteTurnaround = balanceMetric({
  ...common,
  unit: 'ms',
  name: 'Quote turnaround',
  nameJa: '見積リードタイム',
  formula: 'sum(first issued − requested) / n(quotes issued that were requested)',
  empty: 'no quote that was issued had been requested',
  better: 'lower',
  parts: { turnaround: ['quoteTurnaroundMs'], requested: ['quotesRequested'] },
  value: ({ turnaround, requested }) => ratio(turnaround, requested),
})

/** The same of proposals. [D] */
export const averageProposalTurnaround = balanceMetric({
  ...common,
  unit: 'ms',
  name: 'Proposal turnaround',
  nameJa: '提案リードタイム',
  formula: 'sum(first issued − requested) / n(proposals issued that were requested)',
  empty: 'no proposal that was issued had been requested',
  better: 'lower',
  parts: { turnaround: ['proposalTurnaroundMs'], requested: ['proposalsRequested'] },
  value: ({ turnaround, requested }) => ratio(turnaround, requested),
})

/** Corrections that the customer asked for are no errors. [D] */
export const quoteAccuracy = balanceMetric({
  ...common,
  group: 7,
  unit: 'ratio',
  name: 'Quote accuracy',
  nameJa: '見積正確率',
  formula: '1 − n(distinct quotes corrected with cause error) / n(quotes issued)',
  attribution: 'at the first issue; an error counts against whoever issued the quote',
  empty: 'no quote was issued',
  better: 'higher',
  parts: { inError: ['quotesInError'], issued: ['quotesIssued'] },
  value: ({ inError, issued }) => ratio(issued - inError, issued),
})
