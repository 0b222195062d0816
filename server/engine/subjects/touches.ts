import type { Fed } from '../subject.ts'
import type { Derived } from './kind.ts'
import { objectKey, splitReference } from './keys.ts'

/**
 * A word of ours with a lead or with its company: a dial, a mail that an agent wrote, or an activity
 * of ours. Leads are fed it, for the first of them is their first response.
 */
export type TouchFeed = {
  touch: 'attempt' | 'message' | 'activity'
  /** Of an activity: its kind. */
  kind: string | null
  atMs: number
  /** The key of the agent; null: nobody's. */
  agent: string | null
  /** The campaign that it was part of; left out: none is named. */
  campaign?: string
}

/** What subjects of these kinds are fed under this id, or under one that begins with it. */
const TOUCH = 'touch'

/**
 * The feed of a touch to the lead that it names, else to the account that it names, whose leads are
 * all meant then; `id` tells touches of one subject apart.
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
  return leadId === undefined ? to('customer', account) : to('lead', leadId)
}

/** The touches that a lead, or an account, is fed. */
export const touchesIn = (fed: readonly Fed[]): TouchFeed[] =>
  fed
    .filter(({ id }) => id === TOUCH || id.startsWith(`${TOUCH}/`))
    // Fed by our own subjects, by this type.
    .map(({ data }) => data as TouchFeed)

/** When a lead, or an account, was touched, by what it is fed; in order. */
export const touchesOf = (fed: readonly Fed[]): number[] =>
  touchesIn(fed)
    .map(({ atMs }) => atMs)
    .sort((a, b) => a - b)
