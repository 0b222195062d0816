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
import type { OpenedWindow } from './windows.ts'

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
  {
    window = 'today',
    answer = new Promise(() => undefined),
  }: { window?: OpenedWindow; answer?: Promise<unknown> } = {},
): HTMLElement {
  given.words = words
  // The panel asks no more of them than this.
  const api = { get: () => answer } as unknown as Api
  const numbers = {
    center: null,
    metric: metricOf,
    read: () => ({ value: null, reason: 'empty', parts: {} }),
    queueName: (key: string) => key,
    agentName: (key: string) => key,
  } as unknown as Numbers
  panel = mount(NumberOpened, {
    target: document.body,
    props: {
      opened: { metric, scope: 'queue:support', window, subject: null },
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
  const entry = {
    ...{ id: 'e1', from: '2026-03-02T10:31:07Z', to: '2026-03-02T10:31:07Z', amount: 1 },
    ...{ counter: 'visitsOffered', detail: null, parts: ['offered'], queue: null, agent: null },
    subject: 'contact/asterisk/pbx-1#42',
  }
  /** Of 1,205 all but the last are of a time whose entries are given up. */
  const explained = {
    ...{ asOf: before, definition: { queues: [] }, entries: [entry], next: null, accruing: [] },
    ...{ value: 1_205, parts: { offered: { booked: 1_204, live: 1 } } },
    givenUp: { before, parts: { offered: 1_204 } },
  }

  it.each([
    [
      inEnglish,
      ['Details are kept from 1 Mar 2026 on. Of earlier times there are only sums.'],
      ['Before that day:', 'Offered 1,204 of 1,205'],
      'Mon 2 Mar',
    ],
    [
      inJapanese,
      ['明細が残っているのは2026年3月1日以降です。それより前は合計のみです。'],
      ['うち、それより前の分:', '着信 1,204(合計 1,205)'],
      '3月2日(月)',
    ],
  ])('tells of a long period as it is answered', async (words, [from], [lead, sum], day) => {
    const body = open('callsOffered', words, {
      window: 'year',
      answer: Promise.resolve({ ok: true, value: explained }),
    })
    await vi.waitFor(() => {
      expect(body.querySelector('.value')?.textContent.trim()).toBe('1,205')
    })
    const said = [...body.querySelectorAll('.kept p, .kept li')].map((line) => line.textContent)
    expect(said).toEqual([from, lead, sum])
    // An entry of a long period says its day.
    expect(body.querySelector('tbody time')?.textContent).toContain(day)
    expect(failureText({ kind: 'givenUp', from: before }, words, 'UTC')).toBe(from)
  })

  it('does not say that there is nothing where everything was given up', async () => {
    const value = { ...explained, entries: [] }
    const body = open('callsOffered', inEnglish, {
      window: 'year',
      answer: Promise.resolve({ ok: true, value }),
    })
    await vi.waitFor(() => {
      expect(body.querySelector('.kept')).not.toBeNull()
    })
    expect(body.textContent).not.toContain(en.panel.noEntries)
  })

  it('has no value of a long period until one is answered', () => {
    const body = open('callsOffered', inEnglish, { window: 'month' })
    expect(body.querySelector('.value')?.textContent.trim()).toBe('…')
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
