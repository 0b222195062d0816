import { mount, unmount } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { metricIds, metricOf, type MetricId } from '../../shared/metrics/registry.ts'
import type { Api } from '../api.ts'
import { failureText } from '../failureText.ts'
import { en } from '../i18n/en.ts'
import { ja } from '../i18n/ja.ts'
import type { Words } from '../i18n/words.svelte.ts'
import { metricDeclaration } from '../metricNames.ts'
import type { Numbers } from '../numbers.ts'
import NumberOpened from './NumberOpened.svelte'

const inEnglish: Words = { locale: 'en', t: en }
const inJapanese: Words = { locale: 'ja', t: ja }
/** What the app's outermost component gives to all beneath. */
const given = vi.hoisted((): { words: unknown } => ({ words: null }))
vi.mock('../i18n/words.svelte.ts', () => ({ useWords: () => given.words }))

let panel: Record<string, unknown> | null = null
beforeEach(() => {
  document.body.innerHTML = ''
})
afterEach(async () => {
  if (panel) await unmount(panel)
  panel = null
})

/** The panel of a number that has no value, in the words of a language. */
function open(
  metric: MetricId,
  words: Words,
  answer: Promise<unknown> = new Promise(() => undefined),
): HTMLElement {
  given.words = words
  // The panel asks no more of them than this.
  const api = { get: () => answer } as unknown as Api
  const numbers = {
    center: null,
    metric: metricOf,
    read: () => ({ value: null, reason: 'empty', parts: {} }),
  } as unknown as Numbers
  panel = mount(NumberOpened, {
    target: document.body,
    props: {
      opened: { metric, scope: 'queue:support', window: 'today', subject: null },
      api,
      numbers,
      nowMs: 0,
      onShow: () => undefined,
      onSignedOut: () => undefined,
    },
  })
  return document.body
}

/** What the panel says under a heading of its list, and in which language. */
function saidUnder(body: HTMLElement, heading: string): [string | null, string | undefined] {
  const term = [...body.querySelectorAll('dt')].find((dt) => dt.textContent === heading)
  const said = term?.nextElementSibling
  return [said?.textContent ?? null, said instanceof HTMLElement ? said.lang : undefined]
}

describe('the panel that opens a number', () => {
  it('says in Japanese how the number is counted, when, and why it has no value', () => {
    const body = open('abandonRate', inJapanese)
    expect(saidUnder(body, '計算方法')).toEqual([
      '放棄呼数 ÷ (応答数 + 放棄呼数 + オーバーフロー数)。短時間放棄は除く',
      'ja',
    ])
    expect(saidUnder(body, '計上時点')).toEqual(['応答した時点、またはキューを離れた時点', 'ja'])
    expect(body.textContent).toContain(
      '値がありません(短時間放棄のほかに、応答または終了した着信がない)。',
    )
  })

  it('says it in English as the metric declares it', () => {
    const { formula, attribution, empty } = metricOf('abandonRate')
    const body = open('abandonRate', inEnglish)
    expect(saidUnder(body, en.panel.formula)).toEqual([formula, 'en'])
    expect(saidUnder(body, en.panel.attribution)).toEqual([attribution, 'en'])
    expect(body.textContent).toContain(`There is nothing to say it of: ${String(empty)}.`)
  })

  const before = '2026-03-01T00:00:00Z'
  it.each([
    [
      inEnglish,
      'Details are kept from 1 Mar 2026 on. Of earlier times there are only sums. Of it before: Offered 1,204.',
      'Details are kept from 1 Mar 2026 on. Of earlier times there are only sums.',
    ],
    [
      inJapanese,
      '明細が残っているのは2026年3月1日以降です。それより前は合計のみです。 うち、それより前の分: 着信 1,204。',
      '明細が残っているのは2026年3月1日以降です。それより前は合計のみです。',
    ],
  ])('says from when on entries are kept', async (words, said, refused) => {
    const explained = {
      ...{ asOf: before, definition: { queues: [] }, entries: [], next: null, accruing: [] },
      givenUp: { before, parts: { offered: 1_204 } },
    }
    const body = open('callsOffered', words, Promise.resolve({ ok: true, value: explained }))
    await vi.waitFor(() => expect(body.textContent).toContain(said))
    const failure = { kind: 'givenUp', from: before } as const
    expect(failureText(failure, words, 'UTC')).toBe(refused)
  })

  it('says something of a metric that declares no such case', () => {
    expect(metricOf('callsOffered').empty).toBeNull()
    expect(open('callsOffered', inJapanese).textContent).toContain(ja.panel.empty)
  })
})

describe.each(metricIds)('the Japanese text of %s', (id) => {
  const { formula, attribution, empty } = metricDeclaration(id, inJapanese)

  it('is Japanese', () => {
    for (const text of [formula, attribution, ...(empty === null ? [] : [empty])]) {
      expect(text).toMatch(/[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}]/u)
    }
  })

  it('tells of no value exactly where the metric may have none', () => {
    expect(empty === null).toBe(metricOf(id).empty === null)
  })
})
