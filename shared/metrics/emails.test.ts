import { describe, expect, it } from 'vitest'
import { evaluated, visit } from '../../test/figures.ts'
import { liveIn } from './liveIn.ts'

const turn = (sinceMs: number, queue = 'mail') =>
  visit({ contact: `thread/crm/1#${String(sinceMs)}`, channel: 'email', queue, sinceMs })
const live = (visits: readonly ReturnType<typeof turn>[]) =>
  liveIn(
    { kind: 'queue', key: 'mail' },
    { visits, legs: [], agents: [], staffing: new Map() },
    'voice',
  )

describe('mail that waits for a reply', () => {
  it.each([
    ['two turns', [turn(5_000), turn(1_000)], 2, 30_000],
    ['none', [], 0, null],
    ['of another queue', [turn(5_000, 'sales')], 0, null],
    ['calls are none', [visit({ queue: 'mail', sinceMs: 1_000 })], 0, null],
  ])('%s', (_what, visits, open, oldestMs) => {
    const now = { live: live(visits), nowMs: 31_000 }
    expect(evaluated('openEmails', now).value).toBe(open)
    expect(evaluated('oldestEmail', now).value).toBe(oldestMs)
  })

  it('is no contact that waits', () => {
    expect(live([turn(5_000)]).visits).toEqual([])
  })
})
