/** `status`: how feeds, the stream and the engine are doing. */
import { z } from 'zod'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../shared/time.ts'
import { EXIT, UsageError, type CliIo, type Command } from '../command.ts'
import { connect, connectionOptions } from '../connection.ts'
import { countText } from '../progress.ts'

const Gap = z.object({ from: z.string(), to: z.string(), reason: z.string() })

/** Of the answer, what is printed. */
const Status = z.object({
  center: z.object({ key: z.string(), name: z.string(), simulated: z.boolean() }),
  asOf: z.string(),
  stream: z.object({ end: z.string(), gaps: z.array(Gap) }),
  detailsFrom: z.string().nullable().default(null),
  engine: z.object({
    place: z.string(),
    delayMs: z.number(),
    committedAt: z.string().nullable(),
    judgingAnew: z.boolean().default(false),
  }),
  events: z.object({
    folded: z.int(),
    duplicates: z.int(),
    conflicting: z.int(),
    poison: z.int(),
    unstorable: z.int(),
    late: z.int().default(0),
    rejectedKept: z.int(),
    ahead: z.object({ kept: z.int() }),
  }),
  sources: z.array(
    z.object({
      source: z.string().nullable(),
      doing: z.string().nullable(),
      lastEventAt: z.string().nullable(),
      lagMs: z.number().nullable(),
      accepted: z.int(),
      duplicates: z.int(),
      conflicting: z.int(),
      rejected: z.int(),
      reasons: z.array(z.object({ reason: z.string(), count: z.int() })),
      gaps: z.array(Gap),
      lacks: z.array(z.string()),
    }),
  ),
  storage: z
    .object({
      damage: z.string().nullable(),
      backup: z.object({ file: z.string(), at: z.string(), bytes: z.number() }).nullable(),
      backupFailure: z.object({ at: z.string(), message: z.string() }).nullable(),
      kept: z.array(z.string()),
    })
    .nullable(),
  unopened: z.object({ facts: z.int(), subjects: z.int() }),
  flagged: z.object({ subjects: z.int() }),
})
type Status = z.output<typeof Status>

export const statusCommand: Command = {
  name: 'status',
  summary: 'Show how feeds, the stream and the engine are doing',
  usage: '[options]',
  details: [
    'Of each feed: its last event, its delay, what was refused and why, and what it missed. With',
    '--json all that the server says, for programs.',
  ],
  options: {
    json: { type: 'boolean', help: 'the answer of GET /api/status as it is' },
    ...connectionOptions,
  },
  run: async (io, values, words) => {
    if (words.length > 0) throw new UsageError('status takes options only')
    const connection = connect(io, values)
    if (values['json'] === true) {
      io.out(JSON.stringify(await connection.get('/api/status', {}, z.unknown()), null, 2))
    } else {
      print(io, await connection.get('/api/status', {}, Status))
    }
    return EXIT.done
  },
}

function print(io: CliIo, status: Status): void {
  const { center, engine, stream, events, unopened, flagged } = status
  const simulated = center.simulated ? ', simulated' : ''
  io.out(`${center.name} (center ${center.key}${simulated}), ${status.asOf}`)
  const behind =
    engine.delayMs === 0 ? 'holds the whole stream' : `${spanText(engine.delayMs)} behind`
  io.out(`engine   ${behind}, at ${engine.place} of ${stream.end}`)
  if (engine.judgingAnew) io.out('         judges the past anew: the numbers are not complete yet')
  io.out(`events   ${countText(events.folded)} in the numbers`)
  const notes: [number, string][] = [
    [events.duplicates, 'duplicates'],
    [events.conflicting, 'with an id that was there, saying something else'],
    [events.rejectedKept, 'rejected, kept for a look'],
    [events.poison + events.unstorable, 'dead letters'],
    [events.late, 'late, for contacts whose details are given up'],
    [events.ahead.kept, 'ahead of our clock, waiting'],
    [unopened.facts, 'facts that wait for the beginning of their contact'],
    [flagged.subjects, 'contacts in which something looks wrong'],
  ]
  for (const [count, what] of notes) if (count > 0) io.out(`         ${countText(count)} ${what}`)
  if (status.detailsFrom !== null) io.out(`details  kept from ${status.detailsFrom} on`)
  gapLines(io, '', stream.gaps)
  if (status.storage) printStorage(io, status.storage)
  for (const source of status.sources) {
    io.out('')
    printSource(io, source)
  }
}

function printStorage(io: CliIo, storage: NonNullable<Status['storage']>): void {
  const { damage, backup, backupFailure, kept } = storage
  if (damage !== null) io.out(`DAMAGED  ${damage}: restart Ringside, which restores the backup`)
  io.out(
    backup === null
      ? 'backup   none yet'
      : `backup   ${backup.at}, ${countText(backup.bytes)} bytes, ${backup.file}`,
  )
  if (backupFailure) io.out(`         failed ${backupFailure.at}: ${backupFailure.message}`)
  for (const file of kept) io.out(`         was damaged, and is kept: ${file}`)
}

function printSource(io: CliIo, source: Status['sources'][number]): void {
  io.out(source.source ?? '(events that named no source)')
  if (source.doing !== null) io.out(`  ${source.doing}`)
  const lag = source.lagMs === null ? '' : `, ${spanText(source.lagMs)} late`
  io.out(`  last event ${source.lastEventAt ?? 'none'}${lag}`)
  const { accepted, duplicates, conflicting, rejected } = source
  io.out(
    `  ${countText(accepted)} accepted, ${countText(duplicates)} duplicates, ` +
      `${countText(conflicting)} conflicting, ${countText(rejected)} rejected`,
  )
  for (const { reason, count } of source.reasons) io.out(`    ${countText(count)} × ${reason}`)
  gapLines(io, '  ', source.gaps)
  if (source.lacks.length > 0) io.out(`  does not report ${source.lacks.join(', ')}`)
}

function gapLines(io: CliIo, indent: string, gaps: readonly z.output<typeof Gap>[]): void {
  for (const { from, to, reason } of gaps) io.out(`${indent}missed ${from} to ${to}: ${reason}`)
}

/** A duration for people, in its largest unit: `250 ms`, `12 s`, `3 min`, `5 h`, `2 d`. */
function spanText(ms: number): string {
  const units = [
    [DAY_MS, 'd'],
    [HOUR_MS, 'h'],
    [MINUTE_MS, 'min'],
    [SECOND_MS, 's'],
  ] as const
  const [unitMs, unit] = units.find(([least]) => Math.abs(ms) >= least) ?? [1, 'ms']
  return `${String(Math.round(ms / unitMs))} ${unit}`
}
