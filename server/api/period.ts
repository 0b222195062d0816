/** The period that a call asks about: a window by name, or any span of time. */
import { z } from 'zod'
import type { Span } from '../../shared/entry.ts'
import { parseInstant } from '../../shared/events/fields.ts'
import { DAY_MS } from '../../shared/time.ts'
import type { Window } from '../../shared/window.ts'
import type { Calendar } from '../books/calendar.ts'
import type { SpanKind } from '../books/read/related.ts'
import { namedWindows, resolveWindow } from '../books/read/windows.ts'
import type { Fault } from './problem.ts'
import { once } from './route.ts'

/** No center is older; a longer span is a mistyped year. */
const LONGEST_SPAN_MS = 50 * 366 * DAY_MS

const instantParameter = once(
  z.string().transform((text, context) => {
    const atMs = parseInstant(text)
    if (atMs !== null) return atMs
    // A `+` in a URL is a space: the commonest way to get this wrong.
    const message =
      'must be an RFC 3339 instant with an offset, such as 2026-11-21T00:00:00Z (write + as %2B)'
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  }),
)

/** The parameters of a period, for a call's query. */
export const periodParameters = {
  window: once(z.enum(namedWindows)).optional(),
  previous: once(z.enum(['full', 'span'])).optional(),
  from: instantParameter.optional(),
  to: instantParameter.optional(),
}
export const instantQuery = instantParameter

export type PeriodQuery = {
  window?: (typeof namedWindows)[number] | undefined
  previous?: 'full' | 'span' | undefined
  from?: number | undefined
  to?: number | undefined
}

/**
 * The window that a query means, `today` where it says nothing; or what is wrong with it.
 * `previous` is the one before: whole, or as much of it as has passed of the present one.
 */
export function readPeriod(
  { window, previous, from, to }: PeriodQuery,
  calendar: Calendar,
  nowMs: number,
): { ok: true; window: Window; spanKind: SpanKind } | { ok: false; errors: Fault[] } {
  const isSpan = from !== undefined || to !== undefined
  if (isSpan && (window !== undefined || previous !== undefined)) {
    const path = window === undefined ? 'previous' : 'window'
    return refused(
      path,
      'leave out, or give neither from nor to: the period is the one or the other',
    )
  }
  if (!isSpan) {
    const name = window ?? 'today'
    return {
      ok: true,
      window: resolveWindow(name, calendar, nowMs, previous ?? null),
      spanKind: name === 'today' ? 'day' : name,
    }
  }
  if (from === undefined) return refused('from', 'is required with to')
  if (to === undefined) return refused('to', 'is required with from')
  if (to <= from) return refused('to', 'must be after from')
  if (to - from > LONGEST_SPAN_MS) return refused('to', 'must be within 50 years of from')
  return { ok: true, window: { name: 'span', fromMs: from, toMs: to }, spanKind: 'span' }
}

function refused(path: string, message: string): { ok: false; errors: Fault[] } {
  return { ok: false, errors: [{ path, message }] }
}

/** A step of a history by name: minutes and hours by the clock, days and longer by the calendar. */
export const stepNames = ['1m', '15m', '1h', '1d', '1w', '1M'] as const
export type StepName = (typeof stepNames)[number]

/** What each step is one of: shorter ones than a day have the step before for a predecessor. */
export const stepKinds: Readonly<Record<StepName, SpanKind>> = {
  '1m': 'span',
  '15m': 'span',
  '1h': 'span',
  '1d': 'day',
  '1w': 'week',
  '1M': 'month',
}

/** More steps than a screen has pixels. */
export const MAX_STEPS = 3_000

/**
 * A window cut into steps, the first and the last as ragged as it is; null: more than `MAX_STEPS`.
 * Quarters of an hour are UTC's, which every zone's are; hours, days, weeks and months are those
 * of the center's own clock and calendar.
 */
export function stepsOf(window: Span, step: StepName, calendar: Calendar): Span[] | null {
  const steps: Span[] = []
  let fromMs = window.fromMs
  while (fromMs < window.toMs) {
    if (steps.length >= MAX_STEPS) return null
    const toMs = Math.min(nextStart(step, fromMs, calendar), window.toMs)
    steps.push({ fromMs, toMs })
    fromMs = toMs
  }
  return steps
}

const MINUTE_MS = 60_000

/** When the step that an instant lies in is over. */
function nextStart(step: StepName, atMs: number, calendar: Calendar): number {
  switch (step) {
    case '1m':
      return nextMultiple(atMs, MINUTE_MS)
    case '15m':
      return nextMultiple(atMs, 15 * MINUTE_MS)
    case '1h':
      return nextHour(atMs, calendar)
    case '1d':
      return calendar.nextDayStart(atMs)
    case '1w':
      return calendar.periodStart('week', atMs, 1)
    case '1M':
      return calendar.nextMonthStart(atMs)
  }
}

const nextMultiple = (atMs: number, lengthMs: number): number =>
  (Math.floor(atMs / lengthMs) + 1) * lengthMs

/** Hours begin by the local clock: in some zones that is at half past by UTC. */
function nextHour(atMs: number, { settings }: Calendar): number {
  let candidateMs = nextMultiple(atMs, 15 * MINUTE_MS)
  for (let tries = 0; tries < 8; tries++, candidateMs += 15 * MINUTE_MS) {
    if (minuteOfHour(candidateMs, settings.timeZone) === 0) return candidateMs
  }
  return nextMultiple(atMs, 60 * MINUTE_MS)
}

const formats = new Map<string, Intl.DateTimeFormat>()

function minuteOfHour(atMs: number, timeZone: string): number {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en', { timeZone, minute: 'numeric' })
    formats.set(timeZone, format)
  }
  return Number(format.format(atMs))
}
