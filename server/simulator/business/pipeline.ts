/** The way of the simulated business from a lead to a contract: its stages, and how many go on. */
import { DAY_MS, HOUR_MS } from '../../../shared/time.ts'

/** The one pipeline, as the directory has it; leads have stages of their own, mql and sql. */
export const PIPELINE = 'inside-sales'
export const stages = [
  { name: 'Qualified', order: 1, probability: 0.15, standard: 'one' },
  { name: 'Needs analysis', order: 2, probability: 0.25 },
  { name: 'Proposal', order: 3, probability: 0.45, standard: 'two' },
  { name: 'Negotiation', order: 4, probability: 0.7 },
] as const
export type StageName = (typeof stages)[number]['name']

export type Days = readonly [least: number, most: number]

/** Which of those in a stage reach the next one (the last: a contract), and how long it takes. */
export const goOn: Readonly<Record<StageName, { share: number; days: Days }>> = {
  Qualified: { share: 0.82, days: [1, 5] },
  'Needs analysis': { share: 0.74, days: [2, 7] },
  Proposal: { share: 0.74, days: [2, 8] },
  Negotiation: { share: 0.74, days: [1, 7] },
}
/** How long it takes until one that does not go on is given up. */
export const LOST_DAYS: Days = [2, 10]

/** Leads: who is spoken to, and of these who goes on. */
export const leadRates = {
  contacted: 0.93,
  mql: 0.68,
  sql: 0.62,
  appointment: 0.72,
  validAppointment: 0.8,
  disqualified: 0.75,
} as const
export const origins = [
  { origin: 'inbound', share: 0.5 },
  { origin: 'outbound', share: 0.36 },
  { origin: 'referral', share: 0.14 },
] as const
/** The median of a first response to an inbound lead, in office hours. */
export const RESPONSE_MEDIAN_MS = 0.6 * HOUR_MS
export const RESPONSE_SIGMA = 1
/** A first response to the others is planned. */
export const PLANNED_DAYS: Days = [0.1, 2.5]

/** Nothing that begins on a day goes on for longer than this. */
export const LONGEST_STORY_MS = 130 * DAY_MS
