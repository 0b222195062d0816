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
    ['heard every minute, quiet for three', minute, 100, 3 * minute, false],
    ['heard every minute, quiet for longer', minute, 100, 3 * minute + second, true],
    ['heard ten times, quiet for a quarter of an hour', second, 10, 15 * minute, false],
    ['heard ten times, quiet for longer', second, 10, 15 * minute + 1, true],
    ['heard eleven times, quiet for over a minute', second, 11, 61 * second, true],
  ])('%s', (_what, everyMs, times, silentMs, silent) => {
    expect(silenceAfter(everyMs, times, silentMs)).toBe(silent)
  })

  it('not where it comes in bursts, and has paused as long before', () => {
    const fresh = createFreshness(() => [])
    let atMs = startMs
    const hear = (): void => {
      fresh.look([counted({ lastEventAtMs: atMs, lastReceivedAtMs: atMs })])
    }
    for (let burst = 0; burst < 3; burst++) {
      for (let n = 0; n < 20; n++, atMs += second) hear()
      atMs += 10 * minute
    }
    hear()
    for (let n = 0; n < 20; n++, atMs += second) hear()
    expect(fresh.sources(atMs + 20 * minute)[0]?.silent).toBe(false)
    expect(fresh.sources(atMs + 40 * minute)[0]?.silent).toBe(true)
    // Once it comes without a pause, that is its rhythm.
    for (let n = 0; n < 400; n++, atMs += second) hear()
    expect(fresh.sources(atMs + 61 * second)[0]?.silent).toBe(true)
  })

  it('not by how fast an import came before', () => {
    const fresh = createFreshness(() => [])
    for (let n = 0; n < 100; n++) {
      const atMs = startMs + n * second
      fresh.look([counted({ lastEventAtMs: atMs - 60 * minute, lastReceivedAtMs: atMs })])
    }
    const liveMs = startMs + 100 * second
    fresh.look([counted({ lastEventAtMs: liveMs, lastReceivedAtMs: liveMs })])
    expect(fresh.sources(liveMs + 2 * minute)[0]?.silent).toBe(false)
  })

  it('not where it is ours, behind which there is no feed', () => {
    const fresh = createFreshness(() => [])
    fresh.look([counted({ source: '/pbx/1/ringside' })])
    expect(fresh.sources(startMs + 60 * minute)[0]?.silent).toBe(false)
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
