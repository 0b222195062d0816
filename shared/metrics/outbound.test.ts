import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'

describe('dials', () => {
  it.each([
    ['outboundCalls', { dials: 8 }, 8],
    ['outboundCalls', {}, 0],
    ['conversations', { dials: 8, conversations: 2 }, 2],
    ['connectRate', { dials: 8, conversations: 2 }, 0.25],
    ['connectRate', {}, null],
  ] as const)('%s of %o is %s', (id, sums, value) => {
    expect(valueOf(id, sums, 'agent')).toBe(value)
  })

  it('are credited to people and not to queues', () => {
    expect(evaluated('outboundCalls', { sums: { dials: 1 } }, 'queue')).toMatchObject({
      reason: 'notAtScope',
    })
  })

  it('are n/a where no feed reports them, and there where one does', () => {
    const lacking = { 'outbound.attempted': '/pbx/1', 'contact.started': '/pbx/1' }
    expect(evaluated('outboundCalls', { lacking }, 'agent')).toMatchObject({
      value: null,
      reason: 'notReported',
    })
    expect(
      evaluated('outboundCalls', { lacking: { 'outbound.attempted': '/pbx/1' } }, 'agent').value,
    ).toBe(0)
  })
})

describe('the time of calls', () => {
  it('talk is that of both directions', () => {
    expect(valueOf('talkTime', { talkMs: 60_000, outboundTalkMs: 30_000, holdMs: 5_000 })).toBe(
      90_000,
    )
  })

  const sums = {
    outboundHandled: 4,
    outboundTalkMs: 400_000,
    outboundHoldMs: 40_000,
    outboundWrapMs: 80_000,
    handled: 100,
    talkMs: 1,
  }
  it.each([
    ['outboundAverageTalkTime', 100_000],
    ['outboundAverageWrapTime', 20_000],
    ['outboundAverageHandleTime', 130_000],
  ] as const)('%s is that of outbound legs alone', (id, value) => {
    expect(valueOf(id, sums, 'agent')).toBe(value)
    expect(valueOf(id, { handled: 1 }, 'agent')).toBeNull()
  })

  it('is shown without wrap-up where nobody reports it, and says so', () => {
    const given = {
      sums: { outboundHandled: 1, outboundTalkMs: 60_000 },
      lacking: { 'contact.wrapUpStarted': '/pbx/1' },
    }
    expect(evaluated('outboundAverageHandleTime', given, 'agent')).toMatchObject({
      value: 60_000,
      caveats: [{ kind: 'without', part: 'wrapUp', source: '/pbx/1' }],
    })
  })
})
