import { expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'

const sums = { outreachSent: 20, outreachDelivered: 16, outreachOpened: 8, outreachReplied: 2 }

it.each([
  ['emailOpenRate', sums, 0.5],
  ['emailOpenRate', { outreachSent: 3 }, null],
  ['emailResponseRate', sums, 0.125],
  ['emailResponseRate', {}, null],
  ['companiesResponded', { companiesResponded: 2 }, 2],
  ['companiesResponded', {}, 0],
] as const)('%s of %o is %s', (id, given, value) => {
  expect(valueOf(id, given, 'agent')).toBe(value)
})

it('nobody knows what was opened where no feed tracks mail, yet replies are known', () => {
  const lacking = { 'message.tracked': '/mail/1' }
  const given = { sums: { outreachDelivered: 4, outreachReplied: 1 }, lacking }
  expect(evaluated('emailOpenRate', given, 'agent')).toMatchObject({ reason: 'notReported' })
  expect(evaluated('emailResponseRate', given, 'agent').value).toBe(0.25)
})
