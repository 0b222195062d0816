/** The browser engines of office TVs, real ones of their years, driven by plain DevTools. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '../shared/time.ts'
import { BROWSER_FLAGS, ensureChromium } from './chromium.ts'
import { devTools } from './devtools.ts'
import { ensureTvProgram, type TvVersion } from './tvPackages.ts'

/** An old engine is slow, and so may be the machine. */
const CONDITION_LIMIT_MS = 60 * SECOND_MS
const LOOK_AGAIN_MS = 50

/** One page in an old engine. */
export type TvPage = {
  /** What the expression comes to; a promise is waited for. Rejects with what the page threw. */
  evaluate: (expression: string) => Promise<unknown>
  /** Resolves once the expression is truthy; rejects with the page's errors after a minute. */
  waitFor: (expression: string) => Promise<void>
  /** A PNG of what the TV shows. */
  screenshot: () => Promise<Buffer>
  /** What the page threw or logged as an error, so far. */
  errors: readonly string[]
}

export type TvEngine = {
  version: TvVersion
  /** Opens an address on a screen of 1920 × 1080. */
  open: (url: string) => Promise<TvPage>
  close: () => Promise<void>
}

/** Starts the engine with nothing of an earlier run in it; the caller closes it. */
export async function launchTvEngine(version: TvVersion): Promise<TvEngine> {
  const path = await ensureTvProgram(version)
  const { env } = await ensureChromium()
  const profile = await mkdtemp(join(tmpdir(), `ringside-tv${String(version)}-`))
  const engine = spawn(
    path,
    [
      '--headless',
      '--no-zygote',
      '--remote-debugging-pipe',
      '--window-size=1920,1080',
      `--user-data-dir=${profile}`,
      ...BROWSER_FLAGS,
    ],
    { env: { ...env, HOME: profile }, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  )
  const ended = once(engine, 'exit')
  const tools = devTools(engine.stdio[4] as Readable, engine.stdio[3] as Writable)

  return {
    version,
    async open(url) {
      const { targetId } = await tools.send('Target.createTarget', { url: 'about:blank' })
      const attached = await tools.send('Target.attachToTarget', { targetId })
      const sessionId = String(attached['sessionId'])
      const page = (method: string, params?: Record<string, unknown>) =>
        tools.send(method, params, sessionId)

      const errors: string[] = []
      tools.onEvent(sessionId, (method, params) => {
        if (method === 'Runtime.exceptionThrown') errors.push(JSON.stringify(params))
        if (method === 'Log.entryAdded' && JSON.stringify(params).includes('"level":"error"')) {
          errors.push(JSON.stringify(params))
        }
      })
      await page('Runtime.enable')
      await page('Log.enable')
      await page('Page.enable')
      const screen = { width: 1920, height: 1080, deviceScaleFactor: 1, mobile: false }
      await page('Emulation.setDeviceMetricsOverride', screen)
      await page('Page.navigate', { url })

      const evaluate = async (expression: string): Promise<unknown> => {
        const options = { expression, awaitPromise: true, returnByValue: true }
        const answer = await page('Runtime.evaluate', options)
        if (answer['exceptionDetails']) throw new Error(JSON.stringify(answer['exceptionDetails']))
        return (answer['result'] as { value?: unknown }).value
      }
      return {
        evaluate,
        errors,
        async waitFor(expression) {
          const endsAt = performance.now() + CONDITION_LIMIT_MS
          while (performance.now() < endsAt) {
            // While a page is being replaced there is nothing to evaluate in.
            if (await evaluate(expression).catch(() => false)) return
            await pause(LOOK_AGAIN_MS)
          }
          throw new Error(`Never came true: ${expression}\n${errors.join('\n')}`)
        },
        async screenshot() {
          const { data } = await page('Page.captureScreenshot', { format: 'png' })
          return Buffer.from(String(data), 'base64')
        },
      }
    },
    async close() {
      engine.kill('SIGKILL')
      await ended
      // Its children may still be writing as they end.
      await rm(profile, { recursive: true, force: true, maxRetries: 20 })
    },
  }
}
