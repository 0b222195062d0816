import { describe, expect, it } from 'vitest'
import { staffing } from '../test/figures.ts'
import { explainStaffing, load, projection, requiredAgents, serviceLevelWith } from './staffing.ts'
import type { Staffing } from './staffing.ts'

const calls = (offered: number, handleSeconds: number): Partial<Staffing> => ({
  offered,
  handled: offered,
  handleMs: offered * handleSeconds * 1_000,
})
/** Ten of a hundred hung up; all together waited 20 min: a patience of two minutes. */
const impatient = { abandoned: 10, waitedMs: 1_200_000 }

describe('agents for 80 % in 20 s', () => {
  it.each([
    ['100 calls of 180 s in 30 min', 100, 180, 10, 14, 0.88835],
    ['240 calls of 300 s', 240, 300, 40, 46, 0.821835],
    ['100 calls of 600 s', 100, 600, 33.333, 40, 0.84727],
  ])('%s', (_name, offered, handleSeconds, erlangs, agents, serviceLevel) => {
    const queue = staffing(calls(offered, handleSeconds))
    expect(load(queue)).toBeCloseTo(erlangs, 3)
    expect(requiredAgents(queue)).toEqual({ erlangC: agents, erlangA: null })
    expect(serviceLevelWith(queue, agents)).toBeCloseTo(serviceLevel, 4)
    expect(serviceLevelWith(queue, agents - 1)).toBeLessThan(0.8)
  })

  it('are fewer where some hang up', () => {
    const required = requiredAgents(staffing(impatient))
    expect(required).toEqual({ erlangC: 14, erlangA: 12 })
  })

  it('are as many as it takes above the load, however low the target', () => {
    expect(requiredAgents(staffing({ target: 0 })).erlangC).toBe(11)
  })

  it.each([
    [
      'none where nothing came',
      { offered: 0, handled: 0, handleMs: 0 },
      { erlangC: 0, erlangA: 0 },
    ],
    [
      'unknown where nothing was handled',
      { handled: 0, handleMs: 0 },
      { erlangC: null, erlangA: null },
    ],
    ['unknown where no number would do', { offered: 1e7 }, { erlangC: null, erlangA: null }],
  ])('%s', (_name, of, expected) => {
    expect(requiredAgents(staffing(of))).toEqual(expected)
  })
})

describe('serviceLevelWith', () => {
  it('takes part of an agent for that part of what one more brings', () => {
    const queue = staffing()
    const [less, more] = [serviceLevelWith(queue, 13)!, serviceLevelWith(queue, 14)!]
    expect(serviceLevelWith(queue, 13.25)).toBeCloseTo(less + 0.25 * (more - less), 12)
  })

  it('says that nobody is answered where nobody is', () => {
    expect(serviceLevelWith(staffing(), 0)).toBe(0)
    expect(serviceLevelWith(staffing(impatient), 0)).toBe(0)
  })

  it('is by Erlang A where some hang up: even too few agents answer somebody', () => {
    expect(serviceLevelWith(staffing(), 9)).toBe(0)
    expect(serviceLevelWith(staffing(impatient), 9)).toBeGreaterThan(0.3)
  })

  it('stands patience of nothing', () => {
    const gone = staffing({ abandoned: 5, waitedMs: 0 })
    const level = serviceLevelWith(gone, 10)!
    expect(level).toBeGreaterThan(0.7)
    expect(level).toBeLessThan(1)
  })
})

describe('projection', () => {
  const minutes = 60_000
  it.each([
    ['half the span is left, half as many come', 15 * minutes, 50],
    ['the interval is over', 0, 0],
    ['a clock that runs ahead', -5 * minutes, 0],
  ])('%s', (_name, intervalEndsAtMs, arrivals) => {
    expect(projection(staffing({ intervalEndsAtMs }), 2, 0)).toMatchObject({
      arrivals,
      all: 2 + arrivals,
    })
  })

  it('needs no handling where nothing is expected', () => {
    const quiet = staffing({ offered: 0, handled: 0, handleMs: 0, met: 1, decided: 2 })
    expect(projection({ ...quiet, intervalEndsAtMs: 15 * minutes }, 0, 0)).toEqual({
      met: 1,
      all: 2,
      arrivals: 0,
    })
  })

  it('counts a shared agent for the queue’s share', () => {
    const queue = staffing({ staffed: 28, staffedShare: 14, intervalEndsAtMs: 30 * minutes })
    expect(projection(queue, 0, 0)!.met).toBeCloseTo(88.835, 2)
  })
})

describe('explainStaffing', () => {
  it('shows what everything rests on', () => {
    const queue = staffing({ ...impatient, staffedShare: 7, met: 3, decided: 4 })
    expect(explainStaffing(queue, { waiting: 2, available: 0, atMs: 0 })).toEqual({
      inputs: queue,
      waiting: 2,
      available: 0,
      averageHandleMs: 180_000,
      averagePatienceMs: 120_000,
      load: 10,
      formula: 'Erlang A',
      serviceLevelWithPresentStaff: serviceLevelWith(queue, 7),
      expectedWaitMs: (3 * 180_000) / 7,
      projection: { met: 3, all: 6, arrivals: 0 },
      requiredAgents: { erlangC: 14, erlangA: 12 },
    })
    expect(explainStaffing(staffing(), { waiting: 0, available: 1, atMs: 0 })).toMatchObject({
      formula: 'Erlang C',
      expectedWaitMs: 0,
    })
  })
})
