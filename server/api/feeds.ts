/** How each feed of a center is doing: put together from the door, the books and the directory. */
import type { Directory } from '../../shared/directory.ts'
import type { FeedGap, Gap } from './gaps.ts'
import type { FeedCount } from '../stream/feedCounts.ts'
import type { KeptRejection } from '../stream/rejectedEvents.ts'

/** The newest rejected events from which reasons are told; the list itself has all that are kept. */
export const LOOKED_AT = 200
/** A damaged file has one reason a thousand times; few feeds have many reasons. */
const MAX_REASONS = 10
/** Those before have been looked into, or never will be. */
const MAX_GAPS = 50

export type Reason = { reason: string; count: number }

export type FeedStatus = {
  /** Null: events that named no source. */
  source: string | null
  /** The latest instant that it told of, and when we heard from it last; null: never. */
  lastEventAtMs: number | null
  lastReceivedAtMs: number | null
  /** How much later than the newest it told of we heard of it; null: it never told of anything. */
  lagMs: number | null
  accepted: number
  duplicates: number
  conflicting: number
  rejected: number
  keptApart: number
  /** The commonest reasons of its newest rejected events. */
  reasons: Reason[]
  /** What it says that it missed, the newest first. */
  gaps: Gap[]
  connector: string | null
  enabled: boolean | null
  /** What it never reports, by event type. */
  lacks: string[]
  /** What its connector says that it does; null: it runs elsewhere, or there is none. */
  doing: string | null
}

/** Every feed that was heard of or is in the directory, by source, those without one last. */
export function feedStatuses(known: {
  counts: readonly FeedCount[]
  directory: Directory
  rejections: readonly KeptRejection[]
  gaps: readonly FeedGap[]
  connectors: ReadonlyMap<string, string>
}): FeedStatus[] {
  const { counts, directory, rejections, gaps, connectors } = known
  const counted = new Map(counts.map((count) => [count.source, count]))
  const listed = new Map(directory.sources.map((source) => [source.source, source]))
  const gapsOf = bySourceOf(gaps)
  const sources = [...new Set([...counted.keys(), ...listed.keys()])]
  return sources.sort(bySource).map((source): FeedStatus => {
    const count = counted.get(source)
    const entry = source === null ? undefined : listed.get(source)
    const lastEventAtMs = count?.lastEventAtMs ?? null
    const lastReceivedAtMs = count?.lastReceivedAtMs ?? null
    return {
      source,
      lastEventAtMs,
      lastReceivedAtMs,
      lagMs:
        lastEventAtMs === null || lastReceivedAtMs === null
          ? null
          : Math.max(0, lastReceivedAtMs - lastEventAtMs),
      accepted: count?.accepted ?? 0,
      duplicates: count?.duplicates ?? 0,
      conflicting: count?.conflicting ?? 0,
      rejected: count?.rejected ?? 0,
      keptApart: count?.keptApart ?? 0,
      reasons: reasonsOf(rejections.filter((rejection) => rejection.source === source)),
      gaps: source === null ? [] : (gapsOf.get(source) ?? []),
      connector: entry?.connector ?? null,
      enabled: entry?.enabled ?? null,
      lacks: entry?.lacks ?? [],
      doing: source === null ? null : (connectors.get(source) ?? null),
    }
  })
}

function bySource(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return a < b ? -1 : 1
}

/** Reasons by how often they occur, the field before the words. */
export function reasonsOf(rejections: readonly Pick<KeptRejection, 'errors'>[]): Reason[] {
  const counts = new Map<string, number>()
  for (const { errors } of rejections) {
    const [first] = errors
    if (!first) continue
    const reason = first.path === '' ? first.message : `${first.path}: ${first.message}`
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
    .slice(0, MAX_REASONS)
}

/** What each feed missed, the newest first. */
function bySourceOf(gaps: readonly FeedGap[]): Map<string, Gap[]> {
  const of = new Map<string, Gap[]>()
  for (const { source, ...gap } of [...gaps].sort((a, b) => b.toMs - a.toMs)) {
    const known = source === null ? null : (of.get(source) ?? [])
    if (source === null || !known || known.length >= MAX_GAPS) continue
    of.set(source, [...known, gap])
  }
  return of
}
