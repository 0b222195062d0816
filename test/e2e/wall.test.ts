import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { cellKey } from '../../shared/mirror.ts'
import { START_MS, startScreens, type Screens } from './harness/screens.ts'

let screens: Screens
beforeAll(async () => {
  screens = await startScreens()
})
afterAll(() => screens.close())
beforeEach(() => {
  Object.assign(screens.harness.script, {
    ticking: true,
    booksAtMs: null,
    build: 'build-1',
    refusal: null,
    signedIn: true,
    simulated: true,
  })
  screens.harness.script.sources = screens.harness.script.sources.map((source) => ({
    ...source,
    silent: false,
    lacks: [],
  }))
})

async function wall(path: string, look?: Parameters<Screens['open']>[1]): Promise<Page> {
  const page = await screens.open(path, look)
  onTestFinished(() => page.context().close())
  await page.getByRole('main').waitFor()
  return page
}

const tile = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** How large a page is with all that could be scrolled to. */
const sizeOf = (page: Page): Promise<number[]> =>
  page.locator('html').evaluate((html) => [html.scrollWidth, html.scrollHeight])

/** A counter of the script's own books. */
function booked(counter: string, scope: string, window = 'interval'): number {
  const cell = screens.harness.center.mirror.cells.get(cellKey(scope, window))
  return cell?.get(counter)?.booked ?? 0
}
const percent = (part: number, whole: number): string => `${Math.round((100 * part) / whole)}%`

describe('the board of the center', () => {
  it('shows the numbers that were sent', async () => {
    const page = await wall('/wall/center')
    const level = percent(
      booked('serviceLevelMet', 'center'),
      booked('serviceLevelDecided', 'center'),
    )
    const today = percent(
      booked('serviceLevelMet', 'center', 'today'),
      booked('serviceLevelDecided', 'center', 'today'),
    )
    const text = await tile(page, 'Service level').innerText()
    expect(text.replace(/\s+/g, ' ')).toContain(level)
    expect(text).toContain(today)

    const answered = booked('visitsAnswered', 'center', 'today').toLocaleString('en')
    expect(await tile(page, 'Answered, today').innerText()).toContain(answered)
    const waiting = screens.harness.center.mirror.visits.size
    expect(await tile(page, 'Waiting').locator('.number').innerText()).toBe(String(waiting))
  })

  it('has a row for each queue, with its own numbers', async () => {
    const page = await wall('/wall/center')
    const rows = page.getByRole('row')
    await expect.poll(() => rows.count()).toBe(1 + 6)
    const support = percent(
      booked('serviceLevelMet', 'queue:support'),
      booked('serviceLevelDecided', 'queue:support'),
    )
    const row = page.getByRole('row', { name: /Support/ }).first()
    expect(await row.innerText()).toContain(support)
  })

  it('shows every agent who is signed in, by initials', async () => {
    const page = await wall('/wall/center')
    const present = [...screens.harness.center.mirror.agents.values()].filter(
      ({ state }) => state !== 'signedOut',
    )
    const agents = page.getByRole('region', { name: 'Agents' })
    await expect.poll(() => agents.locator('.card').count()).toBe(present.length)
    expect(await agents.innerText()).not.toContain('Berg')
  })

  it('follows what is sent, at once', async () => {
    const page = await wall('/wall/center')
    const number = tile(page, 'Waiting').locator('.number')
    const before = screens.harness.center.mirror.visits.size
    await expect.poll(() => number.innerText()).toBe(String(before))
    screens.harness.center.pileUp('orders', 3, screens.harness.center.mirror.atMs)
    screens.harness.push()
    await expect.poll(() => number.innerText()).toBe(String(before + 3))
  })

  it('says with shape, word and edge where a number misses its target', async () => {
    const page = await wall('/wall/center')
    const { center } = screens.harness
    center.pileUp('jp', 20, center.mirror.atMs - 150_000)
    screens.harness.push()
    const waiting = tile(page, 'Waiting')
    await waiting.getByText('Missed').waitFor()
    expect(await waiting.getByText('max 5').count()).toBe(1)
    expect(await waiting.getAttribute('class')).toContain('bad')
    expect(await waiting.locator('svg.bad').count()).toBe(1)
    // The longest wait ticks, by the server's clock.
    const longest = tile(page, 'Longest wait').locator('.number')
    const first = await longest.innerText()
    await expect.poll(() => longest.innerText()).not.toBe(first)
  })

  it('tells the time of the center and not of the screen', async () => {
    const page = await wall('/wall/center')
    expect(await page.getByRole('banner').innerText()).toMatch(/Sat 21 Nov[^]*14:3\d/)
  })

  it('fits its screen without scrolling, whatever the ratio', async () => {
    for (const [width, height] of [
      [1920, 1080],
      [1280, 800],
      [3840, 2160],
      [1366, 768],
    ] as const) {
      const page = await wall('/wall/center', { width, height })
      await tile(page, 'Service level').waitFor()
      expect(await sizeOf(page)).toEqual([width, height])
    }
  })

  it('is one column on a phone, and nothing of it is cut off sideways', async () => {
    const page = await wall('/wall/center', { width: 390, height: 844 })
    await tile(page, 'Service level').waitFor()
    const [width, height] = await sizeOf(page)
    expect(width).toBe(390)
    expect(height).toBeGreaterThan(844)
  })

  it('is in Japanese where the browser asks for it', async () => {
    const page = await wall('/wall/center', { locale: 'ja' })
    expect(await tile(page, 'サービスレベル').innerText()).toContain('本日')
    expect(await page.locator('html').getAttribute('lang')).toBe('ja')
    expect(await page.getByRole('banner').innerText()).toContain('11月21日(土)')
  })
})

