import { describe, expect, it } from 'vitest'
import { Directory } from '../../../shared/directory.ts'
import { scopesOf } from '../../../shared/scope.ts'
import type { Span } from '../../../shared/entry.ts'
import { keepPeople } from '../../directory/people.ts'
import { createCalendar } from '../calendar.ts'
import { staffRows } from './staff.ts'

const at = (text: string): number => Date.parse(text)
const span = (from: string, to: string) => ({ fromMs: at(from), toMs: at(to) })
const NOVEMBER = span('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z')
const OVER = at('2027-06-01T00:00:00Z')

/** Sums by scope and counter, as `scope counter detail`. */
function sums(given: object, of = NOVEMBER, nowMs = OVER): Record<string, number> {
  return sumsOf(Directory.parse(given), of, nowMs)
}

function sumsOf(directory: Directory, of: Span, nowMs: number): Record<string, number> {
  const found: Record<string, number> = {}
  for (const row of staffRows(directory, of, createCalendar(directory.center), nowMs)) {
    for (const scope of scopesOf(row)) {
      const name = `${scope} ${row.counter} ${row.detail}`.trimEnd()
      found[name] = (found[name] ?? 0) + row.amount
    }
  }
  return found
}

describe('people over time', () => {
  /** What was said one after the other: of each but the first, from when on. */
  function sumsOver(
    first: object,
    then: readonly (readonly [from: string, given: object])[],
    of = NOVEMBER,
  ): Record<string, number> {
    const versions = [['1970-01-01T00:00:00Z', first] as const, ...then].map(([from, given]) => ({
      atMs: at(from),
      directory: Directory.parse(given),
    }))
    const newest = versions.at(-1)?.directory ?? Directory.parse({})
    keepPeople(newest, versions)
    return sumsOf(newest, of, OVER)
  }
  const red = { key: 'red', site: 'tokyo' }

  it('are by what was said when each day began', () => {
    const ana = { key: 'ana', started: '2026-01-01', teams: [{ team: 'red' }] }
    const sites = [{ key: 'tokyo' }, { key: 'osaka' }]
    const found = sumsOver({ sites, teams: [red], agents: [ana] }, [
      ['2026-11-10T12:00:00Z', { sites, teams: [{ key: 'red', site: 'osaka' }], agents: [ana] }],
      ['2026-11-21T00:00:00Z', { sites, teams: [{ key: 'red', site: 'osaka' }], agents: [] }],
      ['2026-11-26T00:00:00Z', { sites, teams: [red], agents: [{ ...ana, site: 'tokyo' }] }],
    ])
    // Ten days in Tokyo, ten in Osaka, five nowhere, and the last five in Tokyo again.
    expect(found['center reps']).toBeCloseTo(25 / 30, 12)
    expect(found['site:tokyo reps']).toBeCloseTo(15 / 30, 12)
    expect(found['site:osaka reps']).toBeCloseTo(10 / 30, 12)
    expect(found['center tenuredReps']).toBe(1)
  })

  it('who is described for the first time was there from the beginning', () => {
    const found = sumsOver({}, [['2026-11-20T00:00:00Z', { agents: [{ key: 'ana' }] }]])
    expect(found['agent:ana reps']).toBe(1)
  })

  it('a period has the target that was said when it ended', () => {
    const quota = { scope: 'agent:ana', metric: 'salesAmount', period: 'month', target: 100 }
    const agents = [{ key: 'ana' }]
    const then = [
      ['2026-11-20T00:00:00Z', { agents, quotas: [{ ...quota, target: 200 }] }],
      ['2026-12-10T00:00:00Z', { agents, quotas: [] }],
    ] as const
    const of = (from: string, to: string) =>
      sumsOver({ agents, quotas: [quota] }, then, span(from, to))[
        'agent:ana quotaTargets agent salesAmount'
      ]
    expect(of('2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z')).toBe(100)
    expect(of('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z')).toBe(200)
    expect(of('2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z')).toBeUndefined()
    expect(of('2026-10-01T00:00:00Z', '2027-01-01T00:00:00Z')).toBe(300)
  })
})

