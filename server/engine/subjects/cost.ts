import type { CounterId } from '../../../shared/counters.ts'
import { amountWithin, type Dimensions, type Span } from '../../../shared/entry.ts'
import type { EventData } from '../../../shared/events/event.ts'
import { DAY_MS } from '../../../shared/time.ts'
import { isOf } from '../facts.ts'
import type { Settings } from '../settings.ts'
import { creditedTo } from './account.ts'
import { nothingDerived } from './kind.ts'
import type { DeriveInput, Derived, Kind } from './kind.ts'
import { pricing } from './object.ts'

/** A cost: what leads, outreach or staff cost over a span, spread over it evenly. */
export const cost: Kind = { version: 2, derive: deriveCost }

/** An entry is spread over little more than a year at most; a longer cost is several. */
const LONGEST_ENTRY_MS = 365 * DAY_MS

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
  const account = { counter: counterOf[kind], detail: null, ...chargedTo(settings, fact.data) }
  return {
    ...nothingDerived,
    bookings:
      amount === null
        ? []
        : piecesOf({ fromMs: from, toMs: to }).map((piece) => ({
            ...account,
            ...piece,
            amount: amountWithin({ fromMs: from, toMs: to, amount }, piece),
          })),
    ...unpriced(),
  }
}

function piecesOf({ fromMs, toMs }: Span): Span[] {
  const count = Math.ceil((toMs - fromMs) / LONGEST_ENTRY_MS)
  return Array.from({ length: count }, (_, at) => {
    const startMs = fromMs + at * LONGEST_ENTRY_MS
    return { fromMs: startMs, toMs: Math.min(startMs + LONGEST_ENTRY_MS, toMs) }
  })
}

/** Whose cost it is: the agent's, of the team that it names, where the span begins. */
function chargedTo(settings: Settings, { agent, team, method, from }: Cost): Dimensions {
  const credit = creditedTo(settings, agent, from, { method })
  if (team === undefined) return credit
  return { ...credit, team, site: credit.site ?? settings.teamSite(team, from) }
}
