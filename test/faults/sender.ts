/** Sends a load as a good sender does: again, under the same ids, until it is acknowledged. */
import { setTimeout as pause } from 'node:timers/promises'
import type { SentEvent } from '../../shared/events/sent.ts'
import { SECOND_MS } from '../../shared/time.ts'
import { comparePlaces, START, type Place } from '../../server/stream/eventLog.ts'
import { API_KEY } from '../server.ts'
import { eventually } from './eventually.ts'
import type { Random } from './random.ts'

/** Requests under way at a time, as from several feeds. */
const LANES = 4
/** Between two requests of a lane, at most: so the load lasts for seconds, and a fault falls into it. */
const LONGEST_PAUSE_MS = 50
/** A server that says nothing for so long is given up; it may have stored the batch all the same. */
const ANSWER_LIMIT_MS = 15 * SECOND_MS
/** A lane that may not send yet looks so often whether it may. */
const HELD_MS = 5
/** After a refusal; senders wait for as long as Retry-After says, tests have no time for that. */
const REFUSED_PAUSE_MS = 200
/** One batch is tried for so long: far longer than anything is away. */
const BATCH_LIMIT_MS = 240 * SECOND_MS

export type Sending = {
  /**
   * Resolves when so much of the load is acknowledged: 0.5 is half of it. It goes on then, to half of
   * what is left: whatever is done next, however long it takes, there is more to send afterwards.
   */
  reached: (share: number) => Promise<void>
  /** Lets it go on to half of what is left now, or to the end. */
  goOn: () => void
  /** Sends all of it; rejects when that does not come to be. */
  rest: () => Promise<void>
  /** The batches that are acknowledged, with when: monotonic, in milliseconds. */
  acknowledged: () => ReadonlyMap<readonly SentEvent[], number>
  /** Refused with a 503 that says when to come again; cut off without an answer. */
  counts: () => { refused: number; cut: number }
  /** The last place that was given. */
  place: () => Place
  /** Sends no more; what is under way is waited for. */
  stop: () => Promise<void>
}

export type SendingOptions = {
  /** Asked each time: the address may change. */
  url: () => string
  batches: readonly (readonly SentEvent[])[]
  random: Random
  longestPauseMs?: number
  /** After a refusal or a cut. */
  againAfterMs?: number
}

export function startSending(options: SendingOptions): Sending {
  const { url, batches, random } = options
  const waiting = [...batches]
  const acknowledged = new Map<readonly SentEvent[], number>()
  let refused = 0
  let cut = 0
  let place: Place = START
  let isStopped = false
  /** So many batches may be sent for now. */
  let allowed = 0

  /** True: it is acknowledged. Throws where the server broke its contract. */
  const send = async (batch: readonly SentEvent[]): Promise<boolean> => {
    const response = await fetch(`${url()}/api/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${API_KEY}`,
        'content-type': 'application/cloudevents-batch+json',
      },
      body: JSON.stringify(batch),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    })
    const text = await response.text()
    if (response.status === 503) {
      if (!(Number(response.headers.get('retry-after')) > 0)) {
        throw new BrokenContract(`A 503 without Retry-After: ${text}`)
      }
      refused += 1
      return false
    }
    if (response.status !== 202) throw new BrokenContract(`${String(response.status)}: ${text}`)
    const verdict = JSON.parse(text) as {
      accepted: number
      duplicates: number
      rejected: unknown[]
      place: Place
    }
    if (verdict.accepted + verdict.duplicates !== batch.length) {
      throw new BrokenContract(`${String(batch.length)} events were sent: ${text}`)
    }
    if (comparePlaces(verdict.place, place) > 0) place = verdict.place
    return true
  }

  const sendUntilAcknowledged = async (batch: readonly SentEvent[]): Promise<void> => {
    const giveUpAtMs = performance.now() + BATCH_LIMIT_MS
    while (!isStopped) {
      if (performance.now() > giveUpAtMs) throw new Error(`Not acknowledged: ${told()}`)
      try {
        if (await send(batch)) {
          acknowledged.set(batch, performance.now())
          return
        }
      } catch (error) {
        if (error instanceof BrokenContract) throw error
        cut += 1
      }
      await pause(options.againAfterMs ?? REFUSED_PAUSE_MS)
    }
  }
  const told = (): string =>
    `${String(acknowledged.size)} of ${String(batches.length)} batches, ` +
    `${String(refused)} refused, ${String(cut)} cut off`

  const mayBegin = (): boolean => batches.length - waiting.length < allowed
  const lane = async (): Promise<void> => {
    while (waiting.length > 0 && !isStopped) {
      const batch = mayBegin() ? waiting.shift() : undefined
      if (!batch) {
        await pause(HELD_MS)
        continue
      }
      await sendUntilAcknowledged(batch)
      await pause(random.next() * (options.longestPauseMs ?? LONGEST_PAUSE_MS))
    }
  }
  let failure: Error | null = null
  const done = Promise.all(Array.from({ length: LANES }, lane)).then(
    () => undefined,
    (error: unknown) => {
      failure = error instanceof Error ? error : new Error(String(error))
      isStopped = true
      throw error
    },
  )
  // Whoever awaits it is told as well.
  done.catch(() => undefined)

  const allowBeyond = (begun: number): void => {
    allowed = Math.max(allowed, Math.ceil((begun + batches.length) / 2))
  }
  return {
    reached: (share) => {
      allowBeyond(share * batches.length)
      return eventually(`${String(share)} of the load is acknowledged`, () => {
        if (failure) throw failure
        return acknowledged.size >= share * batches.length
      })
    },
    goOn: () => {
      allowBeyond(batches.length - waiting.length)
    },
    rest: () => {
      allowed = batches.length
      return done
    },
    acknowledged: () => acknowledged,
    counts: () => ({ refused, cut }),
    place: () => place,
    stop: async () => {
      isStopped = true
      await done
    },
  }
}

class BrokenContract extends Error {
  override name = 'BrokenContract'
}
