/** When people who do not take calls work: office hours, and who is there. */
import { Temporal } from 'temporal-polyfill'
import { DAY_MS, HOUR_MS } from '../../../shared/time.ts'
import { businessDayAt } from '../businessDay.ts'
import { sites, teams, type SiteKey, type TeamKey } from '../center.ts'
import { people, type Person } from '../people.ts'
import { randomOf, type Random } from '../random.ts'
import { shiftsOf, type Shift } from '../shifts.ts'

const OPENS_HOUR = 9
const CLOSES_HOUR = 18
/** What came in out of hours is seen to in the first of them. */
const MORNING_MS = 1.5 * HOUR_MS

/** How far a site's clock is ahead of UTC, by UTC day: asked for many times of a few days. */
const offsets = new Map<string, number>()
/** More days than a run of the simulator looks at would only fill memory. */
const MAX_OFFSETS = 2_000

function offsetMs(site: SiteKey, atMs: number): number {
  const utcDay = Math.floor(atMs / DAY_MS)
  const key = `${site} ${utcDay}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  const noon = Temporal.Instant.fromEpochMilliseconds(utcDay * DAY_MS + DAY_MS / 2)
  const found = noon.toZonedDateTimeISO(sites[site].timeZone).offsetNanoseconds / 1e6
  if (offsets.size >= MAX_OFFSETS) offsets.clear()
  offsets.set(key, found)
  return found
}

/** The instant itself where a site's office is open then, else one in the next morning. */
export function inOffice(
  site: SiteKey,
  atMs: number,
  random: Random,
  hours: readonly [opens: number, closes: number] = [OPENS_HOUR, CLOSES_HOUR],
): number {
  const localMs = atMs + offsetMs(site, atMs)
  const intoDayMs = ((localMs % DAY_MS) + DAY_MS) % DAY_MS
  const [opens, closes] = hours
  if (intoDayMs >= opens * HOUR_MS && intoDayMs < closes * HOUR_MS) return Math.round(atMs)
  const midnightMs = atMs - intoDayMs + (intoDayMs >= closes * HOUR_MS ? DAY_MS : 0)
  return Math.round(midnightMs + opens * HOUR_MS + random.between(0, MORNING_MS))
}

/** An instant in the office hours of a local day of a site. */
export function officeInstant(site: SiteKey, dayMs: number, random: Random): number {
  const noonMs = dayMs + DAY_MS / 2
  const midnightUtcMs = Math.floor((noonMs + offsetMs(site, noonMs)) / DAY_MS) * DAY_MS
  const hour = random.between(OPENS_HOUR, CLOSES_HOUR)
  return Math.round(midnightUtcMs - offsetMs(site, noonMs) + hour * HOUR_MS)
}

/** The people of teams, in their order. */
export const peopleIn = (...keys: readonly TeamKey[]): readonly Person[] =>
  people.filter(({ team }) => keys.includes(team))

export const siteOf = ({ team }: Person): SiteKey => teams[team].site

/** The shifts of a business day: the same that its floor works by. */
function shiftsOn(seed: number, date: string, startMs: number, endMs: number): Shift[] {
  return shiftsOf({ date, startMs, endMs }, randomOf(`${seed}/${date}/people`))
}

/** Who works when, remembered for the days that are asked for. */
export function createRota(seed: number) {
  const byDate = new Map<string, readonly Shift[]>()
  return {
    /** Somebody of these teams whose shift an instant is in; null: nobody works then. */
    somebodyAt: (atMs: number, keys: readonly TeamKey[], random: Random): Person | null => {
      const { date, startMs, endMs } = businessDayAt(atMs)
      let shifts = byDate.get(date)
      if (!shifts) {
        if (byDate.size > 20) byDate.clear()
        shifts = shiftsOn(seed, date, startMs, endMs)
        byDate.set(date, shifts)
      }
      const there = shifts.filter(({ person, spans }) => {
        const first = spans[0]
        const last = spans.at(-1)
        return (
          keys.includes(person.team) &&
          first !== undefined &&
          last !== undefined &&
          first.fromMs <= atMs &&
          atMs < last.toMs
        )
      })
      return there.length === 0 ? null : random.pick(there).person
    },
  }
}
export type Rota = ReturnType<typeof createRota>
