/** A line of `npm run bench`. */

/** A figure of ours beside the floor that was measured in the same run. */
export type BenchRow = {
  name: string
  figure: number
  unit: string
  /** What nothing built the same way can beat, in the same unit. */
  floor: number
  /** `figure / floor`: the only thing that another run or machine can be compared by. */
  ratio: number
  /** What it should be, in words. */
  target: string
}
