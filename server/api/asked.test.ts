import { describe, expect, it } from 'vitest'
import { readMetrics } from './asked.ts'
import { readDefinition } from './definition.ts'
import { closest } from '../../shared/closest.ts'
import { readCursor, cursorText } from './cursor.ts'
import { ifMatch } from './ifMatch.ts'
import { z } from 'zod'

const askable = { own: new Map<string, never>(), of: undefined }
const idsOf = (read: ReturnType<typeof readMetrics>) =>
  read.ok ? read.metrics.map(({ id }) => id) : read

describe('readMetrics', () => {
  const scopes = [{ kind: 'queue', key: 'sales' }, { kind: 'center' }] as const

  it('takes them by commas and by repetition, each once', () => {
    const given = ['serviceLevel, callsOffered', 'serviceLevel']
    expect(idsOf(readMetrics(given, scopes, askable))).toEqual(['serviceLevel', 'callsOffered'])
  })

  it('takes what every scope has where none is named', () => {
    const all = idsOf(readMetrics(undefined, [...scopes, { kind: 'agent', key: 'anna' }], askable))
    expect(all).toContain('callsHandled')
    expect(all).not.toContain('callsAbandoned')
  })

  it('names every fault', () => {
    expect(readMetrics(['servicelevel', 'timeInState'], scopes, askable)).toEqual({
      ok: false,
      errors: [
        {
          path: 'ids',
          message:
            '"servicelevel" is no metric; did you mean serviceLevel? GET /api/catalogue has them all',
        },
        { path: 'ids', message: 'timeInState is defined at agent only' },
      ],
    })
  })
})

describe('readDefinition', () => {
  it.each([
    [['serviceLevel.thresholdSeconds:30'], { thresholdSeconds: 30 }],
    [['serviceLevel.shortAbandonSeconds:0'], { shortAbandonSeconds: 0 }],
    [['serviceLevel.abandonedInTime:ignored'], { abandonedInTime: 'ignored' }],
    [['serviceLevel.answeredOnly:true'], { answeredOnly: true }],
    [['serviceLevel.answeredOnly:false'], { answeredOnly: false }],
    [
      ['serviceLevel.thresholdSeconds:7.5', 'serviceLevel.flowedOut:missed'],
      { thresholdSeconds: 7.5, flowedOut: 'missed' },
    ],
  ])('%j', (given, serviceLevel) => {
    expect(readDefinition(given)).toEqual({ ok: true, define: { serviceLevel } })
  })

  it.each([
    '',
    'serviceLevel',
    'serviceLevel.thresholdSeconds',
    'serviceLevel.thresholdSeconds:0',
    'serviceLevel.thresholdSeconds:1e3',
    'serviceLevel.thresholdSeconds:0x10',
    'serviceLevel.thresholdSeconds:Infinity',
    'serviceLevel.thresholdSeconds:99999999',
    'serviceLevel.answeredOnly:1',
    'serviceLevel.toString:1',
    'abandonRate.thresholdSeconds:20',
  ])('refuses %j', (text) => {
    expect(readDefinition([text])).toMatchObject({ ok: false, errors: [{ path: 'define' }] })
  })
})

describe('closest', () => {
  const words = ['serviceLevel', 'abandonRate', 'occupancy']
  it.each([
    ['servicelevel', 'serviceLevel'],
    ['serviceLvl', 'serviceLevel'],
    ['abandonrat', 'abandonRate'],
    ['ocupansy', 'occupancy'],
    ['calls', null],
    ['', null],
    ['x'.repeat(100_000), null],
  ])('%s', (word, expected) => {
    expect(closest(word, words)).toBe(expected)
  })
})

describe('cursors', () => {
  const shape = z.tuple([z.number(), z.string()])
  it('come back as they went', () => {
    expect(readCursor(cursorText([1.5, 'ü/+']), shape)).toEqual([1.5, 'ü/+'])
    expect(readCursor(undefined, shape)).toBeNull()
  })
  it.each(['', '!!!', 'e30', 'WzFd', 'bm90IGpzb24'])('%j is none of ours', (text) => {
    expect(readCursor(text, shape)).toBe('unreadable')
  })
})

it.each([
  [undefined, null],
  ['*', null],
  ['"3"', 3],
  ['W/"3"', 3],
  ['3', -1],
  ['"3", "4"', -1],
])('If-Match: %s', (given, expected) => {
  expect(ifMatch(given === undefined ? {} : { 'if-match': given })).toBe(expected)
})
