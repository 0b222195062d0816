/** Waits until what was sent is in the numbers. */
import { z } from 'zod'
import { MINUTE_MS } from '../../shared/time.ts'
import { comparePlaces, type Place } from '../stream/eventLog.ts'
import { CommandFailed, type CliIo } from './command.ts'
import type { Connection } from './connection.ts'
import type { Progress } from './progress.ts'

const LOOK_EVERY_MS = 100
/** An engine that has not moved for so long will not: it is stopped, or runs elsewhere and is gone. */
const STANDSTILL_LIMIT_MS = 2 * MINUTE_MS

const Status = z.object({
  engine: z.object({
    place: z.string(),
    committedAt: z.string().nullable().default(null),
    judgingAnew: z.boolean().default(false),
  }),
})

/** Resolves when the numbers hold all up to a place, judged by what is known by then; rejects when it stands still before it. */
export async function untilInNumbers(
  io: CliIo,
  connection: Connection,
  progress: Progress,
  place: Place,
): Promise<void> {
  let reached = ''
  let movedMs = io.now()
  for (;;) {
    const { engine } = await connection.get('/api/status', {}, Status)
    if (comparePlaces(engine.place, place) >= 0 && !engine.judgingAnew) return
    // It stays at its place while it judges the past anew, and commits what it has done.
    const now = `${engine.place} ${engine.judgingAnew ? (engine.committedAt ?? '') : ''}`
    if (now !== reached) {
      reached = now
      movedMs = io.now()
    }
    if (io.now() - movedMs > STANDSTILL_LIMIT_MS) {
      throw new CommandFailed(
        `Everything is stored, but the engine stands still at ${engine.place}, before ${place}.`,
      )
    }
    const doing = engine.judgingAnew ? 'the past is being judged anew' : 'waiting for the numbers'
    progress.show(null, `${doing} …`)
    await io.wait(LOOK_EVERY_MS)
    io.signal.throwIfAborted()
  }
}
