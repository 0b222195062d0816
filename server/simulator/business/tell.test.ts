import { describe, expect, it } from 'vitest'
import { naturalKey } from '../../../shared/events/key.ts'
import { parseEvent } from '../../../shared/events/parse.ts'
import { DAY_MS } from '../../../shared/time.ts'
import { businessDayAt } from '../businessDay.ts'
import type { Told } from '../told.ts'
import { LONGEST_STORY_MS } from './pipeline.ts'
import { tellBusiness, type BusinessOptions } from './tell.ts'

/** Telling months takes seconds where the machine is busy. */
const LIMIT = { timeout: 240_000 }

const untilMs = Date.UTC(2026, 10, 21, 12)
const bornFromMs = untilMs - 60 * DAY_MS

function told(options: Partial<BusinessOptions> = {}): Told[] {
  const whole = { seed: 1, bornFromMs, mailFromMs: untilMs - 10 * DAY_MS, fromMs: null, untilMs }
  return [...tellBusiness({ ...whole, ...options })]
}

describe('the business beside the floor', LIMIT, () => {
  const all = told()

  it('tells events of the contract, in the order of time, each with an id of its own', () => {
    expect(all.filter(({ event }) => !parseEvent(event).ok)).toEqual([])
    expect(new Set(all.map(({ event }) => event.id)).size).toBe(all.length)
    expect(all.filter(({ atMs }, i) => i > 0 && atMs < all[i - 1]!.atMs)).toEqual([])
  })

  it('states every fact once', () => {
    const seen = new Set<string>()
    const twice = all.filter(({ event, atMs }) => {
      const parsed = parseEvent(event)
      if (!parsed.ok) return true
      // Two changes of one object at one instant, or a status that is said twice.
      const key = `${event.type} ${naturalKey(parsed.event)} ${atMs}`
      return seen.size === seen.add(key).size
    })
    expect(twice).toEqual([])
  })

  it('speaks of each object only after its beginning', () => {
    const begun = new Set<string>()
    const orphans = all.filter(({ event: { type, data } }) => {
      const [id, isFirst] =
        type === 'lead.changed'
          ? [data['leadId'], data['change'] === 'created']
          : type === 'opportunity.changed'
            ? [data['opportunityId'], data['change'] === 'created']
            : type === 'order.changed'
              ? [data['orderId'], data['change'] === 'placed']
              : type === 'quote.changed'
                ? [data['quoteId'], data['change'] === 'requested']
                : type === 'message.tracked'
                  ? [data['messageId'], false]
                  : [data['messageId'], type === 'message.recorded']
      if (typeof id !== 'string') return false
      if (isFirst) begun.add(id)
      return !begun.has(id)
    })
    expect(orphans).toEqual([])
  })

  it('is the same from any day on, for whoever has heard what was before', () => {
    const fromMs = untilMs - 20 * DAY_MS
    const later = told({ fromMs })
    expect(later).toEqual(all.filter(({ atMs }) => atMs >= fromMs))
  })

  it('ends every story within the limit that a restart goes back', () => {
    const born = new Map<string, number>()
    for (const { story, atMs } of all) {
      if (!born.has(story)) born.set(story, atMs)
    }
    const lives = all
      .filter(({ story }) => !story.startsWith('opening'))
      .map(({ story, atMs }) => atMs - (born.get(story) ?? atMs))
    expect(Math.max(...lives)).toBeGreaterThan(20 * DAY_MS)
    expect(Math.max(...lives)).toBeLessThan(LONGEST_STORY_MS)
  })

  it('tells nothing of the days after the last', () => {
    expect(all.at(-1)!.atMs).toBeLessThan(businessDayAt(untilMs).endMs)
  })

  it('is another for another seed', () => {
    const ids = new Set(all.map(({ event }) => event.id))
    expect(told({ seed: 2 }).filter(({ event }) => ids.has(event.id))).toEqual([])
  })
})
