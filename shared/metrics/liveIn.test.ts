import { describe, expect, it } from 'vitest'
import { agent, leg, staffing, visit } from '../../test/figures.ts'
import type { Channel } from '../events/fields.ts'
import { parseScope } from '../scope.ts'
import { liveIn } from './liveIn.ts'

const center = {
  visits: [
    visit({ visit: 'a', queue: 'sales', site: 'Oslo', team: 'one', ringing: ['Anna Berg'] }),
    visit({ visit: 'b', queue: 'support', site: 'Oslo', team: 'two' }),
    visit({ visit: 'c', queue: 'sales', site: 'Osaka', channel: 'chat' }),
  ],
  agents: [
    agent({ agent: 'Anna Berg', site: 'Oslo', team: 'one', joined: ['sales'] }),
    agent({ agent: 'Ken', site: 'Osaka', team: 'two', joined: ['sales', 'support'] }),
    agent({ agent: 'Mia', joined: [] }),
  ],
  legs: [
    leg({ leg: 'x', agent: 'Anna Berg', queue: 'support' }),
    leg({ leg: 'y', agent: 'Ken', queue: 'sales', channel: 'chat' }),
    leg({ leg: 'z', agent: 'Mia', queue: null }),
    leg({ leg: 'w', agent: 'nobody we know', queue: null }),
  ],
  staffing: new Map([
    ['sales', staffing()],
    ['support', staffing({ channel: 'chat' })],
  ]),
}
const seen = (scope: string, channel: Channel | null = null) => {
  const { visits, agents, legs, staffing } = liveIn(parseScope(scope)!, center, channel)
  return [
    visits.map((each) => each.visit).join(''),
    agents.map((each) => each.agent).join(', '),
    legs.map((each) => each.leg).join(''),
    [...staffing.keys()].join(', '),
  ]
}

describe('liveIn', () => {
  it.each([
    ['center', 'abc', 'Anna Berg, Ken, Mia', 'xyzw', 'sales, support'],
    ['site:Oslo', 'ab', 'Anna Berg', 'x', ''],
    ['team:two', 'b', 'Ken', 'y', ''],
    ['queue:sales', 'ac', 'Anna Berg, Ken', 'y', 'sales'],
    ['queue:nowhere', '', '', '', ''],
    ['agent:Anna Berg', 'a', 'Anna Berg', 'x', ''],
  ])('%s', (scope, visits, agents, legs, queues) => {
    expect(seen(scope)).toEqual([visits, agents, legs, queues])
  })

  it('narrows contacts and queues to a channel, and not agents', () => {
    expect(seen('queue:sales', 'voice')).toEqual(['a', 'Anna Berg, Ken', '', 'sales'])
    expect(seen('queue:support', 'voice')[3]).toBe('')
    expect(seen('center', 'chat')).toEqual(['c', 'Anna Berg, Ken, Mia', 'y', 'support'])
  })

  it('shows an agent who paused at a queue as not ready there, and only there', () => {
    const next = { state: 'available', atMs: 5, reason: null } as const
    const agents = [
      agent({ joined: ['sales', 'support'], paused: ['sales'] }),
      agent({ state: 'onContact', joined: ['sales', 'support'], paused: ['sales'], next }),
    ]
    const at = (scope: string) =>
      liveIn(parseScope(scope)!, { ...center, agents }, null).agents.map(({ state, next }) => [
        state,
        next?.state,
      ])
    expect(at('queue:sales')).toEqual([
      ['notReady', undefined],
      ['onContact', 'notReady'],
    ])
    expect(at('queue:support')).toEqual([
      ['available', undefined],
      ['onContact', 'available'],
    ])
  })
})