describe('how old the numbers are', () => {
  const aged = (ageMs: number): void => {
    screens.harness.script.booksAtMs = screens.harness.now() - ageMs
  }

  it('is a small sign after five seconds', async () => {
    const page = await wall('/wall/center')
    aged(7_000)
    await page.getByText('Waiting for news').waitFor()
    expect(await page.locator('.hatched').count()).toBe(0)
  })

  it('hatches every tile after fifteen, with the time of the numbers', async () => {
    const page = await wall('/wall/center')
    aged(20_000)
    await page.getByText(/Data from 14:3\d:\d\d/).waitFor()
    expect(await page.locator('.hatched').count()).toBe(8)
    // They are of then, and so do not tick on.
    const longest = tile(page, 'Longest wait').locator('.number')
    const then = await longest.innerText()
    const { ticks } = screens.harness
    const before = ticks()
    await expect.poll(ticks).toBeGreaterThan(before + 5)
    expect(await longest.innerText()).toBe(then)
  })

  it('dims them after two minutes, under a notice', async () => {
    const page = await wall('/wall/center')
    aged(130_000)
    const notice = page.getByRole('alert')
    await notice.waitFor()
    expect(await notice.innerText()).toMatch(/No news since 14:3\d:\d\d/)
    expect(await page.locator('.cell.dimmed').count()).toBe(8)
    // It heals by itself.
    screens.harness.script.booksAtMs = null
    await notice.waitFor({ state: 'detached' })
    expect(await page.locator('.hatched').count()).toBe(0)
  })

  it('is said of the tiles alone whose feed is silent', async () => {
    const { script } = screens.harness
    script.sources = [
      { ...script.sources[0]!, source: 'asterisk/pbx-1' },
      {
        source: 'states',
        lastEventAtMs: START_MS,
        heardAtMs: START_MS - 60_000,
        silent: true,
        lacks: ['contact.queued', 'contact.dequeued', 'contact.connected', 'contact.ended'],
      },
    ]
    const page = await wall('/wall/center')
    await page.getByText('states is silent').waitFor()
    const marked = page.locator('.cell.marked')
    expect(await marked.count()).toBe(3)
    expect(await marked.first().innerText()).toContain('Silent since 14:31')
    const level = page.locator('.cell', { has: tile(page, 'Service level') })
    expect(await level.getAttribute('class')).not.toContain('marked')
    script.sources = script.sources.slice(0, 1)
  })
})

