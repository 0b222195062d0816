import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startScreens, type Look, type Screens } from './harness/screens.ts'

let screens: Screens
beforeAll(async () => {
  screens = await startScreens()
})
afterAll(() => screens.close())

async function open(path = '/live', look: Look = { width: 1440, height: 900 }): Promise<Page> {
  const page = await screens.open(path, look)
  onTestFinished(() => page.context().close())
  await page.getByRole('grid', { name: 'Agents' }).waitFor()
  return page
}

const rowsOf = (page: Page, grid: string) =>
  page.getByRole('grid', { name: grid }).locator('tbody tr')
const firstCells = (page: Page, grid: string) =>
  rowsOf(page, grid).locator('td:first-child').allInnerTexts()
const panelOf = (page: Page) =>
  page.getByRole('complementary', { name: 'What this number is made of' })

describe('the tables', () => {
  it('have a row for each queue and each agent', async () => {
    const page = await open()
    expect(await firstCells(page, 'Queues')).toEqual([
      'Billing',
      'Orders',
      'Renewals',
      'Sales',
      'Support',
      '日本語サポート',
    ])
    expect(await rowsOf(page, 'Agents').count()).toBe(60)
  })

  it('let time in state tick without moving a row', async () => {
    const page = await open()
    const before = await firstCells(page, 'Agents')
    const cell = rowsOf(page, 'Agents').first().locator('td').nth(2)
    const text = await cell.innerText()
    await expect.poll(() => cell.innerText()).not.toBe(text)
    expect(await firstCells(page, 'Agents')).toEqual(before)
  })

  it('are put in order by their heads, and the other way round', async () => {
    const page = await open()
    const head = page.getByRole('grid', { name: 'Queues' }).getByRole('button', { name: 'Offered' })
    await head.click()
    const offered = () => rowsOf(page, 'Queues').locator('td:nth-child(6)').allInnerTexts()
    const falling = (await offered()).map(Number)
    expect(falling).toEqual([...falling].sort((a, b) => b - a))
    const column = page.getByRole('columnheader', { name: 'Offered' })
    expect(await column.getAttribute('aria-sort')).toBe('descending')
    await head.click()
    const rising = (await offered()).map(Number)
    expect(rising).toEqual([...rising].sort((a, b) => a - b))
  })

  it('keep their order under a pointer, and take it anew when it has gone', async () => {
    const page = await open()
    const grid = page.getByRole('grid', { name: 'Queues' })
    await grid.getByRole('button', { name: 'Waiting' }).click()
    await page.locator('h2', { hasText: 'Queues' }).hover()
    const { center } = screens.harness
    const order = await firstCells(page, 'Queues')
    const last = order.at(-1)!
    const queue = { Billing: 'billing', Renewals: 'renewals', Sales: 'sales', Orders: 'orders' }[
      last
    ]
    await rowsOf(page, 'Queues').first().hover()
    center.pileUp((queue ?? 'support') as 'support', 40, center.mirror.atMs)
    screens.harness.push()
    const waiting = rowsOf(page, 'Queues').last().locator('td').nth(1)
    // The value is there at once; the row stays, longer than rows are left alone.
    await expect.poll(async () => Number(await waiting.innerText())).toBeGreaterThanOrEqual(40)
    const seconds = await page.locator('header time').innerText()
    await expect
      .poll(async () => secondsOf(await page.locator('header time').innerText()))
      .toBeGreaterThan(secondsOf(seconds) + 6)
    expect((await firstCells(page, 'Queues')).at(-1)).toBe(last)
    await page.locator('h2', { hasText: 'Queues' }).hover()
    await expect.poll(async () => (await firstCells(page, 'Queues'))[0]).toBe(last)
  })
})

const secondsOf = (time: string): number =>
  time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)

describe('the filters', () => {
  it('narrow both tables, and are in the address', async () => {
    const page = await open()
    await page.getByRole('searchbox', { name: 'Search' }).fill('anna sales')
    await expect.poll(() => rowsOf(page, 'Agents').count()).toBe(3)
    expect(new URL(page.url()).searchParams.get('q')).toBe('anna sales')
    await page.getByRole('combobox', { name: 'Queue' }).selectOption('renewals')
    expect(await firstCells(page, 'Queues')).toEqual(['Renewals'])
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await expect.poll(() => rowsOf(page, 'Agents').count()).toBe(60)
    expect(new URL(page.url()).search).toBe('')
  })

  it('come from the address, so that a view can be sent to a colleague', async () => {
    const page = await open('/live?team=care-1&state=signedOut&period=today')
    const states = await rowsOf(page, 'Agents').locator('td:nth-child(2)').allInnerTexts()
    expect(new Set(states.map((state) => state.trim()))).toEqual(new Set(['Signed out']))
    const today = page.getByRole('button', { name: 'Today', exact: true })
    expect(await today.getAttribute('aria-pressed')).toBe('true')
  })

  it('say so where nothing matches', async () => {
    const page = await open('/live?q=nobody-of-this-name')
    expect(await page.getByText('Nothing matches these filters.').count()).toBe(2)
  })
})

