import { describe, expect, it } from 'vitest'
import { figures, type Given } from '../../test/figures.ts'
import type { CounterId } from '../counters.ts'
import { Directory } from '../directory.ts'
import { evaluateMetric } from './evaluate.ts'
import { ownMetrics, unitOf } from './own.ts'

const callsPerSale = {
  key: 'callsPerSale',
  add: ['dials', 'callbacksCompleted'],
  subtract: ['shortCalls'],
  by: ['dealsWon', 'ordersPlaced'],
}
const known = (...metrics: readonly object[]) => ownMetrics(Directory.parse({ metrics }))
const only = (of: object) => {
  const [one] = known(of).values()
  if (one === undefined) throw new Error('It is not there.')
  return one
}
const valueOf = (of: object, sums: NonNullable<Given['sums']>) =>
  evaluateMetric(only(of).metric, 'team', figures({ sums })).value

describe('a metric of a center’s own', () => {
  const sums = {
    dials: 30,
    callbacksCompleted: 6,
    shortCalls: 4,
    dealsWon: 3,
    ordersPlaced: 1,
  }
  it.each([
    ['what is added, less the others, by the whole', callsPerSale, sums, 8],
    ['null by nothing', callsPerSale, { ...sums, dealsWon: 0, ordersPlaced: 0 }, null],
    ['the sum where it is by nothing', { ...callsPerSale, by: [] }, sums, 32],
    ['0 where nothing was', { ...callsPerSale, by: [] }, {}, 0],
  ])('is %s', (_what, of, given, expected) => {
    expect(valueOf(of, given)).toBe(expected)
  })

  it('goes by its key after a colon, and not once it is retired', () => {
    const gone = { ...callsPerSale, key: 'gone', retired: true }
    expect([...known(callsPerSale, gone).keys()]).toEqual(['own:callsPerSale'])
  })

  it('is narrowed to the fields that it names, and to none where it names none', () => {
    const web = { key: 'webLeads', add: ['leadsCreated'], filters: { origin: 'web' } }
    expect(only(web).filters).toEqual(new Map([['origin', 'web']]))
    expect(only(callsPerSale).filters).toBeNull()
  })

  it.each([
    [{ add: ['dials'] }, 'dials', null],
    [{ add: ['dials', 'handled'], subtract: ['shortCalls'] }, 'dials + handled − shortCalls', null],
    [
      { add: ['leadsCreated'], by: ['dials', 'handled'] },
      '(leadsCreated) / (dials + handled)',
      'what it is divided by is nothing',
    ],
    [{ add: ['leadsCreated'], filters: { origin: 'web' } }, 'leadsCreated; origin web', null],
  ])('%o says how it is worked out', (of, formula, empty) => {
    expect(only({ key: 'one', ...of }).metric).toMatchObject({ formula, empty })
  })

  it.each([
    [{}, 'one', 'one'],
    [{ name: 'One' }, 'One', 'One'],
    [{ nameJa: '一' }, 'one', '一'],
    [{ name: 'One', nameJa: '一' }, 'One', '一'],
  ])('%o is called so', (names, name, nameJa) => {
    const of = { key: 'one', add: ['dials'], ...names }
    expect(only(of).metric).toMatchObject({ name, nameJa })
  })

  it('is defined where it says, and better as it says', () => {
    const of = { key: 'one', add: ['dials'], scopes: ['team'], better: 'higher' }
    const { metric } = only(of)
    expect(metric.better).toBe('higher')
    expect(evaluateMetric(metric, 'center', figures({}))).toMatchObject({ reason: 'notAtScope' })
  })
})

describe('what its value is', () => {
  it.each<[CounterId[], CounterId[], CounterId[], string | null]>([
    [['dials'], [], [], 'count'],
    [['dials'], [], ['handled'], 'ratio'],
    [['talkMs'], ['holdMs'], [], 'ms'],
    [['talkMs'], [], ['handled'], 'ms'],
    [['talkMs'], [], ['onContactMs'], 'ratio'],
    [['orderAmount'], [], ['ordersPlaced'], 'money'],
    [['wonTermMonths'], [], ['dealsWon'], 'months'],
    // Not to be added, taken away, or divided by.
    [['dials', 'talkMs'], [], [], null],
    [['dials'], ['talkMs'], [], null],
    [['dials'], [], ['talkMs'], null],
    [['orderAmount'], [], ['talkMs'], null],
    [['talkMs'], [], ['handled', 'onContactMs'], null],
    // Nothing is no sum, and points are ten-thousandths, which nobody can read.
    [[], [], ['dials'], null],
    [['callQualityPoints'], [], ['handled'], null],
  ])('of %s less %s by %s is %s', (add, subtract, by, unit) => {
    expect(unitOf({ add, subtract, by })).toBe(unit)
  })

  it('is said of the metric', () => {
    const of = { key: 'one', add: ['orderAmount'], by: ['ordersPlaced'] }
    expect(only(of).metric.unit).toBe('money')
  })
})
