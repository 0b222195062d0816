/** One live window: what is booked in it, what accrues in it, and which sums have changed. */
import type { CounterId } from '../../../shared/counters.ts'
import type { Span } from '../../../shared/entry.ts'

/** The sum of what accrues at a slot: `constant + slope × (now − the window's start)`. */
type Accruing = { constant: number; slope: number }

export type LiveWindow = {
  /** `interval`, `last30`, `today`, or `from/to` in epoch milliseconds. */
  name: string
  span: Span
  /** By slot. */
  booked: Float64Array
  accruing: Map<number, Accruing>
  /** Slots whose sums changed since they were last taken; the span itself may have moved on. */
  changed: Set<number>
  /** Those of them that change as time passes, and are told later. */
  passing: Set<number>
  moved: boolean
  /** Only these are kept in it; null: all. */
  counters: ReadonlySet<CounterId> | null
}

export function createWindow(
  name: string,
  span: Span,
  counters: ReadonlySet<CounterId> | null = null,
): LiveWindow {
  return {
    name,
    span,
    booked: new Float64Array(64),
    accruing: new Map(),
    changed: new Set(),
    passing: new Set(),
    moved: false,
    counters,
  }
}

export function addBooked(window: LiveWindow, slot: number, amount: number): void {
  if (slot >= window.booked.length) {
    const larger = new Float64Array(Math.max(slot + 1, window.booked.length * 2))
    larger.set(window.booked)
    window.booked = larger
  }
  window.booked[slot] = (window.booked[slot] ?? 0) + amount
  window.changed.add(slot)
}

/** Adds what grows by `slope` a millisecond and amounts to `amount` at `nowMs`; -1 takes it away. */
export function addAccruing(
  window: LiveWindow,
  slot: number,
  { amount, slope }: { amount: number; slope: number },
  nowMs: number,
  sign: 1 | -1,
): void {
  if (amount === 0 && slope === 0) return
  const constant = amount - slope * (nowMs - window.span.fromMs)
  const sum = window.accruing.get(slot) ?? { constant: 0, slope: 0 }
  const after = { constant: sum.constant + sign * constant, slope: sum.slope + sign * slope }
  if (after.constant === 0 && after.slope === 0) window.accruing.delete(slot)
  else window.accruing.set(slot, after)
  window.changed.add(slot)
}

/** A slot's sums at an instant. */
export function valueAt(
  window: LiveWindow,
  slot: number,
  nowMs: number,
): { booked: number; live: number; slope: number } {
  const booked = window.booked[slot] ?? 0
  const sum = window.accruing.get(slot)
  if (!sum) return { booked, live: 0, slope: 0 }
  const passedMs = nowMs - window.span.fromMs
  return { booked, live: sum.constant + sum.slope * passedMs, slope: sum.slope }
}

/** The window goes on to another span, whose booked sums are known; what accrues is added anew. */
export function moveTo(window: LiveWindow, span: Span, booked: Float64Array): void {
  for (const sums of [window.booked, booked]) {
    sums.forEach((amount, slot) => {
      if (amount !== 0) window.changed.add(slot)
    })
  }
  window.booked = booked
  window.span = span
  window.moved = true
}

/** Puts new accruing sums in the place of the old ones; `isSame` if they are of the same start. */
export function replaceAccruing(
  window: LiveWindow,
  sums: Map<number, Accruing>,
  isSame: boolean,
): void {
  for (const [slot, before] of window.accruing) {
    const after = sums.get(slot)
    const differs = after?.constant !== before.constant || after.slope !== before.slope
    if (!isSame || differs) window.changed.add(slot)
  }
  for (const slot of sums.keys()) {
    if (!isSame || !window.accruing.has(slot)) window.changed.add(slot)
  }
  window.accruing = sums
}
