/** Gathers batches that arrive together into one entry of the log. */
import type { Batch } from './batch.ts'
import type { Appended } from './eventLog.ts'

/**
 * How much is gathered: an entry is read back whole, and one of this size takes Redis a
 * millisecond or two. A larger batch is an entry of its own.
 */
const ENTRY_EVENTS = 2_000
const ENTRY_CHARACTERS = 512 * 1024

/** So many events are an entry worth storing: they do not wait for others of their turn. */
const WORTH_AN_ENTRY = 64

type Waiting = {
  batch: Batch
  resolve: (appended: Appended) => void
  reject: (reason: unknown) => void
}

/**
 * An append whose callers share entries, in the order in which they came.
 *
 * Small batches that arrive in one turn of the event loop, and all that arrive while an entry is
 * being stored, go together into the next one; each caller gets its own verdicts. One that comes
 * alone waits for nobody: an entry takes a millisecond or two, and so does the wait for it. Nor
 * does a large one: while the disk has it, the next request of the turn is judged.
 *
 * `store` stores some batches as one entry, and tells of each what became of it. It is called again
 * when it is done.
 */
export function gather(
  store: (together: readonly Batch[]) => Promise<readonly Appended[]>,
): (batch: Batch) => Promise<Appended> {
  // As long as its callers are: every one of them holds a request, whose number is bounded.
  let waiting: Waiting[] = []
  let isStoring = false

  const storeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const together = takeEntry(waiting)
      waiting = waiting.slice(together.length)
      try {
        const appended = await store(together.map(({ batch }) => batch))
        for (const [n, { resolve, reject }] of together.entries()) {
          const mine = appended[n]
          if (mine) resolve(mine)
          else reject(new Error('A batch was stored and nothing was said of it'))
        }
      } catch (error) {
        // Whoever waits would wait as long again, to be told the same.
        for (const { reject } of [...together, ...waiting]) reject(error)
        waiting = []
      }
    }
    isStoring = false
  }

  return (batch) =>
    new Promise((resolve, reject) => {
      waiting.push({ batch, resolve, reject })
      if (isStoring) return
      isStoring = true
      if (batch.length >= WORTH_AN_ENTRY) void storeAll()
      else setImmediate(() => void storeAll())
    })
}

/** The first of those waiting that make up an entry; one at least. */
function takeEntry(waiting: readonly Waiting[]): Waiting[] {
  let events = 0
  let characters = 0
  const full = waiting.findIndex(({ batch }) => {
    events += batch.length
    characters += batch.json.length
    return events > ENTRY_EVENTS || characters > ENTRY_CHARACTERS
  })
  return waiting.slice(0, full === -1 ? waiting.length : Math.max(full, 1))
}
