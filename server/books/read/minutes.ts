/** The minutes of the last half hour, each with what was booked in it, to be taken out again. */
import { MINUTE_MS } from '../../../shared/time.ts'

/** What was booked in one minute: cells, keys and amounts side by side, in the order they came. */
type Minute = { cells: Int32Array; keys: Int32Array; amounts: Float64Array; length: number }

export function createMinutes() {
  const minutes = new Map<number, Minute>()

  const grown = (minute: Minute): Minute => {
    const length = minute.amounts.length * 2
    const larger = {
      cells: new Int32Array(length),
      keys: new Int32Array(length),
      amounts: new Float64Array(length),
      length: minute.length,
    }
    larger.cells.set(minute.cells)
    larger.keys.set(minute.keys)
    larger.amounts.set(minute.amounts)
    return larger
  }

  return {
    add(atMs: number, cell: number, key: number, amount: number): void {
      const start = Math.floor(atMs / MINUTE_MS) * MINUTE_MS
      let minute = minutes.get(start)
      minute ??= {
        cells: new Int32Array(16),
        keys: new Int32Array(16),
        amounts: new Float64Array(16),
        length: 0,
      }
      if (minute.length === minute.amounts.length) minute = grown(minute)
      minutes.set(start, minute)
      minute.cells[minute.length] = cell
      minute.keys[minute.length] = key
      minute.amounts[minute.length] = amount
      minute.length += 1
    },

    /** Everything that was booked in the minute that begins at `startMs`. */
    each(startMs: number, visit: (cell: number, key: number, amount: number) => void): void {
      const minute = minutes.get(startMs)
      if (!minute) return
      for (let i = 0; i < minute.length; i++) {
        visit(minute.cells[i] ?? 0, minute.keys[i] ?? 0, minute.amounts[i] ?? 0)
      }
    },

    forget(startMs: number): void {
      minutes.delete(startMs)
    },
  }
}
