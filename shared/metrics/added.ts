import type { CounterId } from '../counters.ts'
import type { Figures, PartSum } from './evaluate.ts'

/**
 * The figures of several centers as those of one: each counter's sum is the sum of their sums, each
 * detail's as well. A formula over them is what it would be had all of it been one center's, so a
 * ratio is weighted as it should be, and a percentile is of all of the histograms together.
 *
 * There is no live state in it and nothing that is lacking: both are of one center. Settings are the
 * first one's. A span that one of them has nothing to compare with has none here. Null for no centers.
 */
export function addedFigures(all: readonly Figures[]): Figures | null {
  const [first] = all
  if (!first) return null
  const sum = (of: (figures: Figures) => PartSum): PartSum =>
    all.map(of).reduce(plus, { booked: 0, live: 0 })
  return {
    balance: (counter) => sum((figures) => figures.balance(counter)),
    details: (counter) => addedDetails(all, counter),
    level: (counter) => sum((figures) => figures.level(counter)),
    narrowed: (filters) => {
      const narrowed = all.map((figures) => figures.narrowed(filters))
      return {
        balance: (counter) =>
          narrowed.map((own) => own.balance(counter)).reduce(plus, { booked: 0, live: 0 }),
      }
    },
    related: (relation) => {
      const related = all.flatMap((figures) => figures.related(relation) ?? [])
      return related.length === all.length ? addedFigures(related) : null
    },
    settings: first.settings,
    live: { visits: [], agents: [], legs: [], staffing: new Map() },
    nowMs: first.nowMs,
    lacking: new Map(),
  }
}

const plus = (a: PartSum, b: PartSum): PartSum => ({
  booked: a.booked + b.booked,
  live: a.live + b.live,
})

function addedDetails(all: readonly Figures[], counter: CounterId): ReadonlyMap<string, number> {
  const added = new Map<string, number>()
  for (const figures of all) {
    for (const [detail, amount] of figures.details(counter)) {
      added.set(detail, (added.get(detail) ?? 0) + amount)
    }
  }
  return added
}
