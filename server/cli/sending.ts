/** Sends events in batches, and keeps count of what became of each. */
import type { Place } from '../stream/eventLog.ts'
import { Verdict, type Connection } from './connection.ts'

/** An event, and where it stood in what was read: `queue_log:17`; null: the format does not say. */
export type Item = { event: unknown; where: string | null }

/** What was refused for one reason: how often, and the first of them. */
export type Refusals = { reason: string; count: number; first: string }

export type Tally = {
  accepted: number
  duplicates: number
  /** Of these, those that may be our own: sent again when the answer to the first try was lost. */
  resent: number
  rejected: number
  refusals: ReadonlyMap<string, Refusals>
  /** Where the last of what was accepted lies in the stream; null: nothing is there. */
  place: Place | null
}

export type Sender = {
  /** Takes an event; sends what has gathered when that is a batch. */
  add: (item: Item) => Promise<void>
  /** Sends what has gathered. */
  flush: () => Promise<void>
  /** How many events wait to be sent. */
  waiting: () => number
  tally: Tally
}

/** Sent at once; the server folds so many in a moment. */
const BATCH_EVENTS = 1_000
/** Well below what the server takes in one body. */
const BATCH_BYTES = 1024 * 1024

type Sized = Item & { json: string }

export function createSender(connection: Connection): Sender {
  const refusals = new Map<string, Refusals>()
  const tally = {
    ...{ accepted: 0, duplicates: 0, resent: 0, rejected: 0, refusals },
    place: null as Place | null,
  }
  let batch: Sized[] = []
  let bytes = 0

  const refuse = (reason: string, item: Item, id: string | null): void => {
    tally.rejected += 1
    const known = refusals.get(reason)
    const first = [item.where, id === null ? null : `id ${id}`].filter(Boolean).join(', ')
    refusals.set(reason, { reason, count: (known?.count ?? 0) + 1, first: known?.first ?? first })
  }

  async function send(items: readonly Sized[]): Promise<void> {
    const body = `[${items.map(({ json }) => json).join(',')}]`
    const answer = await connection.post('/api/events', body, Verdict)
    if (answer === null) return sendHalves(items)
    const { body: verdict, isRepeated } = answer
    tally.accepted += verdict.accepted
    tally.duplicates += verdict.duplicates
    if (isRepeated) tally.resent += verdict.duplicates
    for (const { index, id, errors } of verdict.rejected) {
      const reason = errors.map(({ path, message }) => `${path} ${message}`.trim()).join('; ')
      const item = items[index]
      if (item) refuse(reason, item, id)
    }
    if (verdict.accepted + verdict.duplicates > 0) tally.place = verdict.place
  }

  /** A batch that the server finds too large; it may have a smaller limit than ours. */
  async function sendHalves(items: readonly Sized[]): Promise<void> {
    const [only] = items
    if (only && items.length === 1) {
      refuse('larger than the server takes', only, null)
      return
    }
    const middle = Math.ceil(items.length / 2)
    await send(items.slice(0, middle))
    await send(items.slice(middle))
  }

  async function flush(): Promise<void> {
    const items = batch
    batch = []
    bytes = 0
    if (items.length > 0) await send(items)
  }

  return {
    tally,
    flush,
    waiting: () => batch.length,
    add: async (item) => {
      const json = JSON.stringify(item.event)
      if (batch.length > 0 && bytes + json.length > BATCH_BYTES) await flush()
      batch.push({ ...item, json })
      bytes += json.length
      if (batch.length >= BATCH_EVENTS) await flush()
    },
  }
}
