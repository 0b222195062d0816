import type { CounterId } from '../../../shared/counters.ts'
import type { Dimensions } from '../../../shared/entry.ts'
import type { EventData } from '../../../shared/events/event.ts'
import { isOf } from '../facts.ts'
import type { Settings } from '../settings.ts'
import { creditedTo, nothingDerived } from './account.ts'
import type { DeriveInput, Derived, Kind } from './kind.ts'
import { pricing } from './object.ts'

/** A cost: what leads, outreach or staff cost over a span, spread over it evenly. */
export const cost: Kind = { version: 1, derive: deriveCost }

type Cost = EventData<'cost.recorded'>

const counterOf: Readonly<Record<Cost['kind'], CounterId>> = {
  leads: 'leadCost',
  outreach: 'outreachCost',
  staff: 'staffCost',
}

function deriveCost({ standing, settings }: DeriveInput): Derived {
  const fact = standing.find((one) => isOf(one, 'cost.recorded'))
  if (!fact) return nothingDerived
  const { kind, amount: stated, from, to } = fact.data
  const { minorUnits, unpriced } = pricing(settings)
  const amount = minorUnits(stated, fact.atMs)
  const spread = { counter: counterOf[kind], detail: null, fromMs: from, toMs: to }
  return {
    ...nothingDerived,
    bookings: amount === null ? [] : [{ ...spread, amount, ...chargedTo(settings, fact.data) }],
    ...unpriced(),
  }
}

/** Whose cost it is: the agent's, of the team that it names, where the span begins. */
function chargedTo(settings: Settings, { agent, team, method, from }: Cost): Dimensions {
  const credit = creditedTo(settings, agent, from, { method })
  if (team === undefined) return credit
  return { ...credit, team, site: credit.site ?? settings.teamSite(team, from) }
}
