/** The end of a keeper that is not the keeper any more. */

/**
 * Somebody else took the books over: a newer epoch holds them. Whoever meets this has written
 * nothing and stops; going on would count twice.
 */
export class FencedOff extends Error {
  override name = 'FencedOff'
  /** The newer epoch; null: the books are gone. */
  readonly newer: number | null
  constructor(center: string, epoch: number, newer: number | null) {
    super(
      `The books of ${center} are kept by another process now (epoch ${String(newer)}, ours was ` +
        `${String(epoch)}). This one stops; two engines on one center would count twice.`,
    )
    this.newer = newer
  }
}
