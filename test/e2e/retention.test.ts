/** How long data is kept, set on screen over a whole server. */
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, inject, it, onTestFinished } from 'vitest'
import type { Role } from '../../shared/rights.ts'
import { startTestServer, type TestServer } from '../apiServer.ts'
import { launchBrowser } from '../browser.ts'
// Makes what a run provides known.
import type {} from '../redis.ts'
import { violationsOf } from './harness/violations.ts'

/** A browser on a busy machine: what it waits for comes, or something is broken. */
const PATIENCE_MS = 60_000
const patient = { timeout: PATIENCE_MS }

const PATH = '/setup/retention'

let server: TestServer
let browser: Browser
const errors: string[] = []
beforeAll(async () => {
  server = await startTestServer({
    kind: 'sqlite',
    postgresUrl: '',
    redisSocket: inject('redisSocket'),
    clientDir: fileURLToPath(new URL('../../dist/client', import.meta.url)),
  })
  // An answer to what is put waits for whoever tells the stream of it.
  server.keep('main')
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await server.close()
})
beforeEach(() => set({}))

const store = () => server.centers.get('main')!.directory
/** The directory whole, in the place of what was. */
async function set(retention: object, others: object = {}): Promise<void> {
  const directory = { center: { name: 'Northwind', retention }, ...others }
  const put = await store().put(directory, 'test', server.clock.nowMs, null)
  expect(put).toMatchObject({ ok: true })
}
const kept = async () => (await store().current()).directory.center.retention

/** The page as somebody sees it who has signed in. */
async function open(path = PATH, locale = 'en-US', role: Role = 'administrator'): Promise<Page> {
  const context = await browser.newContext({
    ...{ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    ...{ locale, reducedMotion: 'reduce' },
  })
  onTestFinished(() => context.close())
  context.setDefaultTimeout(PATIENCE_MS)
  const value = await server.signedIn(role)
  await context.addCookies([{ name: 'ringside', value, url: server.url }])
  const page = await context.newPage()
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(server.url + path)
  return page
}
const field = (page: Page, name: string) => page.getByRole('textbox', { name })
const press = (page: Page, name: string) => page.getByRole('button', { name }).click()

it('says in Japanese that the business day has to begin on a quarter of an hour', async () => {
  const put = { center: { businessDayStart: '05:10' } }
  expect(await store().put(put, 'test', server.clock.nowMs, null)).toMatchObject({ ok: true })
  const page = await open(PATH, 'ja-JP')
  await page.getByRole('radio', { name: '期間を過ぎたら削除する' }).check()
  expect(await violationsOf(page)).toEqual([])
  // Nothing is to be scrolled to sideways, and nothing is too small for a finger.
  expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBe(390)
  await press(page, '保存')
  await press(page, '削除して保存')
  await page.getByText(/^営業日の開始は05:10です。/).waitFor()
})

it('gives details up from the start page on, by the keyboard, once that was asked', async () => {
  const page = await open('/')
  await page.getByRole('link', { name: /How long data is kept/ }).click()
  await page.getByText('All details are kept now.').waitFor()
  await page.getByRole('radio', { name: 'Give them up' }).check()
  const days = field(page, 'Days that details are kept')
  await days.fill('99')
  await days.press('Enter')
  await page.getByText('enter a whole number of days, from 100 to 36,500.').waitFor()
  await days.fill('１８０')
  await days.press('Enter')
  const question = page.getByRole('group', { name: 'This cannot be undone' })
  await question.waitFor()
  expect(await violationsOf(page)).toEqual([])
  await page.keyboard.press('Escape')
  await question.waitFor({ state: 'detached' })
  expect((await kept()).detailDays).toBeUndefined()
  await page.keyboard.press('Enter')
  await question.waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByText('Saved.', { exact: true }).waitFor()
  expect(await kept()).toMatchObject({ detailDays: 180, rejectedDays: 30 })
  await page.reload()
  await expect.poll(() => days.inputValue(), patient).toBe('180')
})

it('leaves what others changed meanwhile, and tells of a change of the same', async () => {
  const page = await open()
  const days = field(page, 'Stream of events')
  await days.fill('9')
  await set({}, { queues: [{ key: 'sales' }] })
  await press(page, 'Save')
  await page.getByText('Saved.', { exact: true }).waitFor()
  const { directory } = await store().current()
  expect(directory.queues.map(({ key }) => key)).toEqual(['sales'])
  expect(directory.center.retention.streamDays).toBe(9)

  await days.fill('10')
  await set({ streamDays: 30 })
  await press(page, 'Save')
  await page.getByText(/^Somebody else changed this meanwhile/).waitFor()
  expect(await days.inputValue()).toBe('10')
  expect((await kept()).streamDays).toBe(30)
})

it('is for administrators alone', async () => {
  const page = await open('/', 'en-US', 'supervisor')
  await page.getByRole('heading', { name: 'Walls' }).waitFor()
  expect(await page.getByRole('link', { name: /How long data is kept/ }).count()).toBe(0)
  await page.goto(server.url + PATH)
  await page.getByText('You may not see this. Ask an administrator.').waitFor()
})

it('no screen threw anything', () => {
  expect(errors).toEqual([])
})
