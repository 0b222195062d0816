import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  judge,
  ServiceLevelDefinition,
  serviceLevelEvent,
  serviceLevelEvents,
  serviceLevelOf,
} from './serviceLevel.ts'
import type { ServiceLevelCounts } from './serviceLevel.ts'

const define = (settings: object = {}) => ServiceLevelDefinition.parse(settings)
const none: ServiceLevelCounts = {
  answeredInTime: 0,
  abandonedShort: 0,
  abandonedInTime: 0,
  flowedOutInTime: 0,
  passedThenAnswered: 0,
  passedThenAbandoned: 0,
  passedThenFlowedOut: 0,
  waitingPast: 0,
}
const levelOf = (counts: Partial<ServiceLevelCounts>, settings: object = {}) =>
  serviceLevelOf({ ...none, ...counts }, define(settings))

/** Answered 1000, 860 in time; abandoned 60: 10 short, 10 more in time, 40 late; flowed out 15 late. */
const hour = {
  answeredInTime: 860,
  passedThenAnswered: 140,
  abandonedShort: 10,
  abandonedInTime: 10,
  passedThenAbandoned: 40,
  passedThenFlowedOut: 15,
}
/** 70 answered within T, 10 abandoned within T, none of them short, 20 answered after T. */
const second = { answeredInTime: 70, abandonedInTime: 10, passedThenAnswered: 20 }

describe('one hour under every definition', () => {
  const every = { abandonedShort: 'missed', abandonedInTime: 'missed' }
  it.each([
    ['as it is by default', {}, 860, 1050, 81.9048],
    ['every abandon missed', every, 860, 1060, 81.1321],
    ['answered only', { answeredOnly: true }, 860, 1000, 86],
    [
      'answered only, whatever else is set',
      { ...every, flowedOut: 'missed', answeredOnly: true },
      860,
      1000,
      86,
    ],
    [
      'abandons in time ignored, short ones too',
      { abandonedInTime: 'ignored' },
      860,
      1040,
      82.6923,
    ],
    [
      'abandons in time met, short ones too',
      { abandonedShort: 'met', abandonedInTime: 'met' },
      880,
      1060,
      83.0189,
    ],
    ['short ones met, others missed', { abandonedShort: 'met' }, 870, 1060, 82.0755],
    ['every abandon and flow-out missed', { ...every, flowedOut: 'missed' }, 860, 1075, 80],
  ])('%s', (_name, settings, met, decided, percent) => {
    const level = levelOf(hour, settings)
    expect(level).toMatchObject({ met, decided })
    expect(level.value! * 100).toBeCloseTo(percent, 4)
  })

  it.each([
    ['ignored', 77.7778],
    ['missed', 70],
    ['met', 80],
  ])('abandons in time %s', (abandonedInTime, percent) => {
    expect(levelOf(second, { abandonedInTime }).value! * 100).toBeCloseTo(percent, 4)
  })
})

describe('serviceLevelOf', () => {
  it.each([
    ['an idle queue has none', {}, {}, null],
    ['nor one with short abandons only', { abandonedShort: 3 }, {}, null],
    [
      'nor, answered only, one where everybody gave up',
      { passedThenAbandoned: 3 },
      { answeredOnly: true },
      null,
    ],
    ['who still waits past T is missed already', { answeredInTime: 1, waitingPast: 1 }, {}, 0.5],
    [
      'but plays no part where only answers count',
      { answeredInTime: 1, waitingPast: 1 },
      { answeredOnly: true },
      1,
    ],
    ['flowed out in time is left out', { answeredInTime: 1, flowedOutInTime: 1 }, {}, 1],
    ['or missed', { answeredInTime: 1, flowedOutInTime: 1 }, { flowedOut: 'missed' }, 0.5],
    ['everybody gave up', { abandonedInTime: 2 }, {}, 0],
  ])('%s', (_name, counts, settings, expected) => {
    expect(levelOf(counts, settings).value).toBe(expected)
  })

  it('is a ratio, adds up over queues, and sums what was judged one by one', () => {
    const counts = fc.record(
      Object.fromEntries(serviceLevelEvents.map((event) => [event, fc.nat(1_000)])),
    ) as fc.Arbitrary<ServiceLevelCounts>
    const definition = fc
      .record({
        abandonedInTime: fc.constantFrom('missed', 'ignored', 'met'),
        abandonedShort: fc.constantFrom('missed', 'ignored', 'met'),
        flowedOut: fc.constantFrom('missed', 'ignored'),
        answeredOnly: fc.boolean(),
      })
      .map(define)
    fc.assert(
      fc.property(counts, counts, definition, (one, other, how) => {
        const both = Object.fromEntries(
          serviceLevelEvents.map((event) => [event, one[event] + other[event]]),
        ) as ServiceLevelCounts
        const [a, b, sum] = [one, other, both].map((each) => serviceLevelOf(each, how))
        expect([a!.met + b!.met, a!.decided + b!.decided]).toEqual([sum!.met, sum!.decided])
        expect(sum!.value === null || (sum!.value >= 0 && sum!.value <= 1)).toBe(true)
        const met = serviceLevelEvents.filter((event) => judge(event, how) === 'met')
        expect(a!.met).toBe(met.reduce((total, event) => total + one[event], 0))
      }),
    )
  })
})

describe('serviceLevelEvent', () => {
  it.each([
    ['answered at once', 'answered', 0, 'answeredInTime'],
    ['answered at T', 'answered', 20_000, 'answeredInTime'],
    ['answered a millisecond after T', 'answered', 20_001, 'passedThenAnswered'],
    ['abandoned just before s', 'abandoned', 4_999, 'abandonedShort'],
    ['abandoned at s', 'abandoned', 5_000, 'abandonedInTime'],
    ['abandoned at T', 'abandoned', 20_000, 'abandonedInTime'],
    ['abandoned a millisecond after T', 'abandoned', 20_001, 'passedThenAbandoned'],
    ['flowed out at once', 'flowedOut', 0, 'flowedOutInTime'],
    ['flowed out at T', 'flowedOut', 20_000, 'flowedOutInTime'],
    ['flowed out a millisecond after T', 'flowedOut', 20_001, 'passedThenFlowedOut'],
  ] as const)('%s', (_name, end, waitMs, expected) => {
    expect(serviceLevelEvent(end, waitMs, define())).toBe(expected)
  })

  it('takes broken seconds, and an s equal to T', () => {
    const half = define({ thresholdSeconds: 0.5, shortAbandonSeconds: 0.5 })
    expect(serviceLevelEvent('abandoned', 499, half)).toBe('abandonedShort')
    expect(serviceLevelEvent('abandoned', 500, half)).toBe('abandonedInTime')
    expect(serviceLevelEvent('abandoned', 501, half)).toBe('passedThenAbandoned')
  })
})

describe('ServiceLevelDefinition', () => {
  it('is 20 s and 5 s unless said otherwise', () => {
    expect(define()).toEqual({
      thresholdSeconds: 20,
      shortAbandonSeconds: 5,
      abandonedInTime: 'missed',
      abandonedShort: 'ignored',
      flowedOut: 'ignored',
      answeredOnly: false,
    })
  })

  it.each([
    ['s over T', { thresholdSeconds: 4 }],
    ['no threshold', { thresholdSeconds: 0 }],
    ['a day and more', { thresholdSeconds: 86_401 }],
    ['a flow-out that is met', { flowedOut: 'met' }],
    ['a misspelt setting', { threshold: 20 }],
  ])('refuses %s', (_name, settings) => {
    expect(ServiceLevelDefinition.safeParse(settings).success).toBe(false)
  })
})
