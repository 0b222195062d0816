import { describe, expect, it } from 'vitest'
import { Directory } from '../../shared/directory.ts'
import { settingsOver } from './settings.ts'

/** A center over time: each description from an instant on. */
const over = (...described: (readonly [atMs: number, directory: object])[]) =>
  settingsOver(
    described.map(([atMs, directory]) => ({ atMs, directory: Directory.parse(directory) })),
  )

const teams = [{ key: 'north' }, { key: 'south' }]
const sales = { key: 'sales', members: ['ana', 'bo'], serviceLevel: { thresholdSeconds: 10 } }
const ana = { key: 'ana', aliases: ['101'], teams: [{ team: 'north' }] }

describe('the directory over time', () => {
  const settings = over(
    [100, { teams, queues: [sales], agents: [ana] }],
    [
      200,
      {
        teams,
        queues: [
          { key: 'sales', members: ['bo'] },
          { key: 'web', members: ['bo'] },
        ],
        agents: [{ ...ana, teams: [{ team: 'south' }] }],
      },
    ],
    [300, { teams, queues: [{ key: 'web' }] }],
  )
  const thresholdAt = (queue: string, atMs: number) =>
    settings.queueAt(queue, atMs)?.serviceLevel.thresholdSeconds ?? null

  it.each([
    // What was said first holds from the beginning.
    ['before all', 0, { sales: 10, web: 20, ana: ['sales'], bo: ['sales', 'web'], team: 'north' }],
    ['at first', 100, { sales: 10, web: 20, ana: ['sales'], bo: ['sales', 'web'], team: 'north' }],
    // Who is left out of all queues is in none from then on.
    ['changed', 200, { sales: 20, web: 20, ana: [], bo: ['sales', 'web'], team: 'south' }],
    ['left out', 300, { sales: null, web: 20, ana: [], bo: [], team: null }],
  ] as const)('is as it was put: %s', (_name, atMs, expected) => {
    expect({
      sales: thresholdAt('sales', atMs),
      web: thresholdAt('web', atMs),
      ana: settings.queuesOf('ana', atMs),
      bo: settings.queuesOf('bo', atMs),
      team: settings.agentPlace('ana', atMs).team,
    }).toEqual(expected)
  })

  it('knows by its names who was left out', () => {
    expect(settings.agentKey('101')).toBe('ana')
    expect(settings.knows('agent', 'ana')).toBe(false)
  })
})
