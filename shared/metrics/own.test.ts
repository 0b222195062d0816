import { describe, expect, it } from 'vitest'
import { figures, type Given } from '../../test/figures.ts'
import type { CounterId } from '../counters.ts'
import { Directory } from '../directory.ts'
import { isAdditive } from '../goals.ts'
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
const evaluated = (of: object, given: Given) => evaluateMetric(only(of), 'center', figures(given))
const valueOf = (of: object, sums: NonNullable<Given['sums']>) => evaluated(of, { sums }).value

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

  const billing = { key: 'billing', add: ['handledReasons'], filters: { reason: 'billing' } }
  const handledBilling = { ...billing, add: ['handled'] }
  const narrowed = {
    'reason=billing': { sums: { handled: 3, handledReasons: 3 } },
    'campaign=spring': { sums: { handled: 4 } },
  }
  it.each<[string, object, number | null]>([
    ['is of what has its fields', billing, 3],
    ['is by what has the same', { ...handledBilling, by: ['handled'] }, 1],
    ['is by the whole', { ...handledBilling, by: ['handled'], byFilters: {} }, 0.3],
    [
      'is by what has others',
      { ...handledBilling, by: ['handled'], byFilters: { campaign: 'spring' } },
      0.75,
    ],
    ['is by people, who are the same whatever they do', { ...handledBilling, by: ['reps'] }, 1.5],
  ])('%s', (_what, of, expected) => {
    expect(evaluated(of, { sums: { handled: 10, reps: 2 }, narrowed }).value).toBe(expected)
  })

  it('is not known where no feed tells of what it is narrowed to', () => {
    const lacking = { 'contact.disposed': '/asterisk/pbx-1/queue_log' }
    expect(evaluated(handledBilling, { lacking, sums: { handled: 10 } })).toMatchObject({
      value: null,
      reason: 'notReported',
      lacks: 'contact.disposed',
    })
  })

  it('grows with time as a count, narrowed or not, and not as a ratio', () => {
    expect(isAdditive(only(handledBilling))).toBe(true)
    expect(isAdditive(only({ ...handledBilling, by: ['handled'], byFilters: {} }))).toBe(false)
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
    [
      { add: ['handled'], by: ['handled'], filters: { reason: 'billing' }, byFilters: {} },
      '(handled; reason billing) / (handled)',
      'what it is divided by is nothing',
    ],
  ])('%o says how it is worked out', (of, formula, empty) => {
    expect(only({ key: 'one', ...of })).toMatchObject({ formula, empty })
  })

  it.each([
    [{}, 'one', 'one'],
    [{ name: 'One' }, 'One', 'One'],
    [{ nameJa: '一' }, 'one', '一'],
    [{ name: 'One', nameJa: '一' }, 'One', '一'],
  ])('%o is called so', (names, name, nameJa) => {
    expect(only({ key: 'one', add: ['dials'], ...names })).toMatchObject({ name, nameJa })
  })

  it('is better as it says', () => {
    expect(only({ key: 'one', add: ['dials'], better: 'higher' }).better).toBe('higher')
  })
})

describe('where it is', () => {
  it.each<[object, string[]]>([
    [{ add: ['handled'] }, ['center', 'site', 'team', 'queue', 'agent']],
    [{ add: ['dials'] }, ['center', 'site', 'team', 'agent']],
    [{ add: ['visitsOffered'] }, ['center', 'site', 'queue']],
    [{ add: ['dials'], by: ['visitsOffered'] }, ['center', 'site']],
    [{ add: ['dials'], scopes: ['team'] }, ['team']],
    // Why one agent is away is not everybody's to know.
    [{ add: ['notReadyMs'], filters: { reason: 'lunch' } }, ['center', 'site', 'team']],
  ])('%o: %j', (of, scopes) => {
    expect(only({ key: 'one', ...of }).scopes).toEqual(scopes)
  })

  it('and nowhere else', () => {
    const metric = only({ key: 'one', add: ['dials'], scopes: ['team'] })
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
    expect(only({ key: 'one', add: ['orderAmount'], by: ['ordersPlaced'] }).unit).toBe('money')
  })
})
