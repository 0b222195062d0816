import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'
import { scopeKinds } from '../scope.ts'
import { isDefinedAt } from './evaluate.ts'

const sums = {
  leadCost: 60_000,
  leadsCreated: 12,
  outboundWonAmount: 900_000,
  outreachCost: 100_000,
  staffCost: 200_000,
}

describe('what leads and deals cost', () => {
  it.each([
    ['costPerLead', sums, 5_000],
    // Leads that cost nothing are not leads that nobody made.
    ['costPerLead', { ...sums, leadCost: 0 }, 0],
    ['costPerLead', { ...sums, leadsCreated: 0 }, null],
    ['outreachReturn', sums, 3],
    ['outreachReturn', { ...sums, outreachCost: 0 }, 4.5],
    ['outreachReturn', { ...sums, staffCost: 0 }, 9],
    ['outreachReturn', { ...sums, outboundWonAmount: 0 }, 0],
    ['outreachReturn', { ...sums, outreachCost: 0, staffCost: 0 }, null],
  ] as const)('%s of %o is %s', (id, given, expected) => {
    expect(valueOf(id, given, 'agent')).toBe(expected)
  })

  it.each(['costPerLead', 'outreachReturn'] as const)('%s is of no queue', (id) => {
    const scopes = scopeKinds.filter((scope) => isDefinedAt(id, scope))
    expect(scopes).toEqual(['center', 'site', 'team', 'agent'])
  })

  it.each([
    ['costPerLead', 'cost.recorded', { ...sums, leadCost: 0 }],
    ['costPerLead', 'lead.changed', { ...sums, leadsCreated: 0 }],
    ['outreachReturn', 'cost.recorded', { ...sums, outreachCost: 0, staffCost: 0 }],
    ['outreachReturn', 'opportunity.changed', { ...sums, outboundWonAmount: 0 }],
  ] as const)('%s is n/a where no feed reports %s', (id, lacks, given) => {
    const found = evaluated(id, { sums: given, lacking: { [lacks]: '/crm' } }, 'center')
    expect(found).toMatchObject({ value: null, reason: 'notReported', source: '/crm', lacks })
  })
})
