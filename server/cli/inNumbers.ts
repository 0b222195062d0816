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

const Status = z.object({ engine: z.object({ place: z.string() }) })

/** Resolves when the engine has reached a place; rejects when it stands still before it. */
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
    if (comparePlaces(engine.place, place) >= 0) return
    if (engine.place !== reached) {
      reached = engine.place
      movedMs = io.now()
    }
    if (io.now() - movedMs > STANDSTILL_LIMIT_MS) {
      throw new CommandFailed(
        `Everything is stored, but the engine stands still at ${engine.place}, before ${place}.`,
      )
    }
    progress.show(null, 'waiting for the numbers …')
    await io.wait(LOOK_EVERY_MS)
    io.signal.throwIfAborted()
  }
}
