/**
 * `npm run bench [-- name …]`: each figure beside its floor, measured in the same run. `year` takes
 * an hour and more, and runs where it is named only:
 * `npm run bench -- year [--contacts N] [--days N] [--data FOLDER]`.
 */
import { parseArgs } from 'node:util'
import { booksBench } from './books.ts'
import { engineBench } from './engine.ts'
import { fanoutBench } from './fanout.ts'
import { ingestBench } from './ingest.ts'
import type { BenchRow } from './row.ts'
import { startupBench } from './startup.ts'
import { yearBench } from './year.ts'

const benches: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  ingest: ingestBench,
  engine: engineBench,
  books: booksBench,
  fanout: fanoutBench,
  startup: startupBench,
}

const { positionals: asked, values: options } = parseArgs({
  allowPositionals: true,
  options: { contacts: { type: 'string' }, days: { type: 'string' }, data: { type: 'string' } },
})
/** Run where they are named only. */
const long: typeof benches = {
  year: () =>
    yearBench({
      contacts: Number(options.contacts ?? 1_000_000),
      days: Number(options.days ?? 365),
      folder: options.data ?? null,
    }),
}
const all = { ...benches, ...long }
const unknown = asked.filter((name) => !(name in all))
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}; there is ${Object.keys(all).join(', ')}.`)
  process.exit(2)
}

for (const [name, bench] of Object.entries(all)) {
  if (asked.length > 0 ? !asked.includes(name) : name in long) continue
  try {
    for (const row of await bench()) print(row)
  } catch (error) {
    // One that fails takes none of the others with it.
    console.error(`${name} failed:`, error)
    process.exitCode = 1
  }
}

function print({ name, figure, unit, floor, ratio, target }: BenchRow): void {
  console.log(name)
  console.log(`  ${text(figure)} ${unit}, floor ${text(floor)} ${unit}, ratio ${ratio.toFixed(2)}`)
  console.log(`  target ${target}`)
}

function text(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 2 : 0 })
}
