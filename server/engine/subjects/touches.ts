import type { Derived } from './kind.ts'
import { objectKey, splitReference } from './keys.ts'

/**
 * A word of ours with a lead or with its company: a dial, a mail that an agent wrote, or an activity.
 * Leads and accounts are fed it, for the first of them is their first response.
 */
export type TouchFeed = {
  touch: 'attempt' | 'message' | 'activity'
  /** Of an activity: its kind. */
  kind: string | null
  atMs: number
  /** The key of the agent; null: nobody's. */
  agent: string | null
}

/** What subjects of these kinds are fed under this id, or under one that begins with it. */
export const TOUCH = 'touch'

/**
 * The feeds of a touch to the lead that it names and to the account that it names; `id` tells
 * touches of one subject apart.
 */
export function touchFeeds(
  system: string,
  { leadId, account }: { leadId?: string | undefined; account?: string | undefined },
  id: string,
  data: TouchFeed,
): Derived['feeds'] {
  const to = (kind: string, reference: string | undefined): Derived['feeds'] => {
    if (reference === undefined) return []
    const { system: itsSystem, id: itsId } = splitReference(reference, system)
    return [{ to: objectKey(kind, itsSystem, itsId), id: `${TOUCH}/${id}`, data }]
  }
  return [...to('lead', leadId), ...to('customer', account)]
}
