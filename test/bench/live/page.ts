/** The wall in Chromium: how much it keeps, how long it is busy, and when it has painted. */
import type { CDPSession, Page } from 'playwright-core'
import { launchBrowser } from '../../browser.ts'

export type WallPage = {
  page: Page
  /** What the page keeps after everything that is garbage has gone, in bytes. */
  heapBytes: () => Promise<number>
  /** Tasks of the page that took over 50 ms since it was asked last, each in milliseconds. */
  longTasks: () => Promise<number[]>
  /** Runs the page as a machine does that is so many times slower; 1: as it is. */
  throttle: (times: number) => Promise<void>
  /** What the page threw or logged as an error so far. */
  errors: readonly string[]
  close: () => Promise<void>
}

/** As text: the project's own code knows no window. */
const NOTE_LONG_TASKS = `
  window.longTasks = []
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration)
  }).observe({ entryTypes: ['longtask'] })
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
  await context.addInitScript(NOTE_LONG_TASKS)
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.goto(`${url}${path}`)
  await page.getByRole('main').waitFor()
  const devtools: CDPSession = await context.newCDPSession(page)
  await devtools.send('HeapProfiler.enable')
  await devtools.send('Runtime.enable')
  return {
    page,
    errors,
    async heapBytes() {
      await devtools.send('HeapProfiler.collectGarbage')
      return (await devtools.send('Runtime.getHeapUsage')).usedSize
    },
    longTasks: () => page.evaluate<number[]>('window.longTasks.splice(0)'),
    throttle: async (times) => {
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: times })
    },
    close: () => browser.close(),
  }
}
