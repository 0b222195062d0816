/** What falls due, the earliest first: a heap, as thousands of contacts and agents wait in it. */
export type Due<Item> = {
  add: (atMs: number, item: Item) => void
  /** When the earliest falls due; Infinity: nothing does. */
  nextMs: () => number
  /** Takes out one that is due by `nowMs`. */
  take: (nowMs: number) => { atMs: number; item: Item } | null
  size: () => number
}

export function createDue<Item>(): Due<Item> {
  const heap: { atMs: number; item: Item }[] = []
  const atOf = (i: number): number => heap[i]?.atMs ?? Infinity
  const swap = (i: number, j: number): void => {
    const [one, other] = [heap[i], heap[j]]
    if (one && other) {
      heap[i] = other
      heap[j] = one
    }
  }

  return {
    add(atMs, item) {
      heap.push({ atMs, item })
      for (let i = heap.length - 1; i > 0;) {
        const parent = (i - 1) >> 1
        if (atOf(parent) <= atOf(i)) break
        swap(i, parent)
        i = parent
      }
    },
    nextMs: () => atOf(0),
    take(nowMs) {
      const first = heap[0]
      if (!first || first.atMs > nowMs) return null
      swap(0, heap.length - 1)
      heap.pop()
      for (let i = 0; ;) {
        const left = 2 * i + 1
        const least = atOf(left + 1) < atOf(left) ? left + 1 : left
        if (atOf(least) >= atOf(i)) break
        swap(i, least)
        i = least
      }
      return first
    },
    size: () => heap.length,
  }
}
