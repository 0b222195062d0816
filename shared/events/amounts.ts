import type { Event } from './event.ts'
import type { Money } from './fields.ts'

/** The amounts of money that an event states, and where in it. */
export function amountsIn(event: Event): { path: string; amount: Money }[] {
  switch (event.type) {
    case 'opportunity.changed':
    case 'quote.changed':
    case 'cost.recorded':
      return stated(['data.amount', event.data.amount])
    case 'customer.changed':
      return stated(['data.monthly', event.data.monthly], ['data.amount', event.data.amount])
    case 'order.changed':
      return stated(
        ['data.amount', event.data.amount],
        ...(event.data.lines ?? []).flatMap(({ amount, cost }, n): Place[] => [
          [`data.lines.${String(n)}.amount`, amount],
          [`data.lines.${String(n)}.cost`, cost],
        ]),
      )
    default:
      return []
  }
}

type Place = [path: string, amount: Money | undefined]

const stated = (...places: Place[]) =>
  places.flatMap(([path, amount]) => (amount === undefined ? [] : [{ path, amount }]))

/** Whether an event of a type, as sent, can state amounts. */
export const statesAmounts = (type: string): boolean => priced.test(type)
const priced =
  /(?:^|\.)(?:opportunity\.changed|quote\.changed|order\.changed|customer\.changed|cost\.recorded)$/
