/**
 * `npm run bench [-- name …]`: each figure beside its floor, measured in the same run. `year` takes
 * an hour and more, and runs where it is named only.
 */
import { parseArgs } from 'node:util'
import { booksBench } from './books.ts'
import { engineBench } from './engine.ts'
import { fanoutBench } from './fanout.ts'
import { ingestBench } from './ingest.ts'
import { liveBench } from './live.ts'
import { machine } from './machine.ts'
import { pageBench } from './page.ts'
import { pollingBench } from './polling.ts'
import { compared, readResults, writeResults } from './results.ts'
import { figureText, metText, type BenchRow } from './row.ts'
import { startupBench } from './startup.ts'
import { yearBench } from './year.ts'

type Bench = {
  measures: string
  run: () => Promise<BenchRow[]>
  /** Takes an hour and more: runs where it is named only. */
  isLong?: boolean
}

const { values, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    contacts: { type: 'string', default: '1000000' },
    days: { type: 'string', default: '365' },
    data: { type: 'string' },
  },
})

const benches: Readonly<Record<string, Bench>> = {
  ingest: { measures: 'POST to disk: batches and single events', run: ingestBench },
  engine: {
    measures: 'events to entries, over sizes and hours',
    run: () => engineBench(values.long),
  },
  books: { measures: 'entries to the database, both kinds', run: booksBench },
  live: { measures: 'POST to the frame that a viewer reads', run: liveBench },
  fanout: { measures: 'thousands who watch; memory; bytes of a wall', run: fanoutBench },
  polling: { measures: 'pushing to 100 viewers beside polling SQL', run: pollingBench },
  page: { measures: 'the wall in a slow Chromium', run: pageBench },
  startup: { measures: 'npm start to serving', run: startupBench },
  year: {
    measures: 'questions over a year of history; an hour, and only where it is named',
    run: () =>
      yearBench({
        contacts: Number(values.contacts),
        days: Number(values.days),
        folder: values.data ?? null,
      }),
    isLong: true,
  },
}

const said = { yes: 'met   ', no: 'MISSED', none: '      ' } as const

const usage = `npm run bench -- [name …] [--write | --compare]

${Object.entries(benches)
  .map(([name, { measures }]) => `  ${name.padEnd(9)} ${measures}`)
  .join('\n')}

  --write    puts what was measured into docs/performance.json and docs/performance.md
  --compare  compares with what is there, and fails where a ratio got worse beyond noise
  --long     measures the engine in sizes and for hours that take minutes
  --contacts N, --days N, --data FOLDER: of year
All the others are run when none is named. \`npm run soak -- --help\` is another.`

const unknown = asked.filter((name) => !(name in benches))
if (values.help || unknown.length > 0 || (values.write && values.compare)) {
  if (unknown.length > 0) console.error(`There is no ${unknown.join(', ')}.\n`)
  console.log(usage)
  process.exit(values.help ? 0 : 2)
}

const here = machine()
console.log(
  `${String(here.cores)} cores (${here.processor}), ${String(here.memoryGB)} GB, ` +
    `${here.system}, Node ${here.node}, load ${String(here.load)}`,
)
if (here.load > here.cores / 2) {
  console.log('The machine is busy with other things: only ratios say something.')
}
const stored = await readResults()
const chosen = Object.entries(benches).filter(
  ([name, { isLong }]) => asked.includes(name) || (asked.length === 0 && !isLong),
)
for (const [n, [name, { measures, run }]] of chosen.entries()) {
  const beganMs = performance.now()
  console.log(`\n${name} (${String(n + 1)} of ${String(chosen.length)}): ${measures} …`)
  try {
    const rows = await run()
    for (const row of rows) print(row)
    if (values.write) await writeResults(name, rows, here)
    if (values.compare) {
      const { lines, worse } = compared(rows, stored[name]?.rows ?? [])
      for (const line of lines) console.log(`  ${line}`)
      if (worse > 0) process.exitCode = 1
    }
    console.log(`  (${((performance.now() - beganMs) / 1_000).toFixed(0)} s)`)
  } catch (error) {
    // One that fails takes none of the others with it.
    console.error(`${name} failed:`, error)
    process.exitCode = 1
  }
}

function print(row: BenchRow): void {
  const { name, figure, unit, floor, ratio, target, note } = row
  console.log(`  ${said[metText(row) ?? 'none']} ${name}`)
  console.log(
    `         ${figureText(figure)} ${unit}, floor ${figureText(floor)} ${unit}, ` +
      `ratio ${figureText(ratio)}; target ${target}`,
  )
  if (note !== undefined) console.log(`         ${note}`)
}
