// Runs a program as a step of some longer work, and shows that it is under way.
import { spawn } from 'node:child_process'
import { ROOT } from './paths.mjs'

/** How often a step that says nothing by itself is reported as still running. */
const STILL_RUNNING_MS = 10_000

/** Seconds since `startedAtMs` (of `performance.now()`), for people: `12 s`. */
export const secondsSince = (/** @type {number} */ startedAtMs) =>
  `${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`

/**
 * Runs a program to its end without showing what it prints, unless it fails: then all of it. In the
 * meantime a line every ten seconds says that it still runs. Rejects when it fails.
 *
 * @param {string} title What the step does, as a person would say it: `Building the screens`.
 * @param {string} command
 * @param {readonly string[]} words
 */
export async function quietly(title, command, words) {
  const startedAtMs = performance.now()
  console.log(`${title} …`)
  const timer = setInterval(() => {
    console.log(`${title} … ${secondsSince(startedAtMs)}`)
  }, STILL_RUNNING_MS)
  try {
    const { code, output } = await capture(command, words)
    if (code !== 0) throw new Error(`${title} failed (${command} ended with ${code}):\n${output}`)
  } finally {
    clearInterval(timer)
  }
  console.log(`${title}: done in ${secondsSince(startedAtMs)}`)
}

/**
 * @param {string} command
 * @param {readonly string[]} words
 * @returns {Promise<{ code: string | number, output: string }>}
 */
function capture(command, words) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm is a script there, which only a shell can run.
      shell: process.platform === 'win32',
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += String(chunk)
      })
    }
    child.on('error', reject)
    child.on('close', (code, signal) => {
      resolve({ code: code ?? signal ?? 'no code', output })
    })
  })
}
