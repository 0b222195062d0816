/** Limits on what strangers may ask for: how often, and how much at once. */

/** Whether something may be done once more: at most `most` times in any `perMs` from the first. */
export function allowance(
  { most, perMs }: { most: number; perMs: number },
  now: () => number,
): () => boolean {
  let sinceMs = -Infinity
  let count = 0
  return () => {
    const nowMs = now()
    // A clock that was set back would otherwise keep somebody out for as long.
    if (nowMs >= sinceMs + perMs || nowMs < sinceMs) {
      sinceMs = nowMs
      count = 0
    }
    count += 1
    return count <= most
  }
}

/** Counts what belongs to each key, up to a limit; keys that have nothing are forgotten. */
export function countedBy<Key>(limit: number): {
  /** False: the key has as many as it may. */
  add: (key: Key) => boolean
  remove: (key: Key) => void
} {
  const counts = new Map<Key, number>()
  return {
    add(key) {
      const count = counts.get(key) ?? 0
      if (count >= limit) return false
      counts.set(key, count + 1)
      return true
    },
    remove(key) {
      const count = counts.get(key) ?? 0
      if (count <= 1) counts.delete(key)
      else counts.set(key, count - 1)
    },
  }
}
