/** What a command says at its end of what it sent. */
import { SECOND_MS } from '../../shared/time.ts'
import { EXIT, type CliIo, type ExitCode } from './command.ts'
import { countText } from './progress.ts'
import type { Unread } from './recording.ts'
import type { Tally } from './sending.ts'

/** More reasons, or lines, than these tell nothing new. */
const MAX_LISTED = 20
/** Enough of a line to recognise it. */
const EXCERPT_LENGTH = 80

/** What was read of one file. */
export type ReadFile = {
  path: string
  unit: string
  understood: number
  skipped: number
  unread: number
  /** The first of those that could not be read. */
  listed: Unread[]
}

export const newReadFile = (path: string, unit: string): ReadFile => ({
  ...{ path, unit, understood: 0, skipped: 0, unread: 0, listed: [] },
})

/** Keeps count of what could not be read, and the first of it. */
export function addUnread(file: ReadFile, unread: readonly Unread[]): void {
  file.unread += unread.length
  file.listed.push(...unread.slice(0, MAX_LISTED - file.listed.length))
}

/** Prints it, and says how the command ends. */
export function summarize(
  io: CliIo,
  files: readonly ReadFile[],
  tally: Tally,
  elapsedMs: number,
): ExitCode {
  for (const file of files) {
    const counts = [
      [file.understood, 'understood'],
      [file.skipped, 'known and of no use'],
      [file.unread, 'not understood'],
    ] as const
    const said = counts.filter(([count]) => count > 0).map(([n, what]) => `${countText(n)} ${what}`)
    io.out(`${file.path}: ${file.unit}s: ${said.length > 0 ? said.join(', ') : 'none'}`)
    for (const { at, input, reason } of file.listed) {
      io.out(`  ${file.unit} ${at}: ${reason}: ${JSON.stringify(input.slice(0, EXCERPT_LENGTH))}`)
    }
    more(io, file.unread - file.listed.length)
  }
  const { accepted, duplicates, resent, rejected } = tally
  const seconds = Math.max(elapsedMs, 1) / SECOND_MS
  const perSecond = (accepted + duplicates + rejected) / seconds
  const again = resent > 0 ? ` (${countText(resent)} of them maybe sent twice by us)` : ''
  io.out(`accepted    ${countText(accepted)}`)
  io.out(`duplicates  ${countText(duplicates)}${again}`)
  io.out(`rejected    ${countText(rejected)}`)
  const refusals = [...tally.refusals.values()].sort((a, b) => b.count - a.count)
  for (const { reason, count, first } of refusals.slice(0, MAX_LISTED)) {
    io.out(`  ${countText(count)} × ${reason}${first === '' ? '' : ` (first: ${first})`}`)
  }
  more(io, refusals.length - MAX_LISTED)
  io.out(`in ${seconds.toFixed(1)} s, ${countText(perSecond)} events/s`)
  const isRefused = rejected > 0 || files.some(({ unread }) => unread > 0)
  return isRefused ? EXIT.refused : EXIT.done
}

function more(io: CliIo, count: number): void {
  if (count > 0) io.out(`  and ${countText(count)} more`)
}
