import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyDirectory } from '../../../shared/directory.ts'
import type { Span } from '../../../shared/entry.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../shared/time.ts'
import { MINUTES_KEPT_MS, QUARTER_MS } from '../buckets.ts'
import { createCalendar } from '../calendar.ts'
import { takeApart, type Stretch } from './takeApart.ts'

const calendar = createCalendar({
  ...emptyDirectory.center,
  timeZone: 'Asia/Kolkata',
  businessDayStart: '04:10',
})
const NOW_MS = Date.UTC(2026, 10, 21, 12, 0)

const isStart: Record<Stretch['grain'], (atMs: number) => boolean> = {
  '1m': (atMs) => atMs % MINUTE_MS === 0,
  '15m': (atMs) => atMs % QUARTER_MS === 0,
  '1d': (atMs) => calendar.dayStart(atMs) === atMs,
  '1M': (atMs) => calendar.monthStart(atMs) === atMs,
}

describe('a span that is taken apart', () => {
  const edge = fc.oneof(
    fc.integer({ min: -90 * DAY_MS, max: HOUR_MS }),
    fc.integer({ min: -4_000, max: 60 }).map((minutes) => minutes * MINUTE_MS),
  )
  const spans = fc
    .uniqueArray(edge, { minLength: 2, maxLength: 6 })
    .map((edges) => edges.sort((a, b) => a - b).map((shift) => NOW_MS + shift))
    .map((edges) => edges.slice(1).map((toMs, i): Span => ({ fromMs: edges[i] ?? 0, toMs })))

  it('is covered once, by whole buckets that are still kept, and what is ragged', () => {
    fc.assert(
      fc.property(spans, (asked) => {
        const { stretches, ragged } = takeApart(asked, calendar, NOW_MS)
        const pieces = [...stretches, ...ragged].sort((a, b) => a.fromMs - b.fromMs)
        let atMs = asked[0]?.fromMs ?? 0
        for (const piece of pieces) {
          expect(piece.fromMs).toBe(atMs)
          expect(piece.toMs).toBeGreaterThan(piece.fromMs)
          atMs = piece.toMs
        }
        expect(atMs).toBe(asked.at(-1)?.toMs)
        for (const { grain, fromMs, toMs } of stretches) {
          expect([grain, isStart[grain](fromMs), isStart[grain](toMs)]).toEqual([grain, true, true])
          if (grain === '1m') expect(fromMs).toBeGreaterThanOrEqual(NOW_MS - MINUTES_KEPT_MS)
        }
        // What is ragged has no whole bucket in it that could have been used.
        for (const { fromMs, toMs } of ragged) {
          const isRecent = fromMs >= NOW_MS - MINUTES_KEPT_MS
          expect(toMs - fromMs).toBeLessThan(2 * (isRecent ? MINUTE_MS : QUARTER_MS))
        }
      }),
    )
  })

  it('uses the largest buckets that fit', () => {
    const fromMs = calendar.monthStart(NOW_MS - 40 * DAY_MS)
    const { stretches, ragged } = takeApart([{ fromMs, toMs: NOW_MS }], calendar, NOW_MS)
    expect(ragged).toEqual([])
    expect(stretches.map(({ grain }) => grain)).toEqual(['1M', '1d', '1m', '15m'])
  })
})
