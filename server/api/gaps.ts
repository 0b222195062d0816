/** Stretches of time about which something is known to be missing. */
import type { Kysely } from 'kysely'
import { parseInstant } from '../../shared/events/fields.ts'
import { parseRecord } from '../books/recordText.ts'
import type { Tables } from '../database/schema.ts'
import type { SubjectRecord } from '../engine/subject.ts'

export type Gap = { fromMs: number; toMs: number; reason: string }
/** `source` null: the stream itself lost something. */
export type FeedGap = Gap & { source: string | null }

/** Every gap that the books know of: what feeds said that they missed, and what the stream lost. */
export async function readGaps(reading: Kysely<Tables>, center: string): Promise<FeedGap[]> {
  const lost = await reading
    .selectFrom('gap')
    .select(['fromMs', 'toMs', 'reason'])
    .where('center', '=', center)
    .execute()
  const systems = await reading
    .selectFrom('subject')
    .select('record')
    .where('center', '=', center)
    .where('kind', '=', 'system')
    .execute()
  return [
    ...lost.map((gap) => ({ ...gap, source: null })),
    ...systems.flatMap(({ record }) => missedBy(parseRecord(record))),
  ]
}

/** Gaps are facts of the feed's system. */
function missedBy({ facts }: Pick<SubjectRecord, 'facts'>): FeedGap[] {
  return facts
    .filter(({ type }) => type === 'source.gap')
    .flatMap(({ reports }) =>
      reports.flatMap(({ source, data }) => {
        const gap = gapOf(data)
        return gap ? [{ ...gap, source }] : []
      }),
    )
}

/** A gap's instants are numbers as the door leaves them, or texts where a fact was put by hand. */
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
