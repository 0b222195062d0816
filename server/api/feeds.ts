/** How each feed of a center is doing: put together from the door, the books and the directory. */
import type { Kysely } from 'kysely'
import type { Directory } from '../../shared/directory.ts'
import { parseInstant } from '../../shared/events/fields.ts'
import type { Tables } from '../database/schema.ts'
import type { SubjectRecord } from '../engine/subject.ts'
import type { FeedCount } from '../stream/feedCounts.ts'
import type { KeptRejection } from '../stream/rejectedEvents.ts'

/** The newest rejected events from which reasons are told; the list itself has all that are kept. */
export const LOOKED_AT = 200
/** A damaged file has one reason a thousand times; few feeds have many reasons. */
const MAX_REASONS = 10
const MAX_GAPS = 50

export type Gap = { fromMs: number; toMs: number; reason: string }
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
  gaps: ReadonlyMap<string, Gap[]>
  connectors: ReadonlyMap<string, string>
}): FeedStatus[] {
  const { counts, directory, rejections, gaps, connectors } = known
  const counted = new Map(counts.map((count) => [count.source, count]))
  const listed = new Map(directory.sources.map((source) => [source.source, source]))
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
      gaps: source === null ? [] : (gaps.get(source) ?? []),
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

/** What feeds said that they missed, by source: facts of their systems. */
export async function readGaps(
  reading: Kysely<Tables>,
  center: string,
): Promise<Map<string, Gap[]>> {
  const rows = await reading
    .selectFrom('subject')
    .select('record')
    .where('center', '=', center)
    .where('kind', '=', 'system')
    .execute()
  const gaps = new Map<string, Gap[]>()
  for (const { record } of rows) {
    // The keeper wrote it.
    const { facts } = JSON.parse(record) as SubjectRecord
    for (const { type, reports } of facts) {
      if (type !== 'source.gap') continue
      for (const { source, data } of reports) {
        const gap = gapOf(data)
        if (gap) gaps.set(source, [...(gaps.get(source) ?? []), gap])
      }
    }
  }
  for (const [source, all] of gaps) {
    gaps.set(source, all.sort((a, b) => b.toMs - a.toMs).slice(0, MAX_GAPS))
  }
  return gaps
}

/** A gap's instants are parsed, or as they were sent, by how the fact was stored. */
function gapOf(data: Readonly<Record<string, unknown>>): Gap | null {
  const fromMs = instantOf(data['from'])
  const toMs = instantOf(data['to'])
  const { reason } = data as { reason?: unknown }
  if (fromMs === null || toMs === null) return null
  return { fromMs, toMs, reason: typeof reason === 'string' ? reason : '' }
}

function instantOf(value: unknown): number | null {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? parseInstant(value) : null
}
