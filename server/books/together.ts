/** Runs tasks that live and end together. */

/**
 * Runs all until one ends or `signal` aborts; then the others are told to end by their own signal.
 * Resolves when all have ended, or rejects with the first error then.
 */
export async function together(
  signal: AbortSignal,
  tasks: readonly ((ending: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const ending = new AbortController()
  const end = (): void => {
    ending.abort()
  }
  if (signal.aborted) end()
  signal.addEventListener('abort', end)
  let first: { error: unknown } | null = null
  await Promise.all(
    tasks.map(async (task) => {
      try {
        await task(ending.signal)
      } catch (error) {
        first ??= { error }
      }
      end()
    }),
  )
  signal.removeEventListener('abort', end)
  // The compiler does not see that the tasks assign it.
  const failure = first as { error: unknown } | null
  if (failure) throw failure.error
}
