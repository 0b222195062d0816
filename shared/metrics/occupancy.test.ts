import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'

const day = {
  onContactMs: 50,
  wrapUpMs: 10,
  availableMs: 20,
  ringingMs: 40,
  notReadyMs: 80,
}

describe('occupancy', () => {
  it.each([
    ['ringing and breaks are on neither side', day, 0.75],
    ['nothing to do', { availableMs: 5 }, 0],
    ['no breath', { onContactMs: 5 }, 1],
    ['wrap-up is work', { wrapUpMs: 1, availableMs: 1 }, 0.5],
    ['away all day', { notReadyMs: 9, ringingMs: 1 }, null],
  ])('%s', (_name, sums, expected) => {
    expect(valueOf('occupancy', sums, 'agent')).toBe(expected)
  })

  it('says when it is without wrap-up, and when availability holds the ringing', () => {
    const lacking = { 'contact.wrapUpStarted': '/pbx/a/log', 'contact.offered': '/pbx/a/log' }
    const sums = { onContactMs: 3, availableMs: 1 }
    expect(evaluated('occupancy', { sums, lacking }, 'team')).toMatchObject({
      value: 0.75,
      caveats: [
        { kind: 'without', part: 'wrapUp', source: '/pbx/a/log' },
        { kind: 'includes', part: 'available', what: 'ringing', source: '/pbx/a/log' },
      ],
    })
  })

  it('is n/a, and not low, where mails were answered of which no feed tells the time', () => {
    const details = { untimedReplies: { '/mail/support': 3, '/mail/sales': 1 } }
    expect(evaluated('occupancy', { sums: { ...day, untimedReplies: 4 }, details })).toMatchObject({
      reason: 'notAtScope',
    })
    expect(
      evaluated('occupancy', { sums: { ...day, untimedReplies: 4 }, details }, 'team'),
    ).toMatchObject({
      value: null,
      reason: 'notReported',
      source: '/mail/support',
      lacks: 'contact.connected',
    })
  })

  it('is what it is where no feed tells of mails', () => {
    const lacking = { 'message.recorded': '/pbx/a/log' }
    expect(evaluated('occupancy', { sums: day, lacking }, 'team').value).toBe(0.75)
  })

  it('grows with the state that still lasts', () => {
    const sums = { onContactMs: [1, 2] as [number, number], availableMs: 1 }
    expect(valueOf('occupancy', sums, 'agent')).toBe(0.75)
  })

  it('is not a queue’s: an agent’s time belongs to no queue', () => {
    expect(evaluated('occupancy', { sums: day }, 'queue')).toMatchObject({ reason: 'notAtScope' })
  })
})

describe('utilization', () => {
  it.each([
    ['of all signed-in time', day, 0.3],
    ['away all day', { notReadyMs: 9 }, 0],
    ['ringing counts as signed in', { onContactMs: 1, ringingMs: 1 }, 0.5],
    ['nobody came', {}, null],
  ])('%s', (_name, sums, expected) => {
    expect(valueOf('utilization', sums, 'agent')).toBe(expected)
  })

  it('does not mind ringing that nobody reports', () => {
    const lacking = { 'contact.offered': '/pbx/a/log' }
    const found = evaluated(
      'utilization',
      { sums: { onContactMs: 1, availableMs: 1 }, lacking },
      'agent',
    )
    expect(found.value).toBe(0.5)
  })
})

describe('adherence', () => {
  it.each([
    ['kept to three hours of four', { adherentMs: 3, scheduledMs: 4 }, 0.75],
    ['no plan', { adherentMs: 0 }, null],
  ])('%s', (_name, sums, expected) => {
    expect(valueOf('adherence', sums, 'agent')).toBe(expected)
  })
})
