/** Numbers to text: counts, percents, durations, times of day. The only place that does it. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts'
import { POINT, type Counter } from '../shared/counters/counter.ts'
import { decimalsOf } from '../shared/currency.ts'
import type { Unit } from '../shared/metrics/metric.ts'
import type { Locale } from './i18n/locale.ts'

/** A value as a tile shows it: digits and, where it has one, a unit that may be set smaller. */
export type Shown = { digits: string; unit: string }

const counts = new Map<Locale, Intl.NumberFormat>()

/** A count in full digits, grouped as the language does; never 万 or K. */
export function formatCount(value: number, locale: Locale): string {
  let format = counts.get(locale)
  if (!format) {
    format = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
    counts.set(locale, format)
  }
  return format.format(value)
}

/** A mean of lines, or of months, with one decimal. */
function formatDecimal(value: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value)
}

/** How numbers are written: in a language, amounts in the currency of the center. */
export type Writing = {
  locale: Locale
  currency: string
  /** To be read across a room: an amount of a thousand or more is written without its cents. */
  isFar?: boolean
}

const currencies = new Map<string, Intl.NumberFormat>()

/** From so many whole units on, cents say nothing to those who read from afar. */
const FAR_UNITS = 1_000

/**
 * An amount of minor units, with the sign of its currency: $1,234.50, €1,234.50, ¥1,235. Where only
 * its cents tell it from a target that it is not, they are written at any distance.
 */
function formatMoney(
  minorUnits: number,
  { locale, currency, isFar = false }: Writing,
  target: number | null,
): string {
  const ofUnit = 10 ** decimalsOf(currency)
  const wholeOf = (amount: number): number => Math.round(amount / ofUnit)
  const isWhole = isFar && Math.abs(minorUnits) >= FAR_UNITS * ofUnit
  const isAlike =
    target !== null && minorUnits !== target && wholeOf(minorUnits) === wholeOf(target)
  const decimals = isWhole && !isAlike ? 0 : decimalsOf(currency)
  const key = `${locale} ${currency} ${decimals}`
  let format = currencies.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    })
    currencies.set(key, format)
  }
  // A mean may lie between two minor units; of what rounds to nothing, no sign is left.
  return format.format(Math.round(minorUnits) / ofUnit || 0)
}

/** How many decimals a percentage needs so that a target of 0.825 reads 82.5: 0, 1 or 2. */
function percentDecimals(target: number | null): number {
  if (target === null) return 0
  const percent = target * 100
  for (const decimals of [0, 1]) {
    const factor = 10 ** decimals
    if (Math.abs(Math.round(percent * factor) / factor - percent) < 1e-9) return decimals
  }
  return 2
}

/**
 * A ratio as percent digits, with the target's decimals. Where rounding alone would show the
 * target although it is not met (79.6 % of 80 %), one more decimal tells them apart.
 */
export function formatPercent(value: number, target: number | null = null): string {
  const decimals = percentDecimals(target)
  const digits = (value * 100).toFixed(decimals)
  return target !== null && value !== target && digits === (target * 100).toFixed(decimals)
    ? (value * 100).toFixed(Math.min(decimals + 1, 2))
    : digits
}

const two = (value: number): string => String(value).padStart(2, '0')

/** A duration as on a stopwatch: 0:07, 3:25, 1:02:09; from a day on 1d 3h. Below zero is zero. */
export function formatClock(durationMs: number): string {
  const ms = Math.max(0, durationMs)
  const seconds = Math.floor((ms % MINUTE_MS) / SECOND_MS)
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS)
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS)
  const days = Math.floor(ms / DAY_MS)
  if (days > 0) return `${days}d ${hours}h`
  if (hours > 0) return `${hours}:${two(minutes)}:${two(seconds)}`
  return `${minutes}:${two(seconds)}`
}

