/** A browser before the scripted center: what every screen test needs. */
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../browser.ts'
import { startHarness, type Harness } from './server.ts'

/** Saturday 21 November 2026, 14:32:10 in Tokyo, where the center is. */
export const START_MS = Date.parse('2026-11-21T05:32:10Z')

/** What a page is waited for, at most: less than a test may take, so that it is named. */
const CONDITION_LIMIT_MS = 60_000

export type Look = {
  theme?: 'dark' | 'light'
  locale?: 'en' | 'ja'
  width?: number
  height?: number
}

export type Screens = {
  harness: Harness
  /** A page of its own, as a visitor who was never there before; fails on anything it throws. */
  open: (path: string, look?: Look) => Promise<Page>
  /** What pages threw or logged as an error so far. */
  errors: string[]
  close: () => Promise<void>
}

export async function startScreens(alive = false): Promise<Screens> {
  const harness = await startHarness({ startMs: START_MS, alive })
  const browser: Browser = await launchBrowser()
  const errors: string[] = []
  return {
    harness,
    errors,
    async open(path, { theme = 'dark', locale = 'en', width = 1920, height = 1080 } = {}) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        locale: locale === 'ja' ? 'ja-JP' : 'en-US',
        // A center in Tokyo watched from elsewhere: times must not be the browser's.
        timezoneId: 'America/New_York',
        reducedMotion: 'reduce',
      })
      context.setDefaultTimeout(CONDITION_LIMIT_MS)
      const page = await context.newPage()
      page.on('pageerror', (error) => errors.push(String(error)))
      page.on('console', (message) => {
        // A call that is refused is logged as well, by the browser itself.
        if (message.type() === 'error' && !message.text().includes('status of 40')) {
          errors.push(message.text())
        }
      })
      const url = new URL(path, harness.url)
      if (url.pathname.startsWith('/wall')) url.searchParams.set('theme', theme)
      await page.goto(url.href)
      return page
    },
    async close() {
      await browser.close()
      await harness.close()
    },
  }
}
