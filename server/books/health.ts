/** Whether the database answers, as the keeper's parts have found it. */

export type Health = {
  /** Since when it has not answered, in UTC milliseconds; null: it does. */
  awaySinceMs: () => number | null
  /** What it said when it failed last; null: it never did. */
  lastFailure: () => string | null
  failed: (error: unknown) => void
  answered: () => void
}

export function createHealth(now: () => number): Health {
  let awaySinceMs: number | null = null
  let lastFailure: string | null = null
  return {
    awaySinceMs: () => awaySinceMs,
    lastFailure: () => lastFailure,
    failed: (error) => {
      awaySinceMs ??= now()
      lastFailure = error instanceof Error ? error.message : String(error)
    },
    answered: () => {
      awaySinceMs = null
    },
  }
}
