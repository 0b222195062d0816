/** How long `npm start` takes to serve, with a day of the simulated center behind it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { middleOf, type BenchRow } from './row.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The first start may install and build, and then takes in a day. */
const FIRST_LIMIT_MS = 15 * MINUTE_MS
const LIMIT_MS = 2 * MINUTE_MS
/** The middle one counts. */
const ROUNDS = 3

/** A server that does nothing else: what Node itself needs to listen. */
const BARE = "const s=require('http').createServer();s.listen(0,()=>console.log('is at http://x'))"

export async function startupBench(): Promise<BenchRow[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringside-bench-'))
  const start = () => running('npm', ['start'], { DATA_DIR: dataDir, ...settings })
  try {
    const first = start()
    const { url } = await first.serving(FIRST_LIMIT_MS)
    await untilReady(url)
    await first.stop()
    const figures: number[] = []
    const floors: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      figures.push(await timed(start()))
      floors.push(await timed(running(process.execPath, ['-e', BARE], {})))
    }
    const [figure, floor] = [middleOf(figures), middleOf(floors)]
    return [
      {
        name: 'start-up, npm start to serving, a day of the demo behind it',
        figure,
        unit: 's',
        floor,
        ratio: figure / floor,
        target: '< 3 s; the floor is a bare Node server',
        wants: { atMost: 3 },
      },
    ]
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

const settings = {
  PORT: '0',
  RINGSIDE_DEMO: 'on',
  RINGSIDE_ADMIN_PASSWORD: 'password-of-the-bench',
  LOG_LEVEL: 'warn',
}

type Run = {
  serving: (limitMs: number) => Promise<{ url: string; seconds: number }>
  stop: () => Promise<void>
}

async function timed(run: Run): Promise<number> {
  const { seconds } = await run.serving(LIMIT_MS)
  await run.stop()
  return seconds
}

function running(program: string, words: readonly string[], env: Record<string, string>): Run {
  const beganMs = performance.now()
  const child: ChildProcess = spawn(program, words, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  let printed = ''
  return {
    serving: (limitMs) =>
      new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
          child.kill('SIGTERM')
          reject(new Error(`It does not serve:\n${printed}`))
        }, limitMs)
        const hear = (part: Buffer): void => {
          printed += part.toString()
          const url = /is at (http:\S+)/.exec(printed)?.[1]
          if (url === undefined) return
          clearTimeout(limit)
          resolve({ url, seconds: (performance.now() - beganMs) / SECOND_MS })
        }
        child.stdout?.on('data', hear)
        child.stderr?.on('data', hear)
        child.once('exit', (code) => {
          clearTimeout(limit)
          reject(new Error(`It ended with ${String(code)}:\n${printed}`))
        })
      }),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The engine holds what the simulator has told so far. */
async function untilReady(url: string): Promise<void> {
  const untilMs = performance.now() + FIRST_LIMIT_MS
  let calm = 0
  while (calm < 3) {
    if (performance.now() > untilMs) throw new Error(`${url} does not get ready`)
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    // Between two batches it is ready for a moment.
    calm = isReady ? calm + 1 : 0
    await pause(SECOND_MS)
  }
}
