import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'
import { scopeKinds } from '../scope.ts'
import { isDefinedAt } from './evaluate.ts'
import { metricIds, metricOf } from './registry.ts'
import * as quotes from './quotes.ts'

const sums = {
  quotesIssued: 20,
  quotesWithLines: 8,
  quoteLines: 48,
  quotesWithAmount: 16,
  quoteAmount: 400_000,
  quotesRequested: 5,
  quoteTurnaroundMs: 90_000_000,
  quotesInError: 3,
  proposalsIssued: 7,
  proposalsWithLines: 4,
  proposalLines: 10,
  proposalsRequested: 2,
  proposalTurnaroundMs: 7_200_000,
}

describe('quotes and proposals', () => {
  it.each([
    ['quotesProcessed', 20],
    // By those that have lines, an amount or a request, and not by all.
    ['linesPerQuote', 6],
    ['averageQuotePrice', 25_000],
    ['averageQuoteTurnaround', 18_000_000],
    ['quoteAccuracy', 0.85],
    ['proposalsIssued', 7],
    ['linesPerProposal', 2.5],
    ['averageProposalTurnaround', 3_600_000],
  ] as const)('%s', (id, expected) => {
    expect(valueOf(id, sums, 'agent')).toBe(expected)
  })

  it.each([
    ['linesPerQuote', { ...sums, quotesWithLines: 0 }],
    ['averageQuotePrice', { ...sums, quotesWithAmount: 0 }],
    ['averageQuoteTurnaround', { ...sums, quotesRequested: 0 }],
    ['quoteAccuracy', { ...sums, quotesIssued: 0 }],
    ['linesPerProposal', { ...sums, proposalsWithLines: 0 }],
    ['averageProposalTurnaround', { ...sums, proposalsRequested: 0 }],
  ] as const)('%s is empty where there is none of its kind', (id, none) => {
    expect(evaluated(id, { sums: none }, 'team')).toMatchObject({ value: null, reason: 'empty' })
  })

  it.each(['quotesProcessed', 'proposalsIssued'] as const)('%s of none is 0', (id) => {
    expect(valueOf(id, {}, 'center')).toBe(0)
  })
})

describe('every metric of them', () => {
  const ids = metricIds.filter((id) => Object.values<unknown>(quotes).includes(metricOf(id)))

  it.each(ids)('%s is of whoever issued it, and of no queue', (id) => {
    const scopes = scopeKinds.filter((scope) => isDefinedAt(id, scope))
    expect(scopes).toEqual(['center', 'site', 'team', 'agent'])
  })

  it.each(ids)('%s is n/a where no feed reports quotes', (id) => {
    const lacking = { 'quote.changed': '/crm' }
    expect(evaluated(id, { lacking }, 'center')).toMatchObject({
      value: null,
      reason: 'notReported',
      source: '/crm',
      lacks: 'quote.changed',
    })
  })
})
