import { describe, expect, it } from 'vitest'
import { agent, evaluated } from '../../test/figures.ts'
import { agentStates } from '../live.ts'

describe('agents by state', () => {
  const live = { agents: agentStates.map((state) => agent({ agent: state, state })) }

  it.each([
    ['agentsSignedIn', 5],
    ['agentsAvailable', 1],
    ['agentsRinging', 1],
    ['agentsOnContact', 1],
    ['agentsInWrap', 1],
    ['agentsOnBreak', 1],
  ] as const)('%s, of one in each state', (id, expected) => {
    expect(evaluated(id, { live }).value).toBe(expected)
    expect(evaluated(id).value).toBe(0)
  })

  it.each([
    ['agentsAvailable', 'available'],
    ['agentsRinging', 'ringing'],
    ['agentsOnContact', 'onContact'],
    ['agentsInWrap', 'wrapUp'],
    ['agentsOnBreak', 'notReady'],
  ] as const)('%s counts those who are %s', (id, state) => {
    expect(evaluated(id, { live: { agents: [agent({ state })] } }).value).toBe(1)
  })

  it('sees a state end by itself', () => {
    const next = { state: 'available', atMs: 30_000, reason: null } as const
    const wrapping = { agents: [agent({ state: 'wrapUp', next })] }
    expect(evaluated('agentsInWrap', { live: wrapping, nowMs: 29_999 }).value).toBe(1)
    expect(evaluated('agentsInWrap', { live: wrapping, nowMs: 30_000 }).value).toBe(0)
    expect(evaluated('agentsAvailable', { live: wrapping, nowMs: 30_000 }).value).toBe(1)
  })

  it('tells the reasons of breaks', () => {
    const away = (reason: string | null) => agent({ state: 'notReady', reason })
    const agents = [away('lunch'), away(null), away('lunch'), agent({ reason: 'lunch' })]
    expect(evaluated('agentsOnBreak', { live: { agents } }).breakdown).toEqual([
      { key: 'lunch', amount: 2 },
      { key: '', amount: 1 },
    ])
  })

  it('is n/a, and not 0, where no feed tells the state', () => {
    const lacking = { 'contact.wrapUpStarted': '/asterisk/pbx-1/ami' }
    expect(evaluated('agentsInWrap', { lacking })).toMatchObject({
      value: null,
      reason: 'notReported',
      source: '/asterisk/pbx-1/ami',
    })
    expect(evaluated('agentsAvailable', { lacking }).value).toBe(0)
  })
})

describe('timeInState', () => {
  const since = (of: object, nowMs: number) =>
    evaluated('timeInState', { live: { agents: [agent(of)] }, nowMs }, 'agent')

  it.each([
    ['an hour on a break', { state: 'notReady', sinceMs: 5 }, 3_600_005, 3_600_000],
    ['a clock that is behind', { sinceMs: 5_000 }, 4_000, 0],
    ['nothing is known of the agent', { state: 'unknown' }, 9, null],
  ])('%s', (_name, of, nowMs, expected) => {
    expect(since(of, nowMs).value).toBe(expected)
  })

  it('starts anew when a state ends by itself, and says since when', () => {
    const next = { state: 'available', atMs: 30_000, reason: null }
    expect(since({ state: 'wrapUp', next }, 31_000)).toMatchObject({
      value: 1_000,
      sinceMs: 30_000,
    })
  })

  it('has none for an agent who never was there', () => {
    expect(evaluated('timeInState', {}, 'agent').value).toBeNull()
  })
})
