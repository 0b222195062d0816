/** The walls on the engines of office TVs: every number there, none of the marks missing. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { cellKey } from '../../shared/mirror.ts'
import { START_MS } from '../e2e/harness/screens.ts'
import { startHarness, type Harness } from '../e2e/harness/server.ts'
import { launchTvEngine, type TvEngine, type TvPage } from '../tvEngine.ts'
import { TV_VERSIONS } from '../tvPackages.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness({ startMs: START_MS, alive: false })
})
afterAll(() => harness.close())

/** The text of a tile, by its name. */
const textOf = (page: TvPage, name: string): Promise<unknown> =>
  page.evaluate(`(document.querySelector('section[aria-label="${name}"]') || {}).innerText || ''`)

describe.each(TV_VERSIONS)('Chromium %i', (version) => {
  let engine: TvEngine
  beforeAll(async () => {
    engine = await launchTvEngine(version)
  })
  afterAll(() => engine.close())

  it('shows the center with the numbers that were sent', async () => {
    const page = await engine.open(`${harness.url}/wall/center?lang=en`)
    await page.waitFor('document.querySelectorAll(".number").length === 6')
    const cell = harness.center.mirror.cells.get(cellKey('center', 'interval'))
    const [met, decided] = ['serviceLevelMet', 'serviceLevelDecided'].map(
      (counter) => cell?.get(counter)?.booked ?? 0,
    )
    const level = String(Math.round((100 * met!) / decided!))
    expect(String(await textOf(page, 'Service level')).replace(/\s+/g, '')).toContain(`${level}%`)
    const waiting = String(harness.center.mirror.visits.size)
    expect(String(await textOf(page, 'Waiting')).split(/\s+/)).toContain(waiting)
    await page.waitFor('document.querySelectorAll("tbody tr").length === 6')
    // Text fits its tile only where measuring works: no number is left at nothing.
    const sizes = (await page.evaluate(
      '[...document.querySelectorAll(".number")].map((e) => parseFloat(getComputedStyle(e).fontSize))',
    )) as number[]
    expect(Math.min(...sizes)).toBeGreaterThan(80)
    // The grid is a grid: tiles stand beside each other and fill the screen.
    const right = await page.evaluate(
      'Math.max(...[...document.querySelectorAll(".cell")].map((e) => e.getBoundingClientRect().right))',
    )
    expect(right).toBeGreaterThan(1800)
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(1080)
    expect(page.errors.filter((error) => error.includes('exceptionDetails'))).toEqual([])
  })

  it('follows what is sent, and marks what misses its target', async () => {
    const page = await engine.open(`${harness.url}/wall/center?lang=en`)
    await page.waitFor('document.querySelectorAll(".number").length === 6')
    harness.center.pileUp('support', 12, harness.center.mirror.atMs)
    harness.push()
    const waiting = String(harness.center.mirror.visits.size)
    await page.waitFor(
      `document.querySelector('section[aria-label="Waiting"] .number').innerText === '${waiting}'`,
    )
    await page.waitFor(`document.querySelector('section[aria-label="Waiting"].bad') !== null`)
    // Its colours are there: a rule that the engine does not know would leave it black on nothing.
    const background = await page.evaluate(
      `getComputedStyle(document.querySelector('section[aria-label="Waiting"]')).backgroundColor`,
    )
    expect(background).toBe('rgb(48, 28, 18)')
  })

  it('shows a queue with its trend drawn and its agents', async () => {
    const page = await engine.open(`${harness.url}/wall/queue?queue=sales&lang=ja&theme=light`)
    await page.waitFor('document.querySelectorAll(".trend canvas").length === 1')
    await page.waitFor('document.querySelectorAll(".card").length > 5')
    // The canvas is there before its points are, and is drawn with the next frame.
    await page.waitFor(`(() => {
      const canvas = document.querySelector('.trend canvas')
      if (!canvas || canvas.width === 0) return false
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      let inked = 0
      for (let i = 3; i < data.length; i += 4) if (data[i] > 0) inked += 1
      return inked > 1000
    })()`)
    expect(await page.evaluate('document.documentElement.lang')).toBe('ja')
  })

  it('says how old its numbers are', async () => {
    const page = await engine.open(`${harness.url}/wall/center?lang=en`)
    await page.waitFor('document.querySelectorAll(".number").length === 6')
    onTestFinished(() => {
      harness.script.booksAtMs = null
    })
    harness.script.booksAtMs = harness.now() - 20_000
    await page.waitFor('/Data from 14:3/.test(document.body.innerText)')
    expect(await page.evaluate('document.querySelectorAll(".hatched").length')).toBe(8)
    harness.script.booksAtMs = harness.now() - 130_000
    await page.waitFor('/No news since 14:3/.test(document.body.innerText)')
  })

  it('signs in', async () => {
    harness.script.signedIn = false
    const page = await engine.open(`${harness.url}/wall/center?lang=en`)
    await page.waitFor('document.querySelector("#name") !== null')
    await page.evaluate(`(() => {
      for (const [id, text] of [['name', 'admin'], ['password', 'secret']]) {
        const input = document.getElementById(id)
        input.value = text
        input.dispatchEvent(new Event('input', { bubbles: true }))
      }
      document.querySelector('.submit').click()
    })()`)
    await page.waitFor('document.querySelectorAll(".number").length === 6')
  })
})
