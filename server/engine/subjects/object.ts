import type { EventType } from '../../../shared/events/event.ts'
import type { Money } from '../../../shared/events/fields.ts'
import { isOf } from '../facts.ts'
import type { Standing } from '../facts.ts'
import type { Settings } from '../settings.ts'

/** What objects of the CRM and the order desk have in common: changes, who had them, amounts. */

/** Types of facts that say what changed about an object. */
type ChangeType = Extract<
  EventType,
  'lead.changed' | 'opportunity.changed' | 'quote.changed' | 'order.changed' | 'customer.changed'
>

/**
 * What changed about an object, in order. Changes of one instant that their source did not order
 * happened in the order of `life`.
 */
export function changesOf<Type extends ChangeType>(
  standing: readonly Standing[],
  type: Type,
  life: readonly Standing<Type>['data']['change'][],
): Standing<Type>[] {
  const changes = standing.filter((fact) => isOf(fact, type))
  const isOrdered = (a: Standing, b: Standing): boolean =>
    a.source === b.source && a.sequence !== null && b.sequence !== null
  return changes.sort(
    (a, b) =>
      a.atMs - b.atMs ||
      (isOrdered(a, b) ? 0 : life.indexOf(a.data.change) - life.indexOf(b.data.change)),
  )
}

/** Whose an object was once a change had happened: the last agent named up to it. */
export function agentSince(
  changes: readonly Standing<ChangeType>[],
  change: Standing<ChangeType>,
): string | null {
  const upTo = changes.slice(0, changes.indexOf(change) + 1)
  return upTo.findLast(({ data }) => data.agent !== undefined)?.data.agent ?? null
}

/** What a subject's amounts are worth, and which of them cannot be told yet. */
export type Pricing = {
  /** Minor units of the center's currency; null: not said, or without a rate. */
  minorUnits: (amount: Money | undefined, atMs: number) => number | null
  /**
   * Of the subject: what has no rate, for the administrator. It stays open then, so that it is
   * taken again with the directory that has one.
   */
  unpriced: () => { flags: string[]; open: boolean }
}

export function pricing(settings: Settings): Pricing {
  const lacking = new Set<string>()
  return {
    minorUnits: (amount, atMs) => {
      if (amount === undefined) return null
      const minorUnits = settings.minorUnits(amount, atMs)
      if (minorUnits === null) lacking.add(amount.currency)
      return minorUnits
    },
    unpriced: () => ({
      flags: [...lacking].map((currency) => `an amount in ${currency} has no exchange rate`),
      open: lacking.size > 0,
    }),
  }
}
