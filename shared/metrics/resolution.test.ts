import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'

describe('callbacks', () => {
  it.each([
    ['callbacksRequested', 3],
    ['callbacksCompleted', 2],
  ] as const)('%s', (id, expected) => {
    expect(valueOf(id, { callbacksRequested: 3, callbacksCompleted: 2 })).toBe(expected)
  })

  it('are n/a, and not 0, where no feed speaks of them', () => {
    const lacking = { 'callback.changed': '/asterisk/pbx-1/ami' }
    expect(evaluated('callbacksRequested', { lacking })).toMatchObject({ reason: 'notReported' })
    // A queue's own key for it is reported all the same.
    const sums = { callbacksRequested: 1 }
    expect(evaluated('callbacksRequested', { sums, lacking }).value).toBe(1)
  })
})

describe('callFirstContactResolution', () => {
  it.each([
    ['three of four came back no more', { firstContacts: 4, firstContactsResolved: 3 }, 0.75],
    ['everybody came back', { firstContacts: 2 }, 0],
    ['no customer was known', { handled: 9 }, null],
  ])('%s', (_name, sums, expected) => {
    expect(valueOf('callFirstContactResolution', sums, 'agent')).toBe(expected)
  })
})

describe('transactionFirstContactResolution', () => {
  it.each([
    [{ transactionFirstContacts: 4, transactionFirstContactsResolved: 3 }, 0.75],
    [{ firstContacts: 4, firstContactsResolved: 3 }, null],
  ])('%o is %d', (sums, expected) => {
    expect(valueOf('transactionFirstContactResolution', sums, 'agent')).toBe(expected)
  })
})

describe('contactReasons', () => {
  it('ranks them, one with as many by name, and tells the sum', () => {
    const details = { handledReasons: { order: 2, delivery: 5, complaint: 2, gone: 0 } }
    expect(evaluated('contactReasons', { sums: { handledReasons: 9 }, details })).toEqual({
      value: 9,
      parts: { handled: { booked: 9, live: 0 } },
      breakdown: [
        { key: 'delivery', amount: 5 },
        { key: 'complaint', amount: 2 },
        { key: 'order', amount: 2 },
      ],
    })
  })

  it('adds up what lies beyond a hundred', () => {
    const reasons = Object.fromEntries([...Array(150).keys()].map((n) => [`reason ${n}`, 1]))
    const { breakdown } = evaluated('contactReasons', { details: { handledReasons: reasons } })
    expect(breakdown).toHaveLength(101)
    expect(breakdown?.at(-1)).toEqual({ key: null, amount: 50 })
  })

  it('is empty where no reason was given, and n/a where no feed gives any', () => {
    expect(evaluated('contactReasons')).toMatchObject({ value: null, reason: 'empty' })
    const lacking = { 'contact.disposed': '/asterisk/pbx-1/ami' }
    expect(evaluated('contactReasons', { lacking })).toMatchObject({ reason: 'notReported' })
  })
})