describe('the panel', () => {
  it('opens a number into its definition, parts and entries', async () => {
    const page = await open()
    const row = rowsOf(page, 'Queues').filter({ hasText: 'Support' }).first()
    await row.locator('td').nth(3).getByRole('button').click()
    const panel = panelOf(page)
    await panel.getByRole('heading', { name: /Service level/ }).waitFor()
    const text = await panel.innerText()
    expect(text).toContain('met / decided')
    expect(text).toContain('Answered within 20 s counts as in time.')
    const inTime = panel.getByRole('row', { name: /^In time/ }).first()
    const sum = Number(await inTime.locator('td').last().innerText())
    expect(sum).toBeGreaterThan(10)
    expect(await panel.locator('table').last().locator('tbody tr').count()).toBe(13)
    await panel.getByRole('button', { name: 'Show more' }).click()
    await expect.poll(() => panel.locator('table').last().locator('tbody tr').count()).toBe(25)
    expect(await panel.getByRole('button', { name: 'Show more' }).count()).toBe(0)
  })

  it('opens an entry into its contact, and back leads to where one was', async () => {
    const page = await open('/live?q=support&metric=serviceLevel&scope=queue:support')
    const panel = panelOf(page)
    await panel
      .getByRole('button', { name: /1795283607/ })
      .nth(1)
      .click()
    await panel.getByText('Entered the queue').waitFor()
    expect(await panel.innerText()).toContain('Anna Berg')
    await panel.getByRole('button', { name: 'Back' }).click()
    await panel.getByRole('heading', { name: /Service level/ }).waitFor()
    expect(new URL(page.url()).searchParams.get('q')).toBe('support')
    await page.goBack()
    await page.waitForURL('about:blank')
  })

  it('opens a metric of the center’s own as any other', async () => {
    const page = await open('/live?metric=own:unanswered&scope=center&window=today')
    const panel = panelOf(page)
    await panel.getByRole('heading', { name: 'Offered and not answered' }).waitFor()
    expect(await panel.innerText()).toContain('visitsOffered − visitsAnswered')
    const counted = (text: string): number => Number(text.replaceAll(',', ''))
    const sum = async (part: RegExp) =>
      counted(await panel.getByRole('row', { name: part }).locator('td').last().innerText())
    const [added, subtracted] = [await sum(/^Added/), await sum(/^Taken away/)]
    expect(added).toBeGreaterThan(0)
    expect(counted(await panel.locator('.value').innerText())).toBe(added - subtracted)
    // A sum is divided by nothing, and does not say so.
    expect(await panel.getByRole('row', { name: /^Divided by/ }).count()).toBe(0)
    await panel.getByRole('button', { name: 'Show more' }).waitFor()
  })

  it('says of a metric that was put aside that it is gone', async () => {
    const page = await open('/live?metric=own:gone&scope=center')
    await panelOf(page).getByText('The metric “own:gone” is no longer defined here.').waitFor()
  })

  it('shows of a number of now whom it is about', async () => {
    const page = await open('/live?metric=agentsAvailable&scope=center')
    const available = [...screens.harness.center.mirror.agents.values()].filter(
      ({ state }) => state === 'available',
    )
    expect(await panelOf(page).locator('li').count()).toBe(available.length)
  })

  it('keeps the place in the table when it closes', async () => {
    const page = await open()
    const row = rowsOf(page, 'Agents').nth(40)
    await row.scrollIntoViewIfNeeded()
    const scrolled = await page.locator('html').evaluate((html) => html.scrollTop)
    await row.getByRole('button').first().click()
    await panelOf(page).waitFor()
    await page.goBack()
    await panelOf(page).waitFor({ state: 'detached' })
    const after = await page.locator('html').evaluate((html) => html.scrollTop)
    expect(Math.abs(after - scrolled)).toBeLessThan(50)
  })

  it('says what a feed does not report', async () => {
    const { harness } = screens
    harness.script.sources = [{ ...harness.script.sources[0]!, lacks: ['contact.wrapUpStarted'] }]
    onTestFinished(() => {
      harness.script.sources = [{ ...harness.script.sources[0]!, lacks: [] }]
      harness.renew()
    })
    const page = await open('/live?metric=agentsOnContact&scope=center')
    await panelOf(page).waitFor()
    expect(await page.getByText('n/a').count()).toBe(0)
  })
})

