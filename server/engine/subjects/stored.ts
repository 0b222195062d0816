import { nothingDerived } from './kind.ts'
import type { Kind } from './kind.ts'

/**
 * A subject whose facts are kept whole, all reports of them, and that says nothing yet. The day its
 * function is written, with a higher version, it is taken over all of them.
 */
export const stored: Kind = {
  version: 0,
  derive: () => nothingDerived,
}
