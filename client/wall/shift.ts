/** Moves a wall by a few pixels now and then, so that nothing burns into its screen. */
import { MINUTE_MS } from '../../shared/time.ts'

const EVERY_MS = 3 * MINUTE_MS
const FAR = 4
/** Round the middle and through it, so that every pixel's neighbours take turns. */
const path = [
  { x: 0, y: 0 },
  { x: FAR, y: 0 },
  { x: FAR, y: FAR },
  { x: 0, y: FAR },
  { x: -FAR, y: FAR },
  { x: -FAR, y: 0 },
  { x: -FAR, y: -FAR },
  { x: 0, y: -FAR },
  { x: FAR, y: -FAR },
] as const

/** How far the page stands from its place at an instant, in pixels. */
export function shiftAt(nowMs: number): { x: number; y: number } {
  return path[Math.floor(nowMs / EVERY_MS) % path.length] ?? path[0]
}
