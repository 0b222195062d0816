import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'

const sums = { handled: 4, talkMs: 400_000, holdMs: 40_000, wrapMs: 80_000 }

describe('what a handling takes', () => {
  it.each([
    ['averageTalkTime', 100_000],
    ['averageHoldTime', 10_000],
    ['averageWrapTime', 20_000],
    ['averageHandleTime', 130_000],
  ] as const)('%s', (id, expected) => {
    expect(valueOf(id, sums)).toBe(expected)
    expect(valueOf(id, sums, 'agent')).toBe(expected)
    expect(evaluated(id, { sums: { talkMs: 5 } })).toMatchObject({ value: null, reason: 'empty' })
  })

  it.each([
    ['shortCallRate', { handled: 4, shortCalls: 1 }, 0.25],
    ['shortCallRate', {}, null],
    ['transferRate', { handled: 4, transferred: 3 }, 0.75],
    ['transferRate', {}, null],
  ] as const)('%s of %o', (id, given, expected) => {
    expect(valueOf(id, given)).toBe(expected)
  })
})

describe('a feed that reports no wrap-up', () => {
  const lacking = { 'contact.wrapUpStarted': '/asterisk/pbx-1/ami' }
  const talk = { handled: 4, talkMs: 400_000, holdMs: 40_000 }

  it('leaves wrap time n/a, and says who does not report it', () => {
    expect(evaluated('averageWrapTime', { sums: talk, lacking })).toMatchObject({
      value: null,
      reason: 'notReported',
      source: '/asterisk/pbx-1/ami',
      lacks: 'contact.wrapUpStarted',
    })
  })

  it('gives handle time without it, and says so', () => {
    expect(evaluated('averageHandleTime', { sums: talk, lacking })).toMatchObject({
      value: 110_000,
      caveats: [{ kind: 'without', part: 'wrapUp', source: '/asterisk/pbx-1/ami' }],
    })
  })

  it.each(['averageWrapTime', 'averageHandleTime'] as const)(
    'lets what the queue is configured with stand in for %s, and marks it',
    (id) => {
      const given = { sums: { ...talk, configuredWrapMs: 40_000 }, lacking }
      const value = id === 'averageWrapTime' ? 10_000 : 120_000
      const caveats = [{ kind: 'configured', part: 'wrapUp' }]
      expect(evaluated(id, given)).toMatchObject({ value, caveats })
    },
  )

  it('believes what was reported after all', () => {
    const found = evaluated('averageWrapTime', { sums, lacking })
    expect(found.value).toBe(20_000)
    expect(found).not.toHaveProperty('caveats')
  })
})

describe('a feed that reports no hold', () => {
  const lacking = { 'contact.held': '/asterisk/pbx-1/queue_log' }
  const talk = { handled: 4, talkMs: 440_000, wrapMs: 80_000 }
  const includes = {
    kind: 'includes',
    part: 'talk',
    what: 'hold',
    source: '/asterisk/pbx-1/queue_log',
  }

  it('leaves hold time n/a', () => {
    expect(evaluated('averageHoldTime', { sums: talk, lacking })).toMatchObject({
      value: null,
      reason: 'notReported',
      lacks: 'contact.held',
    })
  })

  it('labels talk that contains it', () => {
    expect(evaluated('averageTalkTime', { sums: talk, lacking })).toMatchObject({
      value: 110_000,
      caveats: [includes],
    })
  })

  it('takes nothing from handle time, which contains it either way', () => {
    expect(evaluated('averageHandleTime', { sums: talk, lacking })).toMatchObject({
      value: 130_000,
      caveats: [includes],
    })
  })
})
