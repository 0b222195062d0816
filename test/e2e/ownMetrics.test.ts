/** Metrics of a center's own on screen, over a whole server: from an empty page to a live value. */
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
} from 'vitest'
import { MINUTE_MS } from '../../shared/time.ts'
import type { Role } from '../../shared/rights.ts'
import type { CenterStream } from '../../server/stream/openStream.ts'
import { startTestServer, type TestServer } from '../apiServer.ts'
import { launchBrowser } from '../browser.ts'
import { calls, CALLS_BEGIN_MS } from '../calls.ts'
import { append, committed } from '../keeping.ts'
// Makes what a run provides known.
import type {} from '../redis.ts'
import { violationsOf } from './harness/violations.ts'

/** A browser on a busy machine: what it waits for comes, or something is broken. */
const PATIENCE_MS = 60_000
const patient = { timeout: PATIENCE_MS }

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
  server.clock.nowMs = CALLS_BEGIN_MS + 60 * MINUTE_MS
  browser = await launchBrowser()
  const center = server.centers.get('main')
  const { log } = center?.stream as CenterStream
  await set({})
  await committed(server.keep('main'), await append(log, calls(60)))
})
afterAll(async () => {
  await browser.close()
  await server.close()
})
beforeEach(() => set({}))

/** The directory whole, in the place of what was. */
async function set(changes: object): Promise<void> {
  const directory = {
    center: { name: 'Northwind', timeZone: 'Asia/Tokyo' },
    queues: [{ key: 'sales', name: 'Sales' }, { key: 'support' }],
    ...changes,
  }
  const center = server.centers.get('main')
  const put = await center?.directory.put(directory, 'test', server.clock.nowMs, null)
  expect(put).toMatchObject({ ok: true })
}

type Look = { theme?: 'dark' | 'light'; locale?: 'en' | 'ja'; width?: number; height?: number }

/** One session for each role: a password takes its time, by intent. */
const sessions = new Map<Role, string>()
async function sessionOf(role: Role): Promise<string> {
  const session = sessions.get(role) ?? (await server.signedIn(role))
  sessions.set(role, session)
  return session
}

/** The page as somebody sees it who has signed in. */
async function open(path = '/setup/metrics', look: Look = {}, role: Role = 'administrator') {
  const { theme = 'dark', locale = 'en', width = 1440, height = 1000 } = look
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale: locale === 'ja' ? 'ja-JP' : 'en-US',
    reducedMotion: 'reduce',
  })
  onTestFinished(() => context.close())
  context.setDefaultTimeout(PATIENCE_MS)
  const value = await sessionOf(role)
  await context.addCookies([{ name: 'ringside', value, url: server.url }])
  const page = await context.newPage()
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    // A call that is refused is logged as well, by the browser itself.
    const isRefusal = message.text().includes('status of 4')
    if (message.type() === 'error' && !isRefusal) errors.push(message.text())
  })
  await page.goto(server.url + path)
  return page
}

/** The value that the API gives of a metric today. */
async function valueOf(id: string): Promise<number | null> {
  const path = `/api/metrics?scope=center&window=today&ids=${id}`
  const answer = await server.call(path, { key: server.apiKey })
  expect(answer.status, answer.text).toBe(200)
  const { values } = answer.json as { values: Record<string, { value: number | null }> }
  return values[id]?.value ?? null
}

const previewOf = (page: Page) => page.getByRole('region', { name: 'What it comes to' })
const save = (page: Page) => page.getByRole('button', { name: 'Save' }).click()

const optionsOf = (page: Page, list: string) => page.locator(`#${list}-list`).getByRole('option')

/** Chooses the counter that a search finds first. */
async function choose(
  page: Page,
  list: 'add' | 'subtract' | 'by',
  search: string,
  counter: string,
): Promise<void> {
  const name = { add: /^Add up/, subtract: /^Take away/, by: /^Divide by/ }[list]
  const combobox = page.getByRole('combobox', { name })
  await combobox.fill(search)
  await optionsOf(page, list).first().filter({ hasText: counter }).waitFor()
  await combobox.press('Enter')
}

