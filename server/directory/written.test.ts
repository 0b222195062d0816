import { describe, expect, it } from 'vitest'
import { Directory, emptyDirectory } from '../../shared/directory.ts'
import { isSameDirectory, written } from './written.ts'

/** A directory with something in every part. */
const full = {
  center: { name: 'Acme', timeZone: 'Asia/Tokyo', intervalMinutes: 15 },
  sites: [{ key: 'osaka', nameJa: '大阪' }],
  teams: [{ key: 'red', site: 'osaka' }],
  agents: [
    {
      key: 'anna',
      names: { full: 'Anna Berg', initials: 'AB' },
      aliases: ['PJSIP/101'],
      teams: [{ team: 'red', from: '2026-04-01T09:00:00+09:00', to: '2027-04-01T00:00:00Z' }],
      started: '2026-04-01',
    },
  ],
  queues: [
    {
      key: 'sales',
      members: ['anna', { agent: 'ben', from: '2026-04-01T09:00:00.5+09:00' }],
      serviceLevel: { thresholdSeconds: 15 },
      hours: { days: [{ day: 1, from: '09:00', to: '18:00' }] },
    },
  ],
  pipelines: [{ key: 'new', stages: [{ name: 'Lead', order: 1 }] }],
  schedules: [{ activity: 'phone', states: ['available'] }],
  quotas: [{ scope: 'center', metric: 'callsHandled', period: 'day', target: 100 }],
  sources: [{ source: '/asterisk/pbx-1/ami', connector: 'asterisk-ami', settings: { port: 5038 } }],
  exchangeRates: [{ currency: 'EUR', from: '2026-01-01', rate: 1.1 }],
}

describe('written', () => {
  it('shows the empty directory with every default', () => {
    const shown = written({}, emptyDirectory)
    expect(Object.keys(shown)).toEqual(Object.keys(emptyDirectory))
    expect(shown).toMatchObject({
      center: { timeZone: 'UTC', silenceHours: { voice: 4 } },
      agents: [],
    })
  })

  it('keeps instants as they were put, and fills in what was left out', () => {
    const shown = written(full, Directory.parse(full))
    expect(shown).toMatchObject({
      agents: [{ key: 'anna', teams: full.agents[0]?.teams, started: '2026-04-01' }],
      queues: [
        {
          channel: 'voice',
          members: [{ agent: 'anna' }, { agent: 'ben', from: '2026-04-01T09:00:00.5+09:00' }],
          serviceLevel: { thresholdSeconds: 15, shortAbandonSeconds: 5 },
        },
      ],
    })
  })

  it('can be put back, and then says the same', () => {
    const parsed = Directory.parse(full)
    const shown = JSON.parse(JSON.stringify(written(full, parsed))) as unknown
    expect(Directory.parse(shown)).toEqual(parsed)
  })
})

describe('isSameDirectory', () => {
  const same = (a: object, b: object): boolean =>
    isSameDirectory(Directory.parse(a), Directory.parse(b))

  it.each([
    ['defaults written out', {}, { center: { timeZone: 'UTC' }, agents: [] }, true],
    [
      'an instant in another zone',
      { quotas: [{ ...full.quotas[0], from: '2026-04-01T09:00:00+09:00' }] },
      { quotas: [{ ...full.quotas[0], from: '2026-04-01T00:00:00Z' }] },
      true,
    ],
    [
      'a member in short and in full',
      { queues: [{ key: 'q', members: ['anna'] }] },
      { queues: [{ key: 'q', members: [{ agent: 'anna' }] }] },
      true,
    ],
    [
      'settings in another order',
      { sources: [{ source: '/a/b', settings: { x: 1, y: { a: 1, b: 2 } } }] },
      { sources: [{ source: '/a/b', settings: { y: { b: 2, a: 1 }, x: 1 } }] },
      true,
    ],
    ['another threshold', full, { ...full, queues: [{ key: 'sales' }] }, false],
    [
      'another order of agents',
      { sites: [{ key: 'a' }, { key: 'b' }] },
      { sites: [{ key: 'b' }, { key: 'a' }] },
      false,
    ],
  ])('%s: %j and %j', (_name, a, b, expected) => {
    expect(same(a, b)).toBe(expected)
  })
})
