import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { en } from '../i18n/en.ts'
import { ja } from '../i18n/ja.ts'
import type { Words } from '../i18n/words.svelte.ts'
import type { Kept } from './draft.ts'
import RetentionForm from './RetentionForm.svelte'

const given = vi.hoisted((): { words: unknown } => ({ words: null }))
vi.mock('../i18n/words.svelte.ts', () => ({ useWords: () => given.words }))
const inEnglish: Words = { locale: 'en', t: en }

let form: Record<string, unknown> | null = null
beforeEach(() => {
  document.body.innerHTML = ''
})
afterEach(async () => {
  if (form) await unmount(form)
  form = null
})

const usual: Kept = { rejectedDays: 30, auditDays: 730, streamDays: 7, streamMegabytes: 1_024 }

/** What is saved in a form, which is refused for the reason given (null: it is not). */
function open(
  kept: Kept,
  { words = inEnglish, hasLog = true, refusal = null as string | null } = {},
) {
  given.words = words
  const saved: Kept[] = []
  form = mount(RetentionForm, {
    target: document.body,
    props: {
      ...{ kept, hasLog, timeZone: 'UTC' },
      onSave: (wanted: Kept) => {
        saved.push(wanted)
        return Promise.resolve(refusal)
      },
    },
  })
  flushSync()
  return saved
}

function enter(field: keyof Kept, text: string): void {
  const input = document.getElementById(field) as HTMLInputElement
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
  flushSync()
}
function press(label: string): void {
  const button = [...document.querySelectorAll('button')].find(
    ({ textContent }) => textContent.trim() === label,
  )
  if (!button) throw new Error(`There is no button "${label}".`)
  button.click()
  flushSync()
}
const said = (): string => document.querySelector('[role=status]')?.textContent ?? ''
const asked = (): string | null => document.querySelector('.question')?.textContent ?? null
const { save, confirm, cancel, saved: isSaved, same } = en.retention

it('gives details up only after it was asked', async () => {
  const saved = open({ ...usual, detailDays: 400 })
  enter('detailDays', '365')
  press(save)
  expect(asked()).toContain('Details of contacts from before ')
  expect(saved).toEqual([])
  press(cancel)
  expect(asked()).toBeNull()
  press(save)
  press(confirm)
  expect(saved).toEqual([{ ...usual, detailDays: 365 }])
  await vi.waitFor(() => {
    expect(said()).toBe(isSaved)
  })
})

it('takes back its question when Escape is pressed, or something else is filled in', () => {
  const saved = open({ ...usual, detailDays: 400 })
  enter('detailDays', '365')
  press(save)
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
  flushSync()
  expect(asked()).toBeNull()
  press(save)
  expect(asked()).not.toBeNull()
  enter('detailDays', '200')
  expect(asked()).toBeNull()
  expect(saved).toEqual([])
})

it('asks nothing where nothing is lost', async () => {
  const saved = open(usual)
  enter('streamDays', '2')
  press(save)
  expect(saved).toEqual([{ ...usual, streamDays: 2 }])
  await vi.waitFor(() => {
    expect(said()).toBe(isSaved)
  })
})

it.each([
  [inEnglish, 'Log of who did and saw what: enter a whole number of days, from 30 to 36,500.'],
  [{ locale: 'ja', t: ja } as const, '操作と閲覧の記録: 30〜36,500の整数(日)を入力してください。'],
])('names the field and what can be there', (words, fault) => {
  const saved = open(usual, { words })
  enter('auditDays', '29')
  press(words.t.retention.save)
  expect(document.getElementById('auditDays-fault')?.textContent).toContain(fault)
  const field = document.getElementById('auditDays')
  expect(field?.getAttribute('aria-invalid')).toBe('true')
  expect(field?.getAttribute('aria-describedby')).toContain('auditDays-fault')
  expect(saved).toEqual([])
})

it('says why it was not kept, and keeps what was filled in', async () => {
  open(usual, { refusal: 'Somebody else was quicker.' })
  enter('streamDays', '9')
  press(save)
  await vi.waitFor(() => {
    expect(said()).toBe('Somebody else was quicker.')
  })
  expect((document.getElementById('streamDays') as HTMLInputElement).value).toBe('9')
})

it('saves nothing where nothing is different', () => {
  const saved = open(usual)
  press(save)
  expect(said()).toBe(same)
  expect(saved).toEqual([])
})

it('has no log of another center, and leaves its time as it is', () => {
  const saved = open(usual, { hasLog: false })
  expect(document.getElementById('auditDays')).toBeNull()
  enter('streamDays', '8')
  press(save)
  expect(saved).toEqual([{ ...usual, streamDays: 8 }])
})