describe('an administrator', () => {
  it('makes the first metric: chosen, seen, named and kept', async () => {
    const page = await open()
    await page.getByRole('heading', { name: 'There is no metric of your own yet' }).waitFor()
    await page.getByRole('link', { name: 'New metric' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Abandoned, of all')
    expect(await page.getByLabel('Key').inputValue()).toBe('abandonedOfAll')
    await page.getByLabel('Name in Japanese').fill('放棄の割合')
    await page.getByRole('radio', { name: /A ratio/ }).check()
    await choose(page, 'add', 'abandoned after', 'abandonedPassed')
    await choose(page, 'by', 'visits entry', 'visitsOffered')
    await page.getByRole('radio', { name: 'Down' }).check()

    // What it comes to is seen before anybody else sees it.
    const preview = previewOf(page)
    await preview.getByText('abandonedPassed) / (visitsOffered)').waitFor()
    const shown = await preview.locator('dd').first().innerText()
    expect(shown).toMatch(/^[1-9]\d?%$/)
    expect((await server.call('/api/metrics/own', { key: server.apiKey })).json).toEqual({
      metrics: [],
    })

    await save(page)
    await page.getByText('Abandoned, of all is saved. Boards can show it.').waitFor()
    const [passed, offered] = [await valueOf('callsAbandoned'), await valueOf('callsOffered')]
    const kept = await valueOf('own:abandonedOfAll')
    expect(kept).toBeGreaterThan(0)
    expect(kept).toBeLessThanOrEqual((passed ?? 0) / (offered ?? 1))
    expect(shown).toBe(`${((kept ?? 0) * 100).toFixed(0)}%`)
    expect(await page.locator('.value .figures').innerText()).toBe(shown)
    const { metrics } = (await server.call('/api/metrics/own', { key: server.apiKey })).json as {
      metrics: object[]
    }
    expect(metrics).toMatchObject([
      { definition: { nameJa: '放棄の割合', better: 'lower', by: ['visitsOffered'] } },
    ])
  })

  it('sees at once what cannot be, at its place, and is led to what is missing', async () => {
    const page = await open('/setup/metrics?new=share')
    await page.getByRole('heading', { name: 'New metric' }).waitFor()
    // The example lacks what only the center knows: no fault before somebody wants to save.
    const missing = 'Fill in the value, or remove the filter.'
    expect(await page.getByText(missing).count()).toBe(0)
    await save(page)
    await page.getByText(missing).waitFor()
    await page.getByText('One thing is to be put right.').waitFor()
    await page.getByRole('combobox', { name: 'reason: Value' }).fill('billing')
    await page.getByText(missing).waitFor({ state: 'detached' })

    await choose(page, 'add', 'talk of handlings', 'talkMs')
    await page.getByText('talkMs is a time and handled is a count: they do not add up.').waitFor()
    await page
      .getByText('talkMs is not kept by reason, only by queue, channel, campaign.')
      .waitFor()
    await page.getByText('As soon as the form is complete').waitFor()
    await page.getByRole('button', { name: 'Remove talkMs' }).click()
    await page.getByText('they do not add up').waitFor({ state: 'detached' })

    await page.getByLabel('Name', { exact: true }).fill('')
    await page.getByLabel('Key').fill('two words')
    await page.getByText('A key is one word of letters and digits').waitFor()
    await save(page)
    await expect.poll(() => page.locator(':focus').getAttribute('id'), patient).toBe('key')
  })

  it('changes one, sees what it was, takes it back, and puts it aside and back', async () => {
    const metric = { key: 'mine', name: 'Mine', add: ['handled'] }
    await set({ metrics: [metric] })
    const page = await open()
    await page.getByRole('link', { name: 'Change: Mine' }).click()
    await choose(page, 'subtract', 'shortCalls', 'shortCalls')
    await previewOf(page).getByText('handled − shortCalls').waitFor()
    await save(page)
    await page.getByText('Mine is saved.').waitFor()
    await page.getByText('handled − shortCalls').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone.').waitFor()
    await page.getByText('handled − shortCalls').waitFor({ state: 'detached' })

    await page.getByRole('link', { name: 'Mine', exact: true }).click()
    const versions = page.getByRole('region', { name: 'What it was before' })
    await versions.getByText('handled − shortCalls').waitFor()
    expect(await versions.getByRole('listitem').count()).toBe(3)
    await versions
      .getByRole('button', { name: /^Take into the form/ })
      .first()
      .click()
    await page.getByText('Save it to put it in use.').waitFor()
    await page.getByRole('button', { name: 'Remove shortCalls' }).waitFor()
    await save(page)
    await page.getByText('Mine is saved.').waitFor()
    await page.getByText('handled − shortCalls').waitFor()

    await page.getByRole('button', { name: 'Put aside: Mine' }).click()
    await page.getByText('Mine is put aside.').waitFor()
    await page.getByRole('button', { name: 'Bring back: Mine' }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: 'Put aside: Mine' }).waitFor()
  })

  it('is told when a goal is about it, and when somebody else was faster', async () => {
    const metric = { key: 'mine', name: 'Mine', add: ['handled'] }
    const goal = { key: 'many', period: 'day', metric: 'own:mine', target: 5 }
    await set({ metrics: [metric], goals: [goal] })
    const page = await open()
    await page.getByRole('button', { name: 'Put aside: Mine' }).click()
    await page.getByText('A goal is about this metric. Take it out of the goal first.').waitFor()

    await page.getByRole('link', { name: 'Change: Mine' }).click()
    await page.getByLabel('Name', { exact: true }).fill('My own')
    // What else is in the directory may change meanwhile …
    await set({ metrics: [metric], goals: [goal], teams: [{ key: 'red' }] })
    await save(page)
    await page.getByText('My own is saved.').waitFor()
    await page.getByRole('link', { name: 'Change: My own' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Ours')
    // … but nobody's metric is written over unseen.
    await set({ metrics: [{ ...metric, name: 'Theirs' }], goals: [goal] })
    await save(page)
    await page.getByText('Somebody else changed this metric meanwhile.').waitFor()
    await save(page)
    await page.getByText('Ours is saved.').waitFor()
  })

  it('finds what was not saved when coming back', async () => {
    const page = await open('/setup/metrics?new=empty')
    await page.getByLabel('Name', { exact: true }).fill('Half done')
    await page.getByRole('link', { name: 'Start', exact: true }).click()
    await page.getByRole('link', { name: /Your own metrics/ }).click()
    await page.getByRole('link', { name: 'New metric' }).click()
    await page.getByText('This is what you had not saved yet.').waitFor()
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Half done')
    await page.getByRole('button', { name: 'Start over' }).click()
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('')
  })
})

it('by keyboard alone a counter is found, chosen and given up again', async () => {
  const page = await open('/setup/metrics?new=empty')
  const focused = page.locator(':focus')
  await expect.poll(() => focused.getAttribute('id'), patient).toBe('form-title')
  // Name, its Japanese, the key, the one stop of the kinds, and then the first sum.
  for (let stops = 0; stops < 5; stops++) await page.keyboard.press('Tab')
  expect(await focused.getAttribute('id')).toBe('add')
  await page.keyboard.type('orders placing')
  await optionsOf(page, 'add').first().waitFor()
  await page.keyboard.press('ArrowDown')
  const active = await focused.getAttribute('aria-activedescendant')
  expect(active).toMatch(/^add-orders/)
  expect(await page.locator(`#${active ?? ''}`).getAttribute('aria-selected')).toBe('true')
  await page.keyboard.press('Escape')
  await expect.poll(() => optionsOf(page, 'add').count(), patient).toBe(0)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const remove = page.getByRole('button', { name: /^Remove orders/ })
  await remove.waitFor()
  expect(await focused.getAttribute('id')).toBe('add')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await remove.waitFor({ state: 'detached' })
  expect(await focused.getAttribute('id')).toBe('add')
})

it('whoever may not write it reads it, and no more', async () => {
  await set({ metrics: [{ key: 'mine', name: 'Mine', add: ['handled'] }] })
  const page = await open('/setup/metrics?metric=mine', {}, 'supervisor')
  await page.getByRole('heading', { name: 'Mine' }).waitFor()
  await page.locator('.value .figures').waitFor()
  expect(await page.getByRole('button', { name: /aside|Save/ }).count()).toBe(0)
  expect(await page.getByRole('link', { name: /Change|New/ }).count()).toBe(0)
})

describe('is for everybody', () => {
  const looks = [
    { theme: 'dark', locale: 'en', width: 1440, height: 900 },
    { theme: 'light', locale: 'ja', width: 390, height: 844 },
  ] as const satisfies Look[]
  const paths = [
    { path: '/setup/metrics', there: '.metrics .value' },
    { path: '/setup/metrics?metric=mine', there: '.values' },
    { path: '/setup/metrics?new=empty', there: '#form-title' },
  ]
  it.each(looks)('$theme, $locale, $width wide', async (look) => {
    await set({
      metrics: [
        { key: 'mine', name: 'Mine', nameJa: '自社', add: ['handled'] },
        { key: 'old', add: ['dials'], retired: true },
      ],
    })
    for (const { path, there } of paths) {
      const page = await open(path, look)
      await page.locator(there).first().waitFor()
      if (path.includes('new')) {
        // With a fault beside it, and the counters open.
        await page.locator('.save').click()
        await page.locator('#add-fault').waitFor()
        await page.locator('#add').click()
        await optionsOf(page, 'add').first().waitFor()
      }
      expect([path, await violationsOf(page)]).toEqual([path, []])
      // Reflow: nothing is to be scrolled to sideways.
      const width = await page.locator('html').evaluate((html) => html.scrollWidth)
      expect([path, width]).toEqual([path, look.width])
    }
  })
})

it('no screen threw anything', () => {
  expect(errors).toEqual([])
})
