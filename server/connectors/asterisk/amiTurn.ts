import type { EventType } from '../../../shared/events/event.ts'
import type { AmiState, Channel } from './amiState.ts'
import type { SentData } from './reading.ts'

/** One packet in the hands of the function that understands it. */
export type Turn = {
  state: AmiState
  settings: AmiTranslation
  /** When it happened: the packet's Timestamp, else its receipt. */
  atMs: number
  /** When it was received, by which waiting is measured. */
  receivedAtMs: number
  /** A header's value by its name in lower case; '' where there is none. */
  get: (name: string) => string
  say: <Type extends EventType>(
    type: Type,
    data: SentData<Type>,
    how?: { atMs?: number; precision?: 's'; amends?: boolean },
  ) => void
}

export type AmiTranslation = {
  /**
   * A queue_log of the same system is read too. Then calls that were under way when the connection
   * began are left to it: which of its visits they are cannot be known here.
   */
  besideQueueLog: boolean
}

/** Why a packet gave no event; null where it was understood. */
export type Fate = { skipped: string } | { rejected: string } | null

export const EARLIER: Fate = { skipped: 'about a call that began before this connection' }

export const lacks = (what: string): Fate => ({ rejected: `without ${what}` })

const number = /^-?\d{1,15}$/

/** A whole number as written; null where the header is missing or none. */
export function whole(text: string): number | null {
  return number.test(text) ? Number(text) : null
}

/** What is known of a channel; one that was there before us is taken in as it is. */
export function channelOf(turn: Turn, uid: string): Channel {
  const known = turn.state.channels.get(uid)
  if (known) return known
  const channel: Channel = {
    name: turn.get('channel'),
    linkedId: turn.get('linkedid'),
    number: turn.get('calleridnum'),
    startedAtMs: turn.atMs,
    seen: false,
    incoming: false,
    twin: null,
    hangupRequested: false,
    visits: 0,
    last: null,
  }
  turn.state.channels.set(uid, channel)
  return channel
}