/** The same where there is room for five figures only: from an hour on 1h02, from a day on 1d3h. */
export function formatShortClock(durationMs: number): string {
  const minutes = Math.floor(Math.max(0, durationMs) / MINUTE_MS)
  if (minutes < 60) return formatClock(durationMs)
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours}h${two(minutes % 60)}` : `${Math.floor(hours / 24)}d${hours % 24}h`
}

/** A duration within a sentence: `3 min 25 s`, `3分25秒`. */
export function formatDurationText(durationMs: number, locale: Locale): string {
  const ms = Math.max(0, durationMs)
  const units = locale === 'ja' ? ['時間', '分', '秒'] : [' h', ' min', ' s']
  const values = [
    Math.floor(ms / HOUR_MS),
    Math.floor((ms % HOUR_MS) / MINUTE_MS),
    Math.floor((ms % MINUTE_MS) / SECOND_MS),
  ]
  const said = values.flatMap((value, i) => (value > 0 ? [`${value}${units[i] ?? ''}`] : []))
  if (said.length === 0) return `0${units[2] ?? ''}`
  return said.join(locale === 'ja' ? '' : ' ')
}

/** A metric's value by its unit. `target` decides the decimals of a percentage and of money. */
export function showValue(
  value: number,
  unit: Unit | Counter['unit'],
  writing: Writing,
  target: number | null = null,
): Shown {
  const { locale } = writing
  switch (unit) {
    case 'ratio':
      return { digits: formatPercent(value, target), unit: '%' }
    case 'ms':
      return { digits: formatClock(value), unit: '' }
    case 'lines':
    case 'months':
    case 'alpha':
      return { digits: formatDecimal(value, locale), unit: '' }
    case 'score':
      return { digits: formatCount(Math.round(value), locale), unit: '' }
    case 'money':
      return { digits: formatMoney(value, writing, target), unit: '' }
    case 'points':
      return { digits: formatDecimal(value / POINT, locale), unit: '' }
    case 'count':
    case 'breakdown':
    case 'matrix':
      return { digits: formatCount(value, locale), unit: '' }
  }
}

/** The same as one text. */
export function formatValue(
  value: number,
  unit: Unit | Counter['unit'],
  writing: Writing,
  target: number | null = null,
): string {
  const shown = showValue(value, unit, writing, target)
  return shown.digits + shown.unit
}

type Parts = Partial<Record<Intl.DateTimeFormatPartTypes, string>>

const dateFormats = new Map<string, Intl.DateTimeFormat>()

/** The parts of an instant by the clock of a zone; by the viewer's own where the zone is unknown. */
function partsOf(atMs: number, timeZone: string, locale: Locale): Parts {
  const key = `${locale} ${timeZone}`
  let format = dateFormats.get(key)
  if (!format) {
    const options: Intl.DateTimeFormatOptions = {
      year: 'numeric',
      month: locale === 'ja' ? 'numeric' : 'short',
      day: 'numeric',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hour12: false,
    }
    try {
      format = new Intl.DateTimeFormat(locale, { ...options, timeZone })
    } catch {
      // A TV's zone data may be years older than the zone.
      format = new Intl.DateTimeFormat(locale, options)
    }
    dateFormats.set(key, format)
  }
  const parts: Parts = {}
  for (const { type, value } of format.formatToParts(atMs)) parts[type] = value
  return parts
}

/** Some engines write midnight as 24, and single digits whatever was asked. */
const hourOf = (parts: Parts): string => two(Number(parts.hour ?? 0) % 24)
const pad = (text: string | undefined): string => (text ?? '').padStart(2, '0')

/** 14:32 by the clock of the zone. */
export function formatTime(atMs: number, timeZone: string, locale: Locale): string {
  const parts = partsOf(atMs, timeZone, locale)
  return `${hourOf(parts)}:${pad(parts.minute)}`
}

/** 14:32:10 by the clock of the zone. */
export function formatTimeOfDay(atMs: number, timeZone: string, locale: Locale): string {
  const parts = partsOf(atMs, timeZone, locale)
  return `${hourOf(parts)}:${pad(parts.minute)}:${pad(parts.second)}`
}

/** 21 Nov 2026, 2026年11月21日. */
export function formatFullDate(atMs: number, timeZone: string, locale: Locale): string {
  const { year = '', day = '', month = '' } = partsOf(atMs, timeZone, locale)
  return locale === 'ja' ? `${year}年${month}月${day}日` : `${day} ${month} ${year}`
}

/** Sat 21 Nov, 11月21日(土). */
export function formatDate(atMs: number, timeZone: string, locale: Locale): string {
  const { weekday = '', day = '', month = '' } = partsOf(atMs, timeZone, locale)
  return locale === 'ja' ? `${month}月${day}日(${weekday})` : `${weekday} ${day} ${month}`
}
