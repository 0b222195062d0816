/** Whether the stream answers whoever keeps the books. */
import { SECOND_MS } from '../../shared/time.ts'
import type { ReadListener } from '../stream/eventLog.ts'

/**
 * A stream that was asked and has said nothing for so long is away: nobody knows what came since.
 * It answers twice a second where nothing comes, and a busy machine is late.
 */
const SILENT_MS = 2 * SECOND_MS

export type Hearing = ReadListener & {
  /** It was asked, and is silent. Whoever does not ask, because there is much to do, hears enough. */
  isSilent: () => boolean
}

export function createHearing(now: () => number): Hearing {
  let askedAtMs: number | null = null
  return {
    asking: () => {
      askedAtMs ??= now()
    },
    answered: () => {
      askedAtMs = null
    },
    isSilent: () => askedAtMs !== null && now() - askedAtMs > SILENT_MS,
  }
}
