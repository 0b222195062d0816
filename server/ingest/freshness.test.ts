import { describe, expect, it } from 'vitest'
import type { FeedCount } from '../stream/feedCounts.ts'
import { createFreshness } from './freshness.ts'

const startMs = Date.UTC(2026, 10, 21, 10)
const second = 1_000
const minute = 60 * second

const counted = (change: Partial<FeedCount>): FeedCount => ({
  source: '/pbx/1/feed',
  accepted: 1,
  duplicates: 0,
  conflicting: 0,
  rejected: 0,
  keptApart: 0,
  lastEventAtMs: startMs,
  lastReceivedAtMs: startMs,
  ...change,
})

/** A feed that was heard every so often, then looked at after so long a silence. */
function silenceAfter(everyMs: number, times: number, silentMs: number): boolean | undefined {
  const fresh = createFreshness(() => [])
  let atMs = startMs
  for (let n = 0; n < times; n++) {
    atMs = startMs + n * everyMs
    fresh.look([counted({ lastEventAtMs: atMs, lastReceivedAtMs: atMs })])
  }
  return fresh.sources(atMs + silentMs)[0]?.silent
}

describe('a feed falls silent', () => {
  it.each([
    ['heard every second, quiet for 50 s', second, 100, 50 * second, false],
    ['heard every second, quiet for over a minute', second, 100, 61 * second, true],
    ['heard every minute, quiet for five', minute, 100, 5 * minute, false],
    ['heard every minute, quiet for eleven', minute, 100, 11 * minute, true],
  ])('%s', (_what, everyMs, times, silentMs, silent) => {
    expect(silenceAfter(everyMs, times, silentMs)).toBe(silent)
  })

  it('not where it told of the past: that was an import, and is over', () => {
    const fresh = createFreshness(() => [])
    fresh.look([counted({ lastEventAtMs: startMs - 60 * minute })])
    expect(fresh.sources(startMs + 60 * minute)[0]?.silent).toBe(false)
  })
})

it('tells what each source never reports, and nothing of those that sent nothing good', () => {
  const fresh = createFreshness((source) => [`${source} lacks`])
  fresh.look([
    counted({}),
    counted({ source: '/only/faults/1', accepted: 0, rejected: 3 }),
    counted({ source: null }),
  ])
  expect(fresh.sources(startMs)).toEqual([
    {
      source: '/pbx/1/feed',
      lastEventAtMs: startMs,
      heardAtMs: startMs,
      silent: false,
      lacks: ['/pbx/1/feed lacks'],
    },
  ])
})
