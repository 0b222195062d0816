/** The word that somebody who mistyped may have meant. */

/** Words that differ by more than this share of their letters are not meant. */
const FARTHEST_SHARE = 0.4

/** The candidate that the fewest edits lead to; null: none is near. */
export function closest(word: string, candidates: readonly string[]): string | null {
  // Nobody mistypes a page of text, and comparing takes time.
  if (word.length > 100) return null
  let best: string | null = null
  let fewest = Infinity
  for (const candidate of candidates) {
    const edits = editsBetween(word.toLowerCase(), candidate.toLowerCase())
    if (edits < fewest) [best, fewest] = [candidate, edits]
  }
  return best !== null && fewest <= best.length * FARTHEST_SHARE ? best : null
}

/** Levenshtein: letters to add, to remove or to change. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change))
    }
    row = next
  }
  return row[other.length] ?? 0
}
