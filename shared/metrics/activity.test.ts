import { expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'

it.each([
  ['appointments', { appointments: 3 }, 3],
  ['validAppointments', { appointments: 3, validAppointments: 2 }, 2],
  ['demosCompleted', { demos: 4 }, 4],
  ['documentRequests', { documentRequests: 5 }, 5],
  ['siteVisits', { siteVisits: 60 }, 60],
  ['socialActions', { socialActions: 7 }, 7],
  ['adClicks', { adClicks: 8 }, 8],
  ['dormantReactivations', { dormantReactivations: 2 }, 2],
  ['inquiries', { inquiries: 6 }, 6],
] as const)('%s of %o is %s', (id, sums, value) => {
  expect(valueOf(id, sums, 'center')).toBe(value)
  expect(valueOf(id, {}, 'center')).toBe(0)
})

it('touches of the market are the center’s alone', () => {
  expect(evaluated('adClicks', {}, 'agent')).toMatchObject({ reason: 'notAtScope' })
})

it('is n/a where no feed reports activities', () => {
  const lacking = { 'activity.recorded': '/crm/1' }
  expect(evaluated('appointments', { lacking }, 'agent')).toMatchObject({
    reason: 'notReported',
    source: '/crm/1',
  })
})

it.each([
  ['approaches', { dials: 5, outreachSent: 4, approachActivities: 3, emailsSent: 9 }, 12],
  ['activityVolume', { dials: 5, emailsSent: 9, appointments: 2, outreachSent: 4 }, 16],
] as const)('%s of %o is %s', (id, sums, value) => {
  expect(valueOf(id, sums, 'team')).toBe(value)
  // What one feed does not report is left out, and said to be.
  expect(
    evaluated(id, { sums: { dials: 5 }, lacking: { 'message.recorded': '/pbx/1' } }, 'team'),
  ).toMatchObject({ value: 5, caveats: [{ kind: 'without', source: '/pbx/1' }] })
})

it('a sum of which no feed reports any part is n/a, never 0', () => {
  const lacking = {
    'outbound.attempted': '/mail/1',
    'contact.started': '/mail/1',
    'message.recorded': '/mail/1',
    'activity.recorded': '/mail/1',
  }
  expect(evaluated('approaches', { lacking }, 'team')).toMatchObject({
    value: null,
    reason: 'notReported',
  })
})
