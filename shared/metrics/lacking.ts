import type { Need } from '../counters/counter.ts'

/**
 * What no feed of a scope reports: the type of event, and the feed that would be the one to. A
 * metric that needs it is n/a, never 0.
 */
export type Lacking = ReadonlyMap<string, string>

/** A feed, and the types of event that it never sends. */
export type Feed = { source: string; lacks: readonly string[] }

/**
 * What a scope's feeds cannot say: the types that *every* one of them lacks, for one that reports a
 * fact is enough (a queue log without holds beside a live feed with them). Named is the feed that
 * comes nearest, the first that lacks the fewest events of the family: that a CRM says nothing of
 * wrap-ups is no news, that the telephone system says nothing is.
 */
export function lackingOf(feeds: readonly Feed[]): Lacking {
  const [first, ...others] = feeds
  if (!first) return new Map()
  const missing = others.reduce((common, feed) => {
    const lacks = new Set(feed.lacks)
    return common.filter((type) => lacks.has(type))
  }, first.lacks)

  return new Map(
    missing.map((type) => {
      const family = type.slice(0, type.indexOf('.') + 1)
      const lackedBy = ({ lacks }: Feed) => lacks.filter((each) => each.startsWith(family)).length
      const nearest = others.reduce(
        (best, feed) => (lackedBy(feed) < lackedBy(best) ? feed : best),
        first,
      )
      return [type, nearest.source]
    }),
  )
}

/** The first need that nobody meets, and whose it would be; null where all are met. */
export function firstLacking(
  needs: readonly Need[],
  lacking: Lacking,
): { lacks: string; source: string } | null {
  for (const need of needs) {
    const [type] = need
    if (type === undefined || !need.every((each) => lacking.has(each))) continue
    return { lacks: type, source: lacking.get(type) ?? '' }
  }
  return null
}
