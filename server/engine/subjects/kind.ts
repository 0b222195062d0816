import type { Accrual, Account } from '../../../shared/entry.ts'
import { nothingLive } from '../../../shared/live.ts'
import type { Live } from '../../../shared/live.ts'
import type { Retractions, Standing } from '../facts.ts'
import type { Settings } from '../settings.ts'
import type { Fact, Fed, SubjectKey } from '../subject.ts'

/**
 * A kind of subject: its name, and the function that says what its facts add up to. The function
 * is pure and takes the facts whole; late, doubled, reordered, amended and retracted facts need no
 * code of their own in it.
 */
export type Kind = {
  /** Add one whenever `derive` would book the same facts differently. */
  version: number
  derive: (input: DeriveInput) => Derived
}

export type DeriveInput = {
  key: SubjectKey
  /** Every fact with its reports, in no order. */
  facts: readonly Fact[]
  /** The facts as they stand, in their order. */
  standing: readonly Standing[]
  /** What other subjects derived for this one. */
  fed: readonly Fed[]
  settings: Settings
  /** When the system was restarted, oldest first. */
  restarts: readonly number[]
  retractions: Retractions
  /** Of an agent's time; null: it is another subject. */
  agentTime: AgentTimePlace | null
}

/** Where an agent's time stands: whose it is, when it begins, what follows, what was planned. */
export type AgentTimePlace = {
  agent: string
  startMs: number
  next: { key: SubjectKey; startMs: number } | null
  plans: readonly Fed[]
}

/** A booking as a function derives it; `subject` is whom it is about, where not the subject itself. */
export type Booking = Account & { amount: number; subject?: SubjectKey }

export type Derived = {
  bookings: readonly Booking[]
  accruals: readonly Accrual[]
  live: Live
  feeds: readonly { to: SubjectKey; id: string; data: Readonly<Record<string, unknown>> }[]
  open: boolean
  unopened: number
  flags: readonly string[]
  /** Ids of its parts, in its system, by which a retraction may mean them. */
  parts: readonly string[]
  silentAtMs: number | null
}

/** What a subject derives that says nothing; others say what differs. */
export const nothingDerived: Derived = {
  bookings: [],
  accruals: [],
  live: nothingLive,
  feeds: [],
  open: false,
  unopened: 0,
  flags: [],
  parts: [],
  silentAtMs: null,
}
