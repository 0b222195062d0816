import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createWatchdog, type Watchdog } from './watchdog.ts'

const MINUTE_MS = 60_000
let age: number | null = 0
let up = true
let watchdog: Watchdog
const reload = vi.fn()

beforeEach(() => {
  vi.useFakeTimers()
  reload.mockClear()
  age = 0
  up = true
  watchdog = createWatchdog({
    ageMs: () => age,
    isUp: async () => up,
    reload,
    random: () => 0.5,
  })
})
afterEach(() => {
  watchdog.stop()
  vi.useRealTimers()
})

it('reloads for a new build, at a moment of its own, once', async () => {
  watchdog.reloadSoon()
  watchdog.reloadSoon()
  await vi.advanceTimersByTimeAsync(29_999)
  expect(reload).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(reload).toHaveBeenCalledTimes(1)
})

it('reloads a page without news for ten minutes, though not while the server is away', async () => {
  age = 9 * MINUTE_MS
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  expect(reload).not.toHaveBeenCalled()
  age = 10 * MINUTE_MS
  up = false
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  expect(reload).not.toHaveBeenCalled()
  up = true
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  expect(reload).toHaveBeenCalledTimes(1)
})

it('reloads a page that never had any numbers', async () => {
  age = null
  await vi.advanceTimersByTimeAsync(9 * MINUTE_MS)
  expect(reload).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  expect(reload).toHaveBeenCalled()
})
