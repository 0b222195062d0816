/** Chance that can be had again: every fault falls where its seed says. */

export type Random = {
  /** From 0 up to, and without, 1. */
  next: () => number
  /** A whole number from the first to the last, both included. */
  between: (first: number, last: number) => number
  pick: <Item>(items: readonly Item[]) => Item
  shuffle: <Item>(items: readonly Item[]) => Item[]
}

/** Numbers that follow from a seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (first: number, last: number): number =>
    first + Math.floor(next() * (last - first + 1))
  return {
    next,
    between,
    pick: (items) => {
      const item = items[between(0, items.length - 1)]
      if (item === undefined) throw new Error('There is nothing to pick from')
      return item
    },
    shuffle: (items) => {
      const shuffled = [...items]
      for (let last = shuffled.length - 1; last > 0; last--) {
        const at = between(0, last)
        const item = shuffled[last] as (typeof shuffled)[number]
        shuffled[last] = shuffled[at] as (typeof shuffled)[number]
        shuffled[at] = item
      }
      return shuffled
    },
  }
}