it('is no wider than a phone, whatever its tables say beyond the edge', async () => {
  const { harness } = screens
  // Then each agent's and queue's handle time bears a mark, with words for ears only.
  harness.script.sources = [{ ...harness.script.sources[0]!, lacks: ['contact.wrapUpStarted'] }]
  onTestFinished(() => {
    harness.script.sources = [{ ...harness.script.sources[0]!, lacks: [] }]
    harness.renew()
  })
  const page = await open('/live', { width: 390, height: 844 })
  await page.getByText('without wrap-up').first().waitFor({ state: 'attached' })
  expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBe(390)
})

describe('by keyboard alone', () => {
  it('a number is found, opened and closed again', async () => {
    const page = await open()
    const focused = page.locator(':focus')
    const grid = page.getByRole('grid', { name: 'Queues' })
    // One tab stop for the whole table, however many cells it has.
    await page.getByRole('searchbox').focus()
    for (let stops = 0; stops < 12; stops++) {
      await page.keyboard.press('Tab')
      if ((await grid.locator(':focus').count()) > 0) break
    }
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    expect(await focused.innerText()).toMatch(/%$/)
    await page.keyboard.press('Enter')
    await panelOf(page)
      .getByRole('heading', { name: /Service level/ })
      .waitFor()
    await expect.poll(() => focused.getAttribute('aria-label')).toBe('What this number is made of')
    await page.keyboard.press('Escape')
    await panelOf(page).waitFor({ state: 'detached' })
    expect(await focused.innerText()).toMatch(/%$/)
    // And on to the next table with one step.
    await page.keyboard.press('Control+End')
    await page.keyboard.press('Tab')
    expect(await focused.evaluate((element) => element.closest('table') !== null)).toBe(false)
  })

  it('a table is put in order', async () => {
    const page = await open()
    const grid = page.getByRole('grid', { name: 'Agents' })
    await grid.locator('[data-stop][tabindex="0"], td[tabindex="0"]').first().focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    const column = grid.getByRole('columnheader').last()
    expect(await column.getAttribute('aria-sort')).toBe('descending')
  })

  it('the focus is always seen', async () => {
    const page = await open()
    await page.keyboard.press('Tab')
    for (let stops = 0; stops < 25; stops++) {
      const outline = await page.evaluate<string>(
        'getComputedStyle(document.activeElement).outlineStyle',
      )
      expect(outline).toBe('solid')
      await page.keyboard.press('Tab')
    }
  })
})

describe('signing in and out', () => {
  it('refuses a wrong password in words, and takes a right one', async () => {
    screens.harness.script.signedIn = false
    screens.harness.script.password = 'right'
    onTestFinished(() => {
      screens.harness.script.password = null
    })
    const page = await screens.open('/live?team=care-1')
    onTestFinished(() => page.context().close())
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Enter your user name and your password.').waitFor()
    await page.getByLabel('User name').fill('admin')
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByText('This user name and password do not go together.').waitFor()
    await page.getByRole('button', { name: 'Show password' }).click()
    expect(await page.getByLabel('Password', { exact: true }).getAttribute('type')).toBe('text')
    await page.getByLabel('Password', { exact: true }).fill('right')
    await page.keyboard.press('Enter')
    await page.getByRole('grid', { name: 'Agents' }).waitFor()
    expect(new URL(page.url()).searchParams.get('team')).toBe('care-1')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('User name').waitFor()
  })

  it('remembers colours and language', async () => {
    screens.harness.script.signedIn = true
    const page = await open()
    await page.getByRole('combobox', { name: 'Language' }).selectOption('ja')
    await page.getByRole('grid', { name: '担当者' }).waitFor()
    await page.getByRole('combobox', { name: '配色' }).selectOption('light')
    await page.reload()
    await page.getByRole('grid', { name: '担当者' }).waitFor()
    expect(await page.locator('html').getAttribute('data-theme')).toBe('light')
    expect(await page.locator('html').getAttribute('lang')).toBe('ja')
  })
})

it('an address that is no screen says so', async () => {
  const page = await screens.open('/nowhere/at/all')
  onTestFinished(() => page.context().close())
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
  await page.getByRole('link', { name: 'To the start' }).click()
  await page.getByRole('link', { name: /Live console/ }).waitFor()
})

it('no screen threw anything', () => {
  expect(screens.errors).toEqual([])
})
