import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { MetricId } from '../../shared/metrics/registry.ts'
import { whatIfNames, whatIfs } from '../../shared/whatIf.ts'
import type { Answer, Api, Query } from '../api.ts'
import { en } from '../i18n/en.ts'
import type { Numbers } from '../numbers.ts'
import WhatIf from './WhatIf.svelte'

vi.mock('../i18n/words.svelte.ts', () => ({ useWords: () => ({ locale: 'en', t: en }) }))

let panel: Record<string, unknown> | null = null
beforeEach(() => {
  document.body.innerHTML = ''
})
afterEach(async () => {
  if (panel) await unmount(panel)
  panel = null
})

/** The questions of an open panel, and how the next of them is answered. */
function open(metric: MetricId, answer: Answer<unknown>): Query[] {
  const asked: Query[] = []
  const api = {
    get: (path: string, query: Query) => {
      asked.push({ path, ...query })
      return Promise.resolve(answer)
    },
  } as unknown as Api
  const numbers = { center: null } as unknown as Numbers
  const opened = { metric, scope: 'queue:support', window: 'today' as const, subject: null }
  const props = { opened, present: 0.8, api, numbers, onSignedOut: () => undefined }
  panel = mount(WhatIf, { target: document.body, props })
  flushSync()
  return asked
}

function enter(label: string, text: string): void {
  const found = [...document.querySelectorAll('label')].find(
    ({ textContent }) => textContent === label,
  )
  const field = document.getElementById(found?.htmlFor ?? '') as HTMLInputElement
  field.value = text
  field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }))
  flushSync()
}
const judge = (): void => {
  document.querySelector<HTMLButtonElement>('button[type=submit]')?.click()
  flushSync()
}
const result = (): string => document.querySelector('[role=status]')?.textContent ?? ''

const THRESHOLD = en.whatIf.settings['serviceLevel.thresholdSeconds']

it('asks for the number under other settings, and says what it would be instead', async () => {
  const values = { serviceLevel: { value: 0.912 } }
  const asked = open('serviceLevel', {
    ok: true,
    etag: null,
    value: { values, supposed: { subjects: 1204 } },
  })
  enter(THRESHOLD, ' ３0 ')
  enter(en.whatIf.settings['serviceLevel.flowedOut'], 'missed')
  judge()
  await vi.waitFor(() => {
    flushSync()
    expect(result()).toContain('Would be 91%')
  })
  expect(asked).toEqual([
    {
      ...{ path: '/api/metrics', scope: 'queue:support', ids: 'serviceLevel', window: 'today' },
      define: 'serviceLevel.thresholdSeconds:30,serviceLevel.flowedOut:missed',
    },
  ])
  expect(result()).toContain('instead of 80%')
  expect(result()).toContain('1,204')
})

it.each([
  ['soon', en.whatIf.notPossible(THRESHOLD)],
  ['-5', en.whatIf.notPossible(THRESHOLD)],
  ['', en.whatIf.nothing],
])('says of “%s” what to enter, and asks nothing', (text, why) => {
  const asked = open('serviceLevel', { ok: true, etag: null, value: { values: {} } })
  enter(THRESHOLD, text)
  judge()
  expect(result()).toContain(why)
  expect(asked).toEqual([])
})

it('says in the server’s words what it refuses', async () => {
  const failure = { kind: 'refused', detail: 'define: too big', faults: [] } as const
  open('serviceLevel', { ok: false, failure })
  enter(THRESHOLD, '999999')
  judge()
  await vi.waitFor(() => {
    flushSync()
    expect(result()).toContain('define: too big')
  })
})

it('says from when on it can judge again where details were given up', async () => {
  const failure = { kind: 'givenUp', from: '2026-08-14T16:00:00Z' } as const
  open('serviceLevel', { ok: false, failure })
  enter(THRESHOLD, '30')
  judge()
  await vi.waitFor(() => {
    flushSync()
    expect(result()).toContain(en.whatIf.givenUp('14 Aug 2026'))
  })
})

it('is there for the numbers that hang on a setting, and for no other', () => {
  open('averageTalkTime', { ok: true, etag: null, value: {} })
  expect(document.body.textContent).toBe('')
  const labels = whatIfNames.map((name) => [whatIfs[name].changes[0], name] as const)
  for (const [metric, name] of labels) {
    document.body.innerHTML = ''
    open(metric, { ok: true, etag: null, value: {} })
    expect(document.body.textContent).toContain(en.whatIf.settings[name])
  }
})
