import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'

describe('mail that customers write', () => {
  it.each([
    ['emailsReceived', { emailsReceived: 4 }, 4],
    ['emailsHandled', { emailsHandled: 3, emailsAnswered: 2 }, 3],
    ['averageEmailResponseTime', { emailsAnswered: 2, emailResponseMs: 7_200_000 }, 3_600_000],
    ['averageEmailResponseTime', { emailsHandled: 1 }, null],
    [
      'averageEmailResponseTimeBusinessHours',
      { emailsAnswered: 2, emailResponseMs: 7_200_000, emailResponseBusinessMs: 600_000 },
      300_000,
    ],
    ['averageEmailResponseTimeBusinessHours', { emailsAnswered: 2, emailResponseMs: 9 }, 0],
    ['emailServiceLevel', { emailsInTarget: 3, emailsPastTarget: 1 }, 0.75],
    ['emailServiceLevel', { emailsHandled: 3 }, null],
  ] as const)('%s of %o is %s', (id, sums, value) => {
    expect(valueOf(id, sums)).toBe(value)
  })

  it('a turn past due and unanswered is a miss already', () => {
    const sums = { emailsInTarget: 1, emailsPastTarget: [0, 1] as [number, number] }
    expect(evaluated('emailServiceLevel', { sums })).toMatchObject({
      value: 0.5,
      parts: { pastTarget: { booked: 0, live: 1 } },
    })
  })

  it('is sent by people and received by queues', () => {
    expect(valueOf('emailsSent', { emailsSent: 5 }, 'agent')).toBe(5)
    expect(evaluated('emailsSent', {}, 'queue')).toMatchObject({ reason: 'notAtScope' })
    expect(evaluated('emailsReceived', {}, 'agent')).toMatchObject({ reason: 'notAtScope' })
  })

  it('is n/a where no feed reports messages', () => {
    const lacking = { 'message.recorded': '/pbx/1' }
    expect(evaluated('emailsReceived', { lacking })).toMatchObject({ reason: 'notReported' })
  })
})