describe('reps', () => {
  const teams = [{ key: 'red' }, { key: 'blue' }]

  it('are rep-days by days, from the first to the last day of employment', () => {
    const agents = [
      { key: 'always' },
      { key: 'new', started: '2026-11-16' },
      { key: 'left', started: '2020-01-01', ended: '2026-11-06' },
      { key: 'gone', ended: '2026-10-31' },
    ]
    const found = sums({ agents })
    expect(found['agent:always reps']).toBe(1)
    expect(found['agent:new reps']).toBe(15 / 30)
    expect(found['agent:left reps']).toBe(6 / 30)
    expect(found['agent:gone reps']).toBeUndefined()
    expect(found['center reps']).toBeCloseTo(1.7, 12)
  })

  it('go by the days that have begun, and by all where none has', () => {
    const agents = [{ key: 'new', started: '2026-11-16' }]
    expect(sums({ agents }, NOVEMBER, at('2026-11-20T08:00:00Z'))['center reps']).toBe(5 / 20)
    expect(sums({ agents }, NOVEMBER, at('2026-10-20T08:00:00Z'))['center reps']).toBe(15 / 30)
  })

  it('count days by the calendar of the center: one of 25 hours is one', () => {
    const given = {
      center: { timeZone: 'Europe/Berlin' },
      agents: [{ key: 'new', started: '2026-10-25' }],
    }
    const days = span('2026-10-23T22:00:00Z', '2026-10-26T23:00:00Z')
    expect(sums(given, days)['center reps']).toBe(2 / 3)
  })

  it('belong to the team of each day', () => {
    const agents = [
      {
        key: 'ana',
        teams: [
          { team: 'red', to: '2026-11-11T00:00:00Z' },
          { team: 'blue', from: '2026-11-11T00:00:00Z' },
        ],
      },
    ]
    expect(sums({ teams, agents })).toMatchObject({
      'team:red reps': 10 / 30,
      'team:blue reps': 20 / 30,
      'center reps': 1,
    })
  })
})

it('tenure is of those who are there at the end', () => {
  const agents = [
    { key: 'old', started: '2025-11-30' },
    { key: 'left', started: '2020-01-01', ended: '2026-11-29' },
    { key: 'unknown' },
  ]
  const found = sums({ agents })
  expect(found['center tenuredReps']).toBe(1)
  // A year and a day.
  expect(found['center tenureMonths']).toBeCloseTo(366 / (365.2425 / 12), 9)
})

it('earnings are pro rata, each yearly amount from its day on', () => {
  const earnings = [{ yearly: 36_500 }, { yearly: 73_000, from: '2026-11-21' }]
  const found = sums({ agents: [{ key: 'ana', earnings }] })
  expect(found['agent:ana onTargetEarnings']).toBe(20 * 100 + 10 * 200)
})

describe('quotas', () => {
  const quota = (of: object) => ({
    scope: 'agent:ana',
    metric: 'callsHandled',
    period: 'month',
    target: 300,
    ...of,
  })
  const agents = [{ key: 'ana', teams: [{ team: 'red' }] }]
  const teams = [{ key: 'red' }]

  it.each([
    ['a whole month', {}, NOVEMBER, 300],
    ['a quarter', {}, span('2026-10-01T00:00:00Z', '2027-01-01T00:00:00Z'), 900],
    ['a day', {}, span('2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z'), 10],
    ['by the day', { period: 'day', target: 12 }, NOVEMBER, 360],
    ['in force from the middle', { from: '2026-11-16T00:00:00Z' }, NOVEMBER, 150],
    ['not in force any more', { to: '2026-11-01T00:00:00Z' }, NOVEMBER, undefined],
  ])('%s', (_, of, within, target) => {
    const found = sums({ agents, teams, quotas: [quota(of)] }, within)
    expect(found['agent:ana quotaTargets agent callsHandled']).toBe(target)
    // As one of its people's, it stands in the team as well.
    expect(found['team:red quotaTargets agent callsHandled']).toBe(target)
  })

  it('of a team is told apart from those of its people', () => {
    const quotas = [quota({}), quota({ scope: 'team:red', target: 500 })]
    expect(sums({ agents, teams, quotas })).toMatchObject({
      'team:red quotaTargets agent callsHandled': 300,
      'team:red quotaTargets team callsHandled': 500,
    })
  })
})
