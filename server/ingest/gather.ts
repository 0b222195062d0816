/** Gathers small batches that arrive together into one entry of the log. */
import type { Appended, EventLog, StreamEvent } from '../stream/eventLog.ts'

/**
 * A batch of so many events, or bytes, is worth an entry of its own. What is gathered ends soon
 * after: an entry is read back whole.
 */
const ENTRY_EVENTS = 500
const ENTRY_BYTES = 256 * 1024

/** Appends as the log does, for a batch whose JSON has about so many bytes. */
export type GatheredAppend = (events: readonly StreamEvent[], bytes: number) => Promise<Appended>

type Waiting = {
  events: readonly StreamEvent[]
  bytes: number
  resolve: (appended: Appended) => void
  reject: (reason: unknown) => void
}

/**
 * An append whose callers share entries.
 *
 * Batches that arrive in one turn of the event loop, and those that arrive while an entry is being
 * stored, go together into the next one; each caller gets its own verdicts. One that comes alone
 * waits for nobody: an entry takes a millisecond or two, and so does the wait for it. They keep the
 * order in which they came, except that a large batch goes by itself, at once.
 */
export function gather(log: Pick<EventLog, 'append'>): GatheredAppend {
  // As long as its callers are: every one of them holds a request, whose number is bounded.
  let waiting: Waiting[] = []
  let isStoring = false

  const storeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const together = takeEntry(waiting)
      waiting = waiting.slice(together.length)
      await storeTogether(log, together)
    }
    isStoring = false
  }

  return (events, bytes) => {
    if (events.length >= ENTRY_EVENTS || bytes >= ENTRY_BYTES) return log.append(events)
    return new Promise((resolve, reject) => {
      waiting.push({ events, bytes, resolve, reject })
      if (isStoring) return
      isStoring = true
      setImmediate(() => void storeAll())
    })
  }
}

/** The first of those waiting that make up an entry; one at least. */
function takeEntry(waiting: readonly Waiting[]): Waiting[] {
  let events = 0
  let bytes = 0
  const full = waiting.findIndex((one) => {
    events += one.events.length
    bytes += one.bytes
    return events > ENTRY_EVENTS || bytes > ENTRY_BYTES
  })
  return waiting.slice(0, full === -1 ? waiting.length : Math.max(full, 1))
}

async function storeTogether(
  log: Pick<EventLog, 'append'>,
  together: readonly Waiting[],
): Promise<void> {
  try {
    const { place, verdicts } = await log.append(together.flatMap(({ events }) => events))
    let from = 0
    for (const { events, resolve } of together) {
      resolve({ place, verdicts: verdicts.slice(from, from + events.length) })
      from += events.length
    }
  } catch (error) {
    for (const { reject } of together) reject(error)
  }
}
