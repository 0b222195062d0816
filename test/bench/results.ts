/** The stored results: docs/performance.json, and the tables that docs/performance.md shows of it. */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { z } from 'zod'
import { figureText, isMoreBetter, metText, type BenchRow } from './row.ts'
import type { Machine } from './machine.ts'

const FILE = fileURLToPath(new URL('../../docs/performance.json', import.meta.url))
const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url))

const Bound = z.number().exactOptional()
const Row = z.object({
  name: z.string(),
  figure: z.number(),
  unit: z.string(),
  floor: z.number(),
  ratio: z.number(),
  target: z.string(),
  wants: z.object({ ratioAtLeast: Bound, ratioAtMost: Bound, atLeast: Bound, atMost: Bound }),
  note: z.string().exactOptional(),
})
/** Rows of one bench, with when and where they were measured. */
const Measured = z.object({
  at: z.string(),
  machine: z.object({
    cores: z.number(),
    processor: z.string(),
    memoryGB: z.number(),
    system: z.string(),
    node: z.string(),
    load: z.number(),
  }),
  rows: z.array(Row),
})
type Measured = z.infer<typeof Measured>
const Results = z.record(z.string(), Measured)
/** By the name of the bench. */
export type Results = Record<string, Measured>

/** A ratio that differs by less is the machine's noise and not ours. */
const NOISE = 0.3

export async function readResults(): Promise<Results> {
  const text = await readFile(FILE, 'utf8').catch(() => '{}')
  return Results.parse(JSON.parse(text))
}

/** Puts a bench's rows in the place of its earlier ones, in the file and on the page. */
export async function writeResults(
  bench: string,
  rows: readonly BenchRow[],
  machine: Machine,
): Promise<void> {
  const measured = { at: new Date().toISOString(), machine, rows: [...rows] }
  const results: Results = { ...(await readResults()), [bench]: measured }
  await writeFile(FILE, await pretty(JSON.stringify(results), FILE))
  const page = await readFile(PAGE, 'utf8')
  await writeFile(PAGE, await pretty(withTables(page, results), PAGE))
}

async function pretty(text: string, filepath: string): Promise<string> {
  return format(text, { ...(await resolveConfig(filepath)), filepath })
}

const BEGIN = '<!-- results: made by `npm run bench -- --write` -->'
const END = '<!-- end of results -->'

/** The page with its tables made anew; all else on it stays. */
export function withTables(page: string, results: Results): string {
  const from = page.indexOf(BEGIN)
  const to = page.indexOf(END)
  if (from === -1 || to === -1) throw new Error(`${PAGE} has no place for results`)
  const tables = Object.entries(results).map(([bench, measured]) => tableOf(bench, measured))
  return `${page.slice(0, from)}${BEGIN}\n\n${tables.join('\n\n')}\n\n${page.slice(to)}`
}

function tableOf(bench: string, { at, machine, rows }: Measured): string {
  const { cores, processor, memoryGB, system, node, load } = machine
  return [
    `### ${bench}`,
    '',
    `${at.slice(0, 16).replace('T', ' ')} UTC; ${String(cores)} cores (${processor}), ` +
      `${String(memoryGB)} GB, ${system}, Node ${node}; load when it began: ${String(load)}.`,
    '',
    '| what | figure | floor | ratio | target | met |',
    '| --- | ---: | ---: | ---: | --- | --- |',
    ...rows.map((row) => {
      const figures = [row.figure, row.floor].map((value) => `${figureText(value)} ${row.unit}`)
      const met = [metText(row) ?? '–', ...(row.note === undefined ? [] : [row.note])].join(': ')
      return `| ${[row.name, ...figures, figureText(row.ratio), row.target, met].join(' | ')} |`
    }),
  ].join('\n')
}

/**
 * What got better or worse than the stored results, a line each, and whether anything got worse.
 * Ratios are compared: what the machine does meanwhile falls on figure and floor alike.
 */
export function compared(
  rows: readonly BenchRow[],
  stored: readonly Pick<BenchRow, 'name' | 'ratio'>[],
): { lines: string[]; worse: number } {
  let worse = 0
  const lines = rows.map((row) => {
    const before = stored.find(({ name }) => name === row.name)
    if (!before) return `new: ${row.name}`
    const change = row.ratio / before.ratio - 1
    const gain = isMoreBetter(row) ? change : -change
    const isWorse = gain < -NOISE
    if (isWorse) worse += 1
    const word = isWorse ? 'WORSE' : gain > NOISE ? 'better' : 'as before'
    const ratios = `${figureText(before.ratio)} → ${figureText(row.ratio)}`
    return `${word}: ${row.name}: ratio ${ratios}`
  })
  return { lines, worse }
}
