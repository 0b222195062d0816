/** Progress of long work, for whoever looks on: one line, drawn over and over. */
import type { CliIo } from './command.ts'

const BAR_WIDTH = 28
/** More often than so, a line flickers. */
const DRAW_EVERY_MS = 100

export type Progress = {
  /** `share` from 0 to 1; null: nobody knows how much there is. */
  show: (share: number | null, text: string) => void
  clear: () => void
}

export function createProgress(io: Pick<CliIo, 'draw' | 'now'>): Progress {
  const { draw, now } = io
  if (draw === null) return { show: () => undefined, clear: () => undefined }
  let drawnMs = -Infinity
  return {
    show(share, text) {
      if (now() - drawnMs < DRAW_EVERY_MS) return
      drawnMs = now()
      draw(share === null ? text : `${bar(share)} ${text}`)
    },
    clear() {
      drawnMs = -Infinity
      draw('')
    },
  }
}

function bar(share: number): string {
  const part = Math.min(1, Math.max(0, share))
  const full = Math.round(part * BAR_WIDTH)
  const percent = `${String(Math.floor(part * 100)).padStart(3)} %`
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}] ${percent}`
}

const grouped = new Intl.NumberFormat('en-US')

/** A count for people: `12,345`. */
export const countText = (count: number): string => grouped.format(Math.round(count))
