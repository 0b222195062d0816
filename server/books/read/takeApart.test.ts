import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALL_SUMMED_MS } from '../../database/schema.ts'
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

  /** Up to where books are summed up: they keep up, are behind by days, or have all in every grain. */
  const summed = fc.oneof(
    fc.integer({ min: -4 * 1_440, max: 120 }).map((n) => NOW_MS + n * MINUTE_MS),
    fc.constant(ALL_SUMMED_MS),
  )

  it('is covered once, by whole buckets that are still kept, and what is ragged', () => {
    fc.assert(
      fc.property(spans, summed, (asked, summedToMs) => {
        const { stretches, ragged } = takeApart(asked, { calendar, summedToMs }, NOW_MS)
        const minutesFromMs = Math.min(NOW_MS - MINUTES_KEPT_MS, summedToMs)
        const pieces = [...stretches, ...ragged].sort((a, b) => a.fromMs - b.fromMs)
        let atMs = asked[0]?.fromMs ?? 0
        for (const piece of pieces) {
          expect(piece.fromMs).toBe(atMs)
          expect(piece.toMs).toBeGreaterThan(piece.fromMs)
          atMs = piece.toMs
        }
        expect(atMs).toBe(asked.at(-1)?.toMs)
        for (const { grain, fromMs, toMs } of stretches) {
          const isEnd = toMs === summedToMs || isStart[grain](toMs)
          expect([grain, isStart[grain](fromMs), isEnd]).toEqual([grain, true, true])
          if (grain === '1m') expect(fromMs).toBeGreaterThanOrEqual(minutesFromMs)
          else expect(toMs).toBeLessThanOrEqual(summedToMs)
        }
        // What is ragged has no whole bucket in it that could have been used.
        for (const { fromMs, toMs } of ragged) {
          const isRecent = fromMs >= minutesFromMs
          expect(toMs - fromMs).toBeLessThan(2 * (isRecent ? MINUTE_MS : QUARTER_MS))
        }
      }),
    )
  })

  it('uses the largest buckets that fit', () => {
    const fromMs = calendar.monthStart(NOW_MS - 40 * DAY_MS)
    const { stretches, ragged } = takeApart(
      [{ fromMs, toMs: NOW_MS }],
      { calendar, summedToMs: ALL_SUMMED_MS },
      NOW_MS,
    )
    expect(ragged).toEqual([])
    expect(stretches.map(({ grain }) => grain)).toEqual(['1M', '1d', '1m', '15m'])
  })

  it('uses the month, the day and the quarter under way, and minutes from where they are summed up to', () => {
    const summedToMs = NOW_MS - 2 * MINUTE_MS
    const monthMs = calendar.monthStart(NOW_MS)
    const dayMs = calendar.dayStart(NOW_MS)
    const apart = (fromMs: number) =>
      takeApart([{ fromMs, toMs: NOW_MS }], { calendar, summedToMs }, NOW_MS)
    const minutes = { grain: '1m', fromMs: summedToMs, toMs: NOW_MS }
    expect(apart(monthMs)).toEqual({
      stretches: [{ grain: '1M', fromMs: monthMs, toMs: summedToMs }, minutes],
      ragged: [],
    })
    expect(apart(dayMs)).toEqual({
      stretches: [{ grain: '1d', fromMs: dayMs, toMs: summedToMs }, minutes],
      ragged: [],
    })
    const quarterMs = NOW_MS - QUARTER_MS
    expect(apart(quarterMs)).toEqual({
      stretches: [{ grain: '15m', fromMs: quarterMs, toMs: summedToMs }, minutes],
      ragged: [],
    })
  })
})
