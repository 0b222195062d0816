/** Judges the events that were kept apart again, when our clock reaches their times. */
import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '../../shared/time.ts'
import { LogUnavailable } from '../stream/eventLog.ts'
import type { Door } from './door.ts'

/** How late an event that was kept apart may come to the stream. */
const LOOK_EVERY_MS = SECOND_MS

/** Looks for due events again and again, until told to stop; while the log is away it waits. */
export async function judgeAgain(door: Pick<Door, 'judgeDue'>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await door.judgeDue().catch((error: unknown) => {
      if (!(error instanceof LogUnavailable)) throw error
    })
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}
