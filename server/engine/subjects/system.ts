import { nothingDerived } from './kind.ts'
import type { Kind } from './kind.ts'

/**
 * What a system says of itself: when it was restarted, what its feeds missed, what it takes back.
 * It books nothing; contacts of the system read it, so it is always held.
 */
export const system: Kind = {
  version: 1,
  derive: () => ({ ...nothingDerived, open: true }),
}
