// `npm run check`: the whole law of this repository, step by step, and one line in the end that says
// how much of it passed: each test of vitest counts, and each other step as one.
import { spawn } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { secondsSince } from './command.mjs'
import { ROOT } from './paths.mjs'

/** @type {readonly { title: string, command: readonly string[] }[]} */
const STEPS = [
  { title: 'Format', command: ['prettier', '--check', '.'] },
  { title: 'Types of the server', command: ['tsc'] },
  // What runs in the page knows the page.
  { title: 'Types of the browser tests', command: ['tsc', '-p', 'test/e2e'] },
  {
    title: 'Types of the client',
    command: ['svelte-check', '--tsconfig', 'client/tsconfig.json', '--fail-on-warnings'],
  },
  { title: 'Lint', command: ['eslint', '.', '--max-warnings', '0'] },
  { title: 'Boundaries', command: ['depcruise', 'server', 'client', 'shared', 'test', 'scripts'] },
  { title: 'Unused', command: ['knip'] },
]
const RESULTS = join(ROOT, '.cache', 'vitest.json')

let passed = 0
let skipped = 0
/** @type {string[]} */
const failures = []

for (const { title, command } of STEPS) {
  if (await step(title, command)) passed += 1
  else failures.push(title)
}
await runTests()

for (const failure of failures) console.log(`✗ ${failure}`)
const left = skipped === 0 ? '' : `, ${skipped} skipped`
console.log(`\n${passed} passed, ${failures.length} failed${left}`)
process.exitCode = failures.length === 0 ? 0 : 1

/** Runs the tests and adds up what vitest counted. */
async function runTests() {
  await mkdir(join(ROOT, '.cache'), { recursive: true })
  await rm(RESULTS, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}`]
  const isGreen = await step('Tests', ['vitest', 'run', ...reporters])

  const files = await readResults()
  const tests = files.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ status, fullName }) => ({
      status,
      name: `${name.slice(ROOT.length + 1)}: ${fullName}`,
    })),
  )
  const failed = tests.filter(({ status }) => status === 'failed').map(({ name }) => name)
  const ok = tests.filter(({ status }) => status === 'passed').length
  passed += ok
  // A test of what only another system can do.
  skipped += tests.length - ok - failed.length
  failures.push(...failed)
  // A file that does not load, or an error outside of any test, fails no test by name.
  if (!isGreen && failed.length === 0) failures.push('Tests: see the errors above')
}

/**
 * @typedef {object} TestFile What vitest's JSON report says of one file of tests.
 * @property {string} name
 * @property {{ status: string, fullName: string }[]} assertionResults
 */

/** @returns {Promise<TestFile[]>} None when vitest ended before it could report. */
async function readResults() {
  const text = await readFile(RESULTS, 'utf8').catch(() => '{"testResults":[]}')
  /** @type {unknown} */
  const report = JSON.parse(text)
  return /** @type {{ testResults: TestFile[] }} */ (report).testResults
}

/** @returns {Promise<boolean>} Whether it ended well. */
function step(/** @type {string} */ title, /** @type {readonly string[]} */ command) {
  const startedAtMs = performance.now()
  console.log(`\n── ${title} ${'─'.repeat(Math.max(0, 60 - title.length))}`)
  const [program = '', ...words] = command
  return new Promise((resolve) => {
    const child = spawn(join(ROOT, 'node_modules', '.bin', program), words, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    })
    child.on('error', (error) => {
      console.error(error)
      resolve(false)
    })
    child.on('close', (code) => {
      console.log(`── ${title}: ${code === 0 ? 'green' : 'RED'} in ${secondsSince(startedAtMs)}`)
      resolve(code === 0)
    })
  })
}
