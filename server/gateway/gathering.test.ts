import { describe, expect, it } from 'vitest'
import { createGathering } from './gathering.ts'

describe('changes are gathered', () => {
  /** A sending at 1,000 that took so long; then so much time went by, of which some was idle. */
  const waitAfter = (tookMs: number, sinceMs: number, idleSinceMs: number): number => {
    let nowMs = 1_000
    let idleMs = 7_000
    const gathering = createGathering(
      () => nowMs,
      () => idleMs,
    )
    nowMs += tookMs
    gathering.sent(1_000)
    nowMs += sinceMs
    idleMs += idleSinceMs
    return gathering.waitMs()
  }

  it.each([
    ['20 ms from one sending to the next', 2, 5, 5, 13],
    ['not longer than that', 2, 30, 30, 0],
    ['not at all after a long sending, when nothing else is to be done', 150, 3, 1, 0],
    ['for as long as it took, while there is other work', 150, 3, 0.9, 147],
    ['a second at most from one to the next', 700, 0, 0, 300],
    ['not when sending took longer than that', 1_200, 0, 0, 0],
    ['20 ms at most where the clock was set back', 2, -5_000, 5, 20],
  ])('%s', (_, tookMs, sinceMs, idleSinceMs, waitMs) => {
    expect(waitAfter(tookMs, sinceMs, idleSinceMs)).toBe(waitMs)
  })

  it('not before anything was sent', () => {
    const gathering = createGathering(
      () => 0,
      () => 0,
    )
    expect(gathering.waitMs()).toBe(0)
  })
})
