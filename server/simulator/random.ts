/** Chance from a seed: the same seed gives the same numbers, so the same day can be told again. */

export type Random = {
  /** From 0, inclusive, to 1, exclusive. */
  next: () => number
  /** True with this probability. */
  chance: (probability: number) => boolean
  between: (from: number, to: number) => number
  /** A whole number from 0 up to, and without, `count`. */
  below: (count: number) => number
  pick: <Item>(items: readonly Item[]) => Item
  /** Times between events that do not know of each other. */
  exponential: (mean: number) => number
  /** Times that people take: most near the median, a few far above. */
  logNormal: (median: number, sigma: number) => number
  /** How long people put up with something; a shape above 1: they lose patience as time passes. */
  weibull: (scale: number, shape: number) => number
}

/** 2 to the power of 32. */
const WORDS = 4_294_967_296

/** Four words of state from a text, each bit of which depends on all of it (FNV-1a, then mixed). */
function* wordsOf(seed: string): Generator<number, never> {
  let hash = 0x811c9dc5
  for (let i = 0; i < seed.length; i++) {
    hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193)
  }
  for (;;) {
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
    yield hash >>> 0
    hash = (hash + 0x9e3779b9) | 0
  }
}

/** A stream of chance; streams of other seeds have nothing to do with it. The generator is sfc32. */
export function randomOf(seed: string): Random {
  const words = wordsOf(seed)
  let a = words.next().value | 0
  let b = words.next().value | 0
  let c = words.next().value | 0
  let counter = 1

  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / WORDS
  }
  // The first numbers still show the seed.
  for (let i = 0; i < 12; i++) next()

  /** Above 0, so that it has a logarithm. */
  const positive = (): number => 1 - next()
  const normal = (): number => Math.sqrt(-2 * Math.log(positive())) * Math.cos(2 * Math.PI * next())

  return {
    next,
    chance: (probability) => next() < probability,
    between: (from, to) => from + (to - from) * next(),
    below: (count) => Math.floor(next() * count),
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new Error('There is nothing to pick from')
      return item
    },
    exponential: (mean) => -mean * Math.log(positive()),
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    weibull: (scale, shape) => scale * (-Math.log(positive())) ** (1 / shape),
  }
}
