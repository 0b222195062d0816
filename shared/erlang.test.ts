import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { erlangA, erlangB, erlangC, fewestAgents } from './erlang.ts'
import { MINUTE_MS, SECOND_MS } from './time.ts'

const T = 20 * SECOND_MS
const load = (calls: number, handleMs: number) => (calls * handleMs) / (30 * MINUTE_MS)

describe('erlangB', () => {
  it.each([
    ['without agents everybody is turned away', 0, 5, 1],
    ['one agent, one erlang', 1, 1, 0.5],
    ['two agents, one erlang', 2, 1, 0.2],
    ['nothing arrives', 3, 0, 0],
  ])('%s', (_name, agents, erlangs, expected) => {
    expect(erlangB(agents, erlangs)).toBeCloseTo(expected, 12)
  })

  it('holds for a thousand agents, where factorials overflow', () => {
    expect(erlangB(1_000, 1_000)).toBeCloseTo(0.0249, 3)
  })
})

describe('erlangC', () => {
  it.each([
    ['100 calls of 180 s in 30 min', 100, 180, 14, 0.88835],
    ['one agent fewer misses 80 %', 100, 180, 13, 0.7956],
    ['240 calls of 300 s', 240, 300, 46, 0.821835],
    ['100 calls of 600 s', 100, 600, 40, 0.84727],
  ])('%s', (_name, calls, handleSeconds, agents, serviceLevel) => {
    const handleMs = handleSeconds * SECOND_MS
    const found = erlangC(agents, load(calls, handleMs), handleMs, T)
    expect(found.serviceLevel).toBeCloseTo(serviceLevel, 4)
  })

  it('tells who waits, and for how long', () => {
    const found = erlangC(14, 10, 180 * SECOND_MS, T)
    expect(found.waitProbability).toBeCloseTo(0.174132, 6)
    expect(found.serviceLevel).toBeCloseTo(0.88835, 5)
    expect(found.averageWaitMs).toBeCloseTo(7_835.9, 0)
  })

  it('says that a line grows without end where the load is not below the agents', () => {
    const endless = { waitProbability: 1, serviceLevel: 0, averageWaitMs: null }
    expect(erlangC(10, 10, MINUTE_MS, T)).toEqual(endless)
    expect(erlangC(0, 0, MINUTE_MS, T)).toEqual(endless)
  })
})

/** Numbers that are the same in every run. */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
}

/** Plays a queue with impatient contacts, one after the other; the slow way to the same answer. */
function play(
  { agents, gapMs, handleMs, patienceMs }: Record<string, number>,
  contacts: number,
): { waited: number; inTime: number } {
  const next = uniform(7)
  const draw = (meanMs: number) => -Math.log(next()) * meanMs
  const freeAt = Array.from({ length: agents! }, () => 0)
  let nowMs = 0
  let waited = 0
  let inTime = 0
  for (let contact = 0; contact < contacts; contact += 1) {
    nowMs += draw(gapMs!)
    const first = freeAt.indexOf(Math.min(...freeAt))
    const waitMs = Math.max(0, freeAt[first]! - nowMs)
    if (waitMs > 0) waited += 1
    // Drawn for everybody, so that one more call in line moves no other contact's luck.
    const [patience, handle] = [draw(patienceMs!), draw(handleMs!)]
    if (waitMs > patience) continue
    if (waitMs <= T) inTime += 1
    freeAt[first] = nowMs + waitMs + handle
  }
  return { waited: waited / contacts, inTime: inTime / contacts }
}

describe('erlangA', () => {
  it('is Erlang C where nobody ever hangs up', () => {
    const patient = erlangA(14, 10, 180 * SECOND_MS, 1e9 * SECOND_MS, T)
    expect(patient.waitProbability).toBeCloseTo(0.174132, 5)
    expect(patient.serviceLevel).toBeCloseTo(0.88835, 5)
  })

  it.each([3, 9, 12])(
    'is Poisson for %i agents where patience is as long as a handling',
    (agents) => {
      // As many leave at each length of the line as if everybody had an agent of their own.
      const free = [...Array(agents).keys()].reduce(
        ({ term, sum }, n) => ({ term: (term * 10) / (n + 1), sum: sum + term }),
        { term: Math.exp(-10), sum: 0 },
      )
      const found = erlangA(agents, 10, 180 * SECOND_MS, 180 * SECOND_MS, T)
      expect(found.waitProbability).toBeCloseTo(1 - free.sum, 9)
    },
  )

  it.each([
    ['staffed well', { agents: 12, gapMs: 18_000, handleMs: 180_000, patienceMs: 120_000 }],
    ['overrun', { agents: 8, gapMs: 18_000, handleMs: 180_000, patienceMs: 60_000 }],
    [
      'patient callers, too few agents',
      { agents: 9, gapMs: 18_000, handleMs: 180_000, patienceMs: 600_000 },
    ],
    [
      'half the agents it takes',
      { agents: 5, gapMs: 18_000, handleMs: 180_000, patienceMs: 600_000 },
    ],
    ['one agent', { agents: 1, gapMs: 60_000, handleMs: 90_000, patienceMs: 45_000 }],
  ])('agrees with a queue played out: %s', (_name, queue) => {
    const { agents, gapMs, handleMs, patienceMs } = queue
    const played = play(queue, 300_000)
    const found = erlangA(agents, handleMs / gapMs, handleMs, patienceMs, T)
    expect(Math.abs(found.waitProbability - played.waited)).toBeLessThan(0.01)
    expect(Math.abs(found.serviceLevel - played.inTime)).toBeLessThan(0.01)
  })

  it.each([
    ['nobody to answer', 0, 10, 180_000, 60_000, { waitProbability: 1, serviceLevel: 0 }],
    ['nothing arrives', 3, 0, 180_000, 60_000, { waitProbability: 0, serviceLevel: 1 }],
    ['a line beyond any', 1, 1e9, 180_000, 60_000, { waitProbability: 1, serviceLevel: 0 }],
  ])('%s', (_name, agents, erlangs, handleMs, patienceMs, expected) => {
    expect(erlangA(agents, erlangs, handleMs, patienceMs, T)).toEqual(expected)
  })

  it('is a share, and grows with the agents, however odd the numbers', () => {
    const queues = fc.record({
      agents: fc.integer({ min: 1, max: 400 }),
      erlangs: fc.double({ min: 0.01, max: 500, noNaN: true }),
      handleMs: fc.integer({ min: 1_000, max: 3_600_000 }),
      patienceMs: fc.integer({ min: 1, max: 36_000_000 }),
      thresholdMs: fc.integer({ min: 1_000, max: 600_000 }),
    })
    fc.assert(
      fc.property(queues, ({ agents, erlangs, handleMs, patienceMs, thresholdMs }) => {
        const found = erlangA(agents, erlangs, handleMs, patienceMs, thresholdMs)
        const more = erlangA(agents + 1, erlangs, handleMs, patienceMs, thresholdMs)
        for (const share of [found.serviceLevel, found.waitProbability]) {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1 + 1e-9)
        }
        expect(more.serviceLevel).toBeGreaterThanOrEqual(found.serviceLevel - 1e-9)
      }),
      { numRuns: 300 },
    )
  })
})

describe('fewestAgents', () => {
  it.each([1, 2, 3, 7, 8, 9, 1_000, 20_000])('finds %i', (enough) => {
    expect(fewestAgents((agents) => agents >= enough)).toBe(enough)
  })

  it('gives up where no number of agents would do', () => {
    expect(fewestAgents(() => false)).toBeNull()
  })
})
