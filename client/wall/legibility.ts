/** How large text on a wall must be to be read from where people stand. */

/** The eye needs 16 arc-minutes (ISO 9241-3); capitals of Inter are 0.72 of the font size. */
const ARC_MINUTES = 16
const CAP_HEIGHT = 0.72
/** Strokes of kanji lie closer. */
const KANJI = 1.25
/** Walls are laid out on 1920 × 1080; millimetres of a 16:9 screen's height per inch of diagonal. */
const LAYOUT_HEIGHT = 1080
const HEIGHT_MM_PER_INCH = (25.4 * 9) / Math.hypot(16, 9)

/** A 55 inch screen seen from three metres: the usual one, where nothing is said of it. */
export const usualScreen = { inches: 55, metres: 3 } as const

/** The smallest legible font size in pixels of the 1920 × 1080 layout. */
export function smallestLegible(inches: number, metres: number, kanji: boolean): number {
  const capMm = 2 * metres * 1000 * Math.tan((ARC_MINUTES / 60 / 2) * (Math.PI / 180))
  const pixelMm = (inches * HEIGHT_MM_PER_INCH) / LAYOUT_HEIGHT
  return (capMm / CAP_HEIGHT / pixelMm) * (kanji ? KANJI : 1)
}