describe('what a feed does not report', () => {
  it('is n/a with the name of the feed, and not a dash', async () => {
    const { script } = screens.harness
    script.sources = [
      { ...script.sources[0]!, lacks: ['agent.stateChanged', 'agent.queueChanged'] },
    ]
    const { agents } = screens.harness.center.mirror
    const kept = new Map(agents)
    agents.clear()
    onTestFinished(() => {
      for (const [key, agent] of kept) agents.set(key, agent)
    })
    const page = await wall('/wall/center')
    const available = tile(page, 'Available')
    await available.getByText('n/a').waitFor()
    expect(await available.innerText()).toContain('not reported by asterisk/pbx-1')
  })
})

describe('a board of one queue', () => {
  it('asks which, and then shows it', async () => {
    const page = await wall('/wall/queue')
    await page.getByRole('heading', { name: 'Which queue?' }).waitFor()
    await page.getByRole('link', { name: 'Billing' }).click()
    await page.getByRole('heading', { name: 'Billing', level: 1 }).waitFor()
    expect(new URL(page.url()).search).toContain('queue=billing')
    const offered = percent(
      booked('serviceLevelMet', 'queue:billing'),
      booked('serviceLevelDecided', 'queue:billing'),
    )
    expect((await tile(page, 'Service level').innerText()).replace(/\s+/g, ' ')).toContain(offered)
  })

  it('draws the day, and says it in words and as a table', async () => {
    const page = await wall('/wall/queue?queue=sales')
    const trend = tile(page, 'Service level today, by the hour')
    await trend.locator('canvas').waitFor()
    expect(await trend.innerText()).toMatch(/from 01:00 to 14:\d\d: lowest \d+%, highest \d+%/)
    expect(await trend.getByRole('row').count()).toBeGreaterThan(50)
  })
})

describe('a wall that hangs for months', () => {
  it('loads itself again when the server has a new build', async () => {
    const page = await screens.open('/wall/center')
    onTestFinished(() => page.context().close())
    await page.locator('body').evaluate((body) => {
      // Its own moment within the minute is now.
      Math.random = () => 0
      body.dataset['stale'] = 'yes'
    })
    await tile(page, 'Service level').waitFor()
    // A page knows of a new build once it has heard of the old one.
    const { ticks } = screens.harness
    const before = ticks()
    await expect.poll(ticks).toBeGreaterThan(before + 1)
    screens.harness.script.build = 'build-2'
    await page.locator('body:not([data-stale])').waitFor()
    await tile(page, 'Service level').waitFor()
  })

  it.each(['cut', 'sendAway'] as const)('comes back by itself after %s', async (lost) => {
    const page = await wall('/wall/center')
    await tile(page, 'Service level').waitFor()
    screens.harness[lost]()
    screens.harness.center.pileUp('billing', 2, screens.harness.center.mirror.atMs)
    const waiting = String(screens.harness.center.mirror.visits.size)
    const number = tile(page, 'Waiting').locator('.number')
    await expect.poll(() => number.innerText()).toBe(waiting)
  })

  it('moves by a few pixels now and then', async () => {
    const page = await wall('/wall/center')
    const moved = await page.locator('.stage').evaluate((stage) => stage.style.transform)
    expect(moved).toMatch(/^translate\(-?[04]px, -?[04]px\)$/)
  })
})

describe('a wall without numbers', () => {
  it('says why it was refused', async () => {
    screens.harness.script.refusal = 'notAllowed'
    const page = await wall('/wall/center')
    await page.getByText('You may not see these numbers').waitFor()
  })

  it('says that there is no such board', async () => {
    const page = await wall('/wall/nowhere')
    await page.getByText('There is no board called “nowhere”.').waitFor()
  })

  it('leads to the sign-in and back', async () => {
    screens.harness.script.signedIn = false
    const page = await screens.open('/wall/queue?queue=sales')
    onTestFinished(() => page.context().close())
    await page.getByLabel('User name').fill('admin')
    await page.getByLabel('Password', { exact: true }).fill('secret of the day')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Sales', level: 1 }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/wall/queue')
  })
})

it('no screen threw anything', () => {
  expect(screens.errors).toEqual([])
})
