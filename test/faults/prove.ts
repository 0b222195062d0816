/** Proves the harness: breaks a rule in a copy of the product, and the fault must go wrong there. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brokenRules, type BrokenRule } from './rules.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Fetched or installed once, and used by the copy as they are. */
const LINKED = ['node_modules', '.cache']
const LEFT_OUT = new Set([...LINKED, '.git', 'data'])

/** Proves rules one after the other, prints a table; false: one went unnoticed, or cannot be broken. */
export async function prove(seed: number, only: readonly string[]): Promise<boolean> {
  const rows: string[] = []
  let isProved = true
  for (const broken of brokenRules) {
    if (only.length > 0 && !only.includes(broken.fault)) continue
    const noticed = await noticedBy(broken, seed)
    isProved &&= noticed !== null
    const row = `| ${String(broken.rule)}: ${broken.broken} | \`${broken.fault}\` | ${noticed ?? 'NOTHING'} |`
    console.log(row)
    rows.push(row)
  }
  console.log(`\nseed ${String(seed)}\n\n| broken | fault | noticed by |\n| --- | --- | --- |`)
  console.log(rows.join('\n'))
  return isProved
}

/** What the fault found wrong first, with the rule broken; null: it found nothing. */
async function noticedBy(broken: BrokenRule, seed: number): Promise<string | null> {
  const copy = await mkdtemp(join(tmpdir(), 'ringside-broken-'))
  try {
    await cp(ROOT, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) })
    for (const name of LINKED) await symlink(join(ROOT, name), join(copy, name))
    await breakIn(copy, broken)
    const { code, said } = await run(copy, broken.fault, seed)
    if (code === 0) return null
    // The run itself must have come to an end: a build that fails proves nothing.
    const wrong = new RegExp(`^✗ ${broken.fault}.*\\n +(.*)`, 'm').exec(said)?.[1]
    if (wrong === undefined) throw new Error(`${broken.fault} did not run:\n${said}`)
    return wrong.slice(0, 120).replaceAll('|', '/')
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

async function breakIn(copy: string, { rule, file, from, to }: BrokenRule): Promise<void> {
  const source = await readFile(join(copy, file), 'utf8')
  if (source.split(from).length !== 2) {
    throw new Error(`Rule ${String(rule)} cannot be broken: ${file} does not hold once\n${from}`)
  }
  await writeFile(
    join(copy, file),
    source.replace(from, () => to),
  )
}

function run(copy: string, fault: string, seed: number): Promise<{ code: number; said: string }> {
  const words = ['tsx', 'test/faults/main.ts', '--only', fault, '--seed', String(seed)]
  return new Promise((resolve) => {
    execFile('npx', words, { cwd: copy, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      resolve({ code: error ? 1 : 0, said: `${out}\n${err}` })
    })
  })
}
