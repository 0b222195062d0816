/** Reading the books at one committed place: every figure of an answer is of the same instant. */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { emptyDirectory } from '../../../shared/directory.ts'
import type { Database } from '../../database/database.ts'
import { ALL_SUMMED_MS, NOT_ANEW, type Tables } from '../../database/schema.ts'
import { noHorizon, type Horizon } from '../../engine/horizon.ts'
import { START, type Place } from '../../stream/eventLog.ts'
import { createCalendar, type Calendar } from '../calendar.ts'

/** The books of a center as they were committed, for as long as the reading lasts. */
export type Committed = {
  reading: Kysely<Tables>
  center: string
  /** Of the keeper that wrote last; 0 where nothing was ever written. */
  epoch: number
  /** Up to here the stream is in what is read. */
  place: Place
  committedAtMs: number
  /** Whether what was booked by an older directory or release is being judged anew. */
  isJudgedAnew: boolean
  /** From when on details are there: entries, and contacts with their facts. */
  horizon: Horizon
  /** Up to where balances of quarters, days and months are summed up; later: minutes alone. */
  summedToMs: number
  /** By which the stored balances of days and months begin. */
  calendar: Calendar
}

/** Runs `work` on one consistent state of a center's books; those of an unknown center are empty. */
export function readCommitted<Result>(
  database: Pick<Database, 'read'>,
  center: string,
  work: (committed: Committed) => Promise<Result>,
): Promise<Result> {
  return database.read(async (reading) => {
    const row = await reading
      .selectFrom('center')
      .select(['epoch', 'place', 'committedAtMs', 'calendar', 'anewAfter'])
      .select(['detailsFromMs', 'detailsBeforeMs', 'summedToMs'])
      .where('center', '=', center)
      .executeTakeFirst()
    return work({
      reading,
      center,
      epoch: row?.epoch ?? 0,
      place: row?.place ?? START,
      committedAtMs: row?.committedAtMs ?? 0,
      isJudgedAnew: row !== undefined && row.anewAfter !== NOT_ANEW,
      horizon: row ? { fromMs: row.detailsFromMs, beforeMs: row.detailsBeforeMs } : noHorizon,
      summedToMs: row?.summedToMs ?? ALL_SUMMED_MS,
      calendar: calendarOf(row?.calendar ?? ''),
    })
  })
}

/** What the keeper writes of its calendar; a center that has none yet keeps days by UTC. */
const StoredCalendar = z.object({ timeZone: z.string(), businessDayStart: z.string() })

/** A calendar finds its spans once and keeps them: one for each text that occurs. */
const calendars = new Map<string, Calendar>()
/** Each center has one; more are changes of zone, of which the old ones may go. */
const MAX_CALENDARS = 100

function calendarOf(text: string): Calendar {
  const known = calendars.get(text)
  if (known) return known
  const stored = text === '' ? {} : StoredCalendar.parse(JSON.parse(text))
  const calendar = createCalendar({ ...emptyDirectory.center, ...stored })
  if (calendars.size >= MAX_CALENDARS) calendars.clear()
  calendars.set(text, calendar)
  return calendar
}
