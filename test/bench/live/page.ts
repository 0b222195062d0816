/** The wall in Chromium: how much it keeps, how long it is busy, and when it has painted. */
import { gzipSync } from 'node:zlib'
import type { CDPSession, Response } from 'playwright-core'
import { launchBrowser } from '../../browser.ts'

export type WallPage = {
  /** What the page keeps after everything that is garbage has gone, in bytes. */
  heapBytes: () => Promise<number>
  /** Tasks of the page that took over 50 ms since it was asked last, each in milliseconds. */
  longTasks: () => Promise<number[]>
  /** Runs the page as a machine does that is so many times slower; 1: as it is. */
  throttle: (times: number) => Promise<void>
  /**
   * Resolves when the number of those waiting is painted as this text, with the instant: UTC
   * milliseconds of this machine, which is the page's as well.
   */
  paintedAt: (text: string) => Promise<number>
  /** All script that it loaded so far, each file gzipped, in bytes. */
  scriptBytes: () => Promise<number>
  /** What the page threw or logged as an error so far. */
  errors: readonly string[]
  close: () => Promise<void>
}

/** As text: the project's own code knows no window. */
const IN_PAGE = `
  window.longTasks = []
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration)
  }).observe({ entryTypes: ['longtask'] })
  window.paintedAt = (text) => new Promise((resolve) => {
    const look = () => {
      const shown = document.querySelector('[aria-label="Waiting"] .number')
      // What is set before one frame is on the screen by the next.
      if (shown?.textContent.trim() === text) {
        requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()))
      } else requestAnimationFrame(look)
    }
    look()
  })
`

/** Signs in as the administrator and opens a wall; resolves when it shows something. */
export async function openWallPage(url: string, path: string, password: string): Promise<WallPage> {
  const browser = await launchBrowser()
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
  const signedIn = await context.request.post(`${url}/api/session`, {
    data: { name: 'admin', password },
  })
  if (signedIn.status() !== 204) {
    await browser.close()
    throw new Error(`The sign-in answered ${String(signedIn.status())}`)
  }
  await context.addInitScript(IN_PAGE)
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  const scripts: Response[] = []
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.endsWith('.js')) scripts.push(response)
  })
  await page.goto(`${url}${path}`)
  await page.getByRole('main').waitFor()
  const devtools: CDPSession = await context.newCDPSession(page)
  await devtools.send('HeapProfiler.enable')
  await devtools.send('Runtime.enable')
  return {
    errors,
    async heapBytes() {
      await devtools.send('HeapProfiler.collectGarbage')
      return (await devtools.send('Runtime.getHeapUsage')).usedSize
    },
    longTasks: () => page.evaluate<number[]>('window.longTasks.splice(0)'),
    async scriptBytes() {
      const bodies = await Promise.all(scripts.map((script) => script.body()))
      return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0)
    },
    paintedAt: (text) => page.evaluate<number>(`paintedAt(${JSON.stringify(text)})`),
    throttle: async (times) => {
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: times })
    },
    close: () => browser.close(),
  }
}
