/** The narrowed counters that a center's own metrics are made from, and what counts in each. */
import type { CounterId } from '../../../shared/counters.ts'
import type { Directory } from '../../../shared/directory.ts'
import type { Dimensions } from '../../../shared/entry.ts'
import { ownMetrics } from '../../../shared/metrics/own.ts'
import { readsOf } from '../../../shared/metrics/reads.ts'
import { usualSettings } from '../../../shared/metrics/settings.ts'
import {
  hasFields,
  narrowedName,
  splitFilters,
  type SplitFilters,
} from '../../../shared/narrowing.ts'
import { scopeKinds } from '../../../shared/scope.ts'
import { readFor } from './balances.ts'

export type NarrowedKey = {
  /** As the wire names it: `handled?reason=billing`. */
  name: string
  counter: CounterId
  /** It names its channel itself: whoever watches another one sees it all the same. */
  ofAnyChannel: boolean
}
type Watched = NarrowedKey & { split: SplitFilters }

/** By the counter that is booked: the narrowed ones that such a booking may count in. */
export type NarrowedKeys = ReadonlyMap<CounterId, readonly Watched[]>

export function narrowedKeysOf(directory: Pick<Directory, 'metrics'>): NarrowedKeys {
  const metrics = [...ownMetrics(directory).values()].map((metric) => ({ metric, of: null }))
  const keys = new Map<CounterId, Watched[]>()
  for (const { filters, counters } of readsOf(metrics, scopeKinds, usualSettings).narrowed) {
    const split = splitFilters(filters)
    for (const [booked, asked] of readFor([...counters], filters)) {
      const own = asked.map((counter) => {
        const name = narrowedName(counter, filters)
        return { name, counter, ofAnyChannel: split.channel !== null, split }
      })
      keys.set(booked, [...(keys.get(booked) ?? []), ...own])
    }
  }
  return keys
}

/** The narrowed counters that a booking counts in. */
export function narrowedFor(
  keys: NarrowedKeys,
  of: Dimensions & { counter: CounterId; detail: string | null },
): readonly NarrowedKey[] {
  return (keys.get(of.counter) ?? []).filter(({ split }) => hasFields(split, of, of.detail))
}
