/**
 * The simulated business beside the floor: leads, deals, orders, customers, mail, in the order of
 * time. Its stories begin on a day and go on for days or weeks, so it is told from the births on:
 * what is born on a day is a function of the seed and the date alone.
 */
import { businessDayAt, type BusinessDay } from '../businessDay.ts'
import type { Told } from '../told.ts'
import { accountsOf, createLives, tellOpening } from './accounts.ts'
import { tellOffers } from './deals.ts'
import { tellLeads } from './leads.ts'
import { tellMail } from './mail.ts'
import { tellColleagues, tellCosts, tellMarketing } from './marketing.ts'
import { createRota } from './office.ts'
import { tellOrderDesk } from './orders.ts'
import { tellOutreach } from './outreach.ts'
import type { Births } from './story.ts'

export type BusinessOptions = {
  seed: number
  /** The first day whose stories are told, by an instant in it, in UTC milliseconds. */
  bornFromMs: number
  /** The same for mail: much of it, and soon over. */
  mailFromMs: number
  /** From when on; stories that began before it go on in the middle. Null: every story whole. */
  fromMs: number | null
  /** The last day that is told, by an instant in it; null: there is no last one. */
  untilMs: number | null
}

/** Endless where there is no last day; made as it is asked for. */
export function* tellBusiness(options: BusinessOptions): Generator<Told, void> {
  const { seed, fromMs, untilMs } = options
  const accounts = accountsOf(seed)
  const lives = createLives(seed, accounts)
  const rota = createRota(seed)
  const isTold = ({ atMs }: Told): boolean => fromMs === null || atMs >= fromMs
  let ahead: Told[] = []
  let day = businessDayAt(options.bornFromMs)
  if (fromMs === null) tellOpening({ ...birthsOf(seed, day), told: ahead }, accounts)
  while (untilMs === null || day.startMs <= untilMs) {
    const births = birthsOf(seed, day)
    lives.tell(births)
    tellLeads(births, accounts)
    tellOffers(births, accounts)
    tellOrderDesk(births, accounts)
    tellMarketing(births, accounts)
    tellCosts(births)
    tellColleagues(births)
    if (day.endMs > options.mailFromMs) {
      tellMail(births, rota)
      tellOutreach(births, accounts)
    }
    ahead.push(...births.told.filter(isTold))
    // Nothing that begins later lies before the next day.
    const { endMs } = day
    yield* inOrder(ahead.filter(({ atMs }) => atMs < endMs))
    ahead = ahead.filter(({ atMs }) => atMs >= endMs)
    day = businessDayAt(endMs)
  }
}

const birthsOf = (seed: number, { date, startMs, endMs }: BusinessDay): Births => ({
  ...{ seed, date, startMs, endMs, told: [] },
})

/** What was told first of one instant stays first. */
const inOrder = (told: readonly Told[]): Told[] => [...told].sort((a, b) => a.atMs - b.atMs)
