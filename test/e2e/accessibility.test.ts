import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startScreens, type Look, type Screens } from './harness/screens.ts'
import { violationsOf } from './harness/violations.ts'

let screens: Screens
beforeAll(async () => {
  screens = await startScreens()
})
afterAll(() => screens.close())

/** Each screen with what shows that it is there; of sixty agents alike, six will do. */
const routes = [
  { path: '/', there: 'main h2' },
  { path: '/sign-in', there: 'form' },
  { path: '/live?q=anna', there: '[role=grid] tbody tr' },
  {
    path: '/live?q=anna&metric=serviceLevel&scope=queue:support',
    there: 'aside table:nth-of-type(2)',
  },
  {
    path: '/live?q=anna&metric=serviceLevel&scope=queue:support&subject=contact/x',
    there: 'aside ol',
  },
  { path: '/wall/center', there: 'section' },
  { path: '/wall/queue', there: 'main li a' },
  { path: '/wall/queue?queue=sales', there: 'canvas' },
  { path: '/wall/nowhere', there: 'h1' },
  { path: '/nowhere', there: 'h1' },
] as const

describe.each(['dark', 'light'] as const)('in %s', (theme) => {
  describe.each(['en', 'ja'] as const)('in %s', (locale) => {
    it.each(routes)('$path', async ({ path, there }) => {
      const page = await opened(path, there, { theme, locale, width: 1440, height: 900 })
      expect(await violationsOf(page)).toEqual([])
    })
  })
})

describe('on a phone', () => {
  it.each(routes)('$path', async ({ path, there }) => {
    const page = await opened(path, there, { width: 390, height: 844 })
    expect(await violationsOf(page)).toEqual([])
    // Reflow: nothing is to be scrolled to sideways but within a table of its own.
    const width = await page.locator('html').evaluate((html) => html.scrollWidth)
    expect(width).toBe(390)
  })
})

async function opened(path: string, there: string, look: Look): Promise<Page> {
  screens.harness.script.signedIn = path !== '/sign-in'
  const page = await screens.open(path, look)
  onTestFinished(() => page.context().close())
  await page.locator(there).first().waitFor()
  return page
}

it('a change of state is said once, politely, and not by every tile', async () => {
  screens.harness.script.signedIn = true
  const page = await opened('/wall/center', 'section', {})
  const status = page.getByRole('status')
  expect(await status.innerText()).toBe('')
  const { center } = screens.harness
  center.pileUp('billing', 30, center.mirror.atMs)
  screens.harness.push()
  await expect.poll(() => status.innerText()).toContain('Waiting: Missed')
  expect(await page.locator('[aria-live]').count()).toBe(0)
})
