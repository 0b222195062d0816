/** `npm run ringside -- …`: joins the command line to this process. */
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { runCli } from './cli.ts'

/** A second Ctrl-C ends a command that does not end by itself. */
const stop = new AbortController()
process.once('SIGINT', () => {
  stop.abort()
})

// What the server of this folder is set to; what the environment says already stands.
if (existsSync('.env')) process.loadEnvFile('.env')

const { stdout, stderr } = process
// The rest of the line is cleared: a shorter text is drawn over a longer one.
const draw = (line: string): void => {
  stderr.write(`\r${line.slice(0, (stderr.columns || 80) - 1)}\u001b[K`)
}

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  // npm runs it in the project's folder; paths are meant from where the person is.
  folder: process.env['INIT_CWD'] ?? process.cwd(),
  project: process.cwd(),
  input: () => text(process.stdin),
  out: (line) => stdout.write(`${line}\n`),
  err: (line) => stderr.write(`${line}\n`),
  draw: stderr.isTTY ? draw : null,
  now: () => Date.now(),
  wait: (ms) => pause(ms, undefined, { signal: stop.signal }).catch(() => undefined),
  signal: stop.signal,
})
