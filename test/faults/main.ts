/**
 * `npm run test:faults [-- --runs N] [--only name] [--seed S]`: faults many times, as a table; with
 * `--prove`, the product broken on purpose, and whether they notice.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { ensureBuild } from '../../scripts/build.mjs'
import { inTurn } from '../../scripts/turn.mjs'
import { runFault, type Fault, type Outcome } from './fault.ts'
import { prove } from './prove.ts'
import { usualKind } from '../database.ts'
import { startForRun } from '../postgres.ts'
import { topologyFaults } from '../topologies/faults.ts'
import { faults as ofOneServer } from './registry.ts'

const faults = [...ofOneServer, ...topologyFaults]
/** The longest of the notes that a row of the table shows. */
const NOTE_LENGTH = 160

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string' },
    prove: { type: 'boolean', default: false },
  },
})
const runs = Number(values.runs)
const seed = values.seed === undefined ? randomInt(1_000_000_000) : Number(values.seed)
const unknown = values.only.filter((name) => !faults.some((fault) => fault.name === name))
if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
  console.error(
    'npm run test:faults -- [--runs N] [--only name]… [--seed S] [--prove]; the faults are:',
  )
  for (const { name, title } of faults) console.error(`  ${name}: ${title}`)
  process.exit(2)
}

if (values.prove) process.exit((await prove(seed, values.only)) ? 0 : 1)

await inTurn(ensureBuild)
const postgres = usualKind === 'postgres' ? await startForRun() : null
const rows: string[] = []
for (const fault of faults) {
  if (values.only.length > 0 && !values.only.includes(fault.name)) continue
  rows.push(await rowOf(fault))
}
await postgres?.remove()
console.log(`\nseed ${String(seed)}, ${String(runs)} runs each\n`)
console.log('| fault | what happens | runs | right | seconds | seen |')
console.log('| --- | --- | ---: | ---: | ---: | --- |')
for (const row of rows) console.log(row)

/** Runs it so many times, each from a seed of its own. */
async function rowOf(fault: Fault): Promise<string> {
  const lacks = (await fault.lacks?.()) ?? null
  if (lacks !== null) return `| ${fault.name} | ${fault.title} | 0 | 0 | | ${lacks} |`
  const outcomes: Outcome[] = []
  for (let run = 0; run < runs; run++) {
    const outcome = await runFault(fault, seed + run)
    outcomes.push(outcome)
    const isRight = outcome.wrong.length === 0
    const told = `${fault.name}, seed ${String(outcome.seed)}, ${outcome.seconds.toFixed(1)} s`
    console.log(`${isRight ? '✓' : '✗'} ${told}: ${outcome.notes.join('; ')}`)
    for (const line of outcome.wrong) console.log(`    ${line}`)
    if (!isRight) process.exitCode = 1
  }
  const right = outcomes.filter(({ wrong }) => wrong.length === 0).length
  const seconds = outcomes.reduce((sum, each) => sum + each.seconds, 0) / outcomes.length
  const seen = (outcomes.at(-1)?.notes ?? []).join('; ').slice(0, NOTE_LENGTH)
  const counts = `${String(outcomes.length)} | ${String(right)} | ${seconds.toFixed(1)}`
  return `| ${fault.name} | ${fault.title} | ${counts} | ${seen} |`
}
