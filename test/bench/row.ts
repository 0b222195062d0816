/** A line of `npm run bench`: what was measured, beside the least that it could be, and the target. */

/** A figure of ours beside the floor that was measured in the same run. */
export type BenchRow = {
  /** Says what was measured; the same in every run, as later runs are compared by it. */
  name: string
  figure: number
  unit: string
  /** What nothing built the same way can beat, in the same unit; or a limit that stands for it. */
  floor: number
  /** `figure / floor`: the only thing that another run or machine can be compared by. */
  ratio: number
  /** What it should be, in words. */
  target: string
  /** The same, to be judged by. */
  wants: Wants
  /** What the figure does not say by itself, such as why a target is missed. */
  note?: string
}

/** Bounds of the ratio and of the figure itself; those that are left out do not matter. */
export type Wants = {
  ratioAtLeast?: number
  ratioAtMost?: number
  atLeast?: number
  atMost?: number
}

export function isMet({ figure, ratio, wants }: BenchRow): boolean {
  const { ratioAtLeast = -Infinity, ratioAtMost = Infinity } = wants
  const { atLeast = -Infinity, atMost = Infinity } = wants
  return ratio >= ratioAtLeast && ratio <= ratioAtMost && figure >= atLeast && figure <= atMost
}

/** Null: there is nothing to be met. */
export function metText(row: BenchRow): 'yes' | 'no' | null {
  if (Object.keys(row.wants).length === 0) return null
  return isMet(row) ? 'yes' : 'no'
}

/** Whether a larger ratio is better: of what is done a second it is, of what is taken it is not. */
export const isMoreBetter = ({ unit }: Pick<BenchRow, 'unit'>): boolean =>
  /^(events|rows)\/s$/.test(unit)

/** As people read it. */
export function figureText(value: number): string {
  const size = Math.abs(value)
  const digits = size < 0.1 ? 4 : size < 10 ? 2 : size < 100 ? 1 : 0
  return value.toLocaleString('en-US', { maximumFractionDigits: digits })
}

/** The middle one of several. */
export function middleOf(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0
}
