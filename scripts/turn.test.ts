import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { inTurn } from './turn.mjs'

/** On a machine that is busy with others. */
const LIMIT = { timeout: 60_000 }

let file: string

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'ringside-turn-')), 'turn')
})
afterEach(() => {
  rmSync(join(file, '..'), { recursive: true })
})

describe('inTurn', () => {
  it('does one after the other', async () => {
    const done: string[] = []
    let finish: () => void = () => undefined
    const first = inTurn(async () => {
      done.push('first begins')
      await new Promise<void>((resolve) => (finish = resolve))
      done.push('first ends')
    }, file)
    await vi.waitUntil(() => done.length === 1, LIMIT)
    const said = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    onTestFinished(() => {
      said.mockRestore()
    })
    const second = inTurn(async () => done.push('second'), file)
    await vi.waitUntil(() => said.mock.calls.length === 1, LIMIT)
    finish()
    await Promise.all([first, second])
    expect(done).toEqual(['first begins', 'first ends', 'second'])
    expect(existsSync(file)).toBe(false)
  })

  it('ends the turn of work that fails', async () => {
    await expect(inTurn(() => Promise.reject(new Error('no space')), file)).rejects.toThrow()
    expect(await inTurn(async () => 'done', file)).toBe('done')
  })

  it('does not wait for a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    writeFileSync(file, String(pid))
    expect(await inTurn(async () => 'done', file)).toBe('done')
  })

  it('does not wait for a process that got the number of one that is gone', async () => {
    writeFileSync(file, String(process.pid))
    const aMinuteAgo = Date.now() / 1_000 - 60
    utimesSync(file, aMinuteAgo, aMinuteAgo)
    expect(await inTurn(async () => 'done', file)).toBe('done')
  })
})
