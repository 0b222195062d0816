/** When customers call: by the hour of their clock, with busy spells and bad half hours. */
import type { Span } from '../../shared/entry.ts'
import { HOUR_MS, MINUTE_MS } from '../../shared/time.ts'
import { instantOf, localHourAt, type BusinessDay } from './businessDay.ts'
import { queueKeys, queues, type QueueKey } from './center.ts'
import type { Random } from './random.ts'

export type Arrival = { atMs: number; queue: QueueKey }

/** Within so long the rate is taken as steady. */
const STEP_MS = 10 * MINUTE_MS
/** How far a day, and a stretch of one, lie from the average. */
const DAY_SIGMA = 0.035
const STRETCH_SIGMA = 0.16

/** What makes a spell busy: a mailing went out, a service is down. */
type Spell = Span & { queue: QueueKey; factor: number }
const SPELLS = 3
const SPELL_MS: readonly [least: number, most: number] = [15 * MINUTE_MS, 35 * MINUTE_MS]
const SPELL_FACTOR: readonly [least: number, most: number] = [1.4, 1.9]

/**
 * The calls of a business day, in the order of time. `share` of the usual demand comes: 1 is the
 * center as it is.
 */
export function arrivalsOf(day: BusinessDay, random: Random, share = 1): Arrival[] {
  const spells = Array.from({ length: SPELLS }, () => spellOf(day, random))
  const dayFactor = random.logNormal(1, DAY_SIGMA)
  const arrivals: Arrival[] = []
  for (const queue of queueKeys) {
    for (let fromMs = day.startMs; fromMs < day.endMs; fromMs += STEP_MS) {
      const toMs = Math.min(fromMs + STEP_MS, day.endMs)
      const middleMs = (fromMs + toMs) / 2
      const factor = share * dayFactor * random.logNormal(1, STRETCH_SIGMA)
      const perHour = rateOf(queue, middleMs, day, spells) * factor
      if (perHour <= 0) continue
      // Calls that know nothing of each other come after times that are exponential.
      const meanMs = HOUR_MS / perHour
      let atMs = fromMs + random.exponential(meanMs)
      for (; atMs < toMs; atMs += random.exponential(meanMs)) {
        arrivals.push({ atMs: Math.round(atMs), queue })
      }
    }
  }
  return arrivals.sort((a, b) => a.atMs - b.atMs)
}

function spellOf(day: BusinessDay, random: Random): Spell {
  const fromMs = random.between(day.startMs, day.endMs)
  return {
    queue: random.pick(queueKeys),
    fromMs,
    toMs: fromMs + random.between(...SPELL_MS),
    factor: random.between(...SPELL_FACTOR),
  }
}

function rateOf(queue: QueueKey, atMs: number, day: BusinessDay, spells: readonly Spell[]): number {
  if (!isOpen(queue, atMs, day)) return 0
  const spell = spells.find((one) => one.queue === queue && one.fromMs <= atMs && atMs < one.toMs)
  const perHour = queues[queue].demand.reduce(
    (sum, demand) => sum + valueAt(demand.perHour, localHourAt(atMs, demand.timeZone)),
    0,
  )
  return perHour * (spell?.factor ?? 1)
}

/** A curve of 24 hours between its hours. */
function valueAt(perHour: readonly number[], hour: number): number {
  const before = Math.floor(hour)
  const here = perHour[before] ?? 0
  const next = perHour[(before + 1) % perHour.length] ?? 0
  return here + (next - here) * (hour - before)
}

/** Whether a queue takes calls at an instant of a business day. */
export function isOpen(queue: QueueKey, atMs: number, day: BusinessDay): boolean {
  const { hours } = queues[queue]
  if (hours === null) return true
  const { timeZone, from, to } = hours
  return instantOf(day.date, from, timeZone) <= atMs && atMs < instantOf(day.date, to, timeZone)
}
