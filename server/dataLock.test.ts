import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { lockDataDir, refusal } from './dataLock.ts'

let folder: string
const NINE_MS = Date.UTC(2026, 0, 5, 9)
/** On a machine that is busy with others. */
const LIMIT = { timeout: 60_000 }

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'ringside-lock-')), 'data')
})
afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true })
})

/** Another process that holds the folder until it is killed. */
async function holdElsewhere(): Promise<{ pid: number; kill: () => Promise<void> }> {
  const holder = fileURLToPath(new URL('../test/holdLock.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', holder, folder, String(NINE_MS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  await once(child.stdout, 'data')
  return { pid: child.pid!, kill }
}

describe('the lock of a data folder', () => {
  it('refuses a second process, and names the first', async () => {
    const { pid } = await holdElsewhere()
    const attempt = lockDataDir(folder, NINE_MS)
    if (attempt.ok) throw new Error('It was given twice.')
    expect(attempt.holder).toMatchObject({ pid, since: '2026-01-05T09:00:00.000Z' })
    expect(refusal(attempt)).toContain(`process ${String(pid)}`)
    expect(refusal(attempt)).toContain(folder)
  })

  it('is free again once its holder was killed', async () => {
    const { kill } = await holdElsewhere()
    await kill()
    const attempt = await vi.waitUntil(() => {
      const tried = lockDataDir(folder, NINE_MS)
      return tried.ok ? tried : false
    }, LIMIT)
    attempt.release()
  })

  it('is free again once released, and then names nobody', () => {
    const first = lockDataDir(folder, NINE_MS)
    if (!first.ok) throw new Error('It was not given.')
    expect(existsSync(join(folder, 'lock.json'))).toBe(true)
    first.release()
    expect(existsSync(join(folder, 'lock.json'))).toBe(false)
    const second = lockDataDir(folder, NINE_MS)
    expect(second.ok).toBe(true)
    if (second.ok) second.release()
  })

  it('does not take a folder that cannot be written for one in use', () => {
    writeFileSync(join(folder, '..', 'file'), '')
    expect(() => lockDataDir(join(folder, '..', 'file', 'data'), NINE_MS)).toThrow('ENOTDIR')
  })
})
