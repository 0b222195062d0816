import { describe, expect, it } from 'vitest'
import { agent, evaluated, staffing, visit } from '../../test/figures.ts'

const MINUTES = 60_000

describe('expectedWait', () => {
  const waitFor = (waiting: number, available: number, of = {}) =>
    evaluated('expectedWait', {
      live: {
        visits: Array.from({ length: waiting }, () => visit()),
        agents: Array.from({ length: available }, () => agent()),
        staffing: new Map([['sales', staffing({ staffed: 4, staffedShare: 2, ...of })]]),
      },
    })

  it.each([
    ['somebody is free', 0, 1, 0],
    ['as many wait as are free', 1, 1, 90_000],
    ['next in line, two agents to it', 0, 0, 90_000],
    ['three before', 3, 0, 360_000],
  ])('%s', (_name, waiting, available, expected) => {
    expect(waitFor(waiting, available).value).toBe(expected)
  })

  it.each([
    ['nobody is staffed', { staffed: 0, staffedShare: 0 }],
    ['those staffed work for other queues only', { staffedShare: 0 }],
    ['nothing was handled', { handled: 0, handleMs: 0 }],
  ])('is unknown where %s', (_name, of) => {
    expect(waitFor(1, 0, of)).toMatchObject({ value: null, reason: 'empty' })
  })

  it('is unknown where nothing is known of the queue', () => {
    expect(evaluated('expectedWait').value).toBeNull()
  })

  it('does not take an agent for free who no longer is', () => {
    const next = { state: 'notReady', atMs: 10, reason: null } as const
    const live = { agents: [agent({ next })], staffing: new Map([['sales', staffing()]]) }
    expect(evaluated('expectedWait', { live, nowMs: 9 }).value).toBe(0)
    expect(evaluated('expectedWait', { live, nowMs: 10 }).value).toBeCloseTo(180_000 / 14)
  })
})

describe('projectedServiceLevel', () => {
  const half = { met: 8, decided: 10, intervalEndsAtMs: 15 * MINUTES }
  const at = (queues: Record<string, object>, visits = [visit()], nowMs = 0) =>
    evaluated(
      'projectedServiceLevel',
      {
        live: {
          visits,
          staffing: new Map(Object.entries(queues).map(([queue, of]) => [queue, staffing(of)])),
        },
        nowMs,
      },
      'center',
    ).value

  it('adds what is expected, at the level that present staff give', () => {
    expect(at({ sales: half })).toBeCloseTo((8 + 50 * 0.88835) / (10 + 1 + 50), 4)
  })

  it('is what is decided and waits once the interval is over', () => {
    expect(at({ sales: half }, [visit(), visit()], 16 * MINUTES)).toBe(8 / 12)
  })

  it('is that of the sums for a center, each waiting contact with its queue', () => {
    const done = { ...half, intervalEndsAtMs: 0 }
    const all = [visit(), visit({ queue: 'support' }), visit({ queue: 'elsewhere' })]
    expect(at({ sales: done, support: { ...done, met: 3 } }, all)).toBe(11 / 22)
  })

  it('leaves out a queue that nothing tells about', () => {
    const unknown = { ...half, handled: 0, handleMs: 0 }
    expect(at({ sales: { ...half, intervalEndsAtMs: 0 }, support: unknown })).toBe(8 / 11)
    expect(at({ sales: unknown })).toBeNull()
  })

  it('has none where nothing came, comes or waits', () => {
    expect(at({ sales: { offered: 0, handled: 0, handleMs: 0 } }, [])).toBeNull()
  })
})

describe('agentsRequired', () => {
  const idle = { offered: 0, handled: 0, handleMs: 0 }
  const required = (queues: Record<string, object>) =>
    evaluated('agentsRequired', {
      live: { staffing: new Map(Object.entries(queues).map(([q, of]) => [q, staffing(of)])) },
    }).value

  it.each([
    ['100 calls of 180 s', { sales: {} }, 14],
    ['two such queues', { sales: {}, support: {} }, 28],
    ['nothing came', { sales: idle }, 0],
    ['nothing was handled yet', { sales: { handled: 0, handleMs: 0 } }, null],
    ['nothing came to a second queue', { sales: { handled: 0, handleMs: 0 }, quiet: idle }, null],
    ['one queue of two tells', { sales: {}, support: { handled: 0, handleMs: 0 } }, 14],
    ['no queue', {}, null],
  ])('%s', (_name, queues, expected) => {
    expect(required(queues)).toBe(expected)
  })
})
