import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SentEvent } from '../../../shared/events/sent.ts'
import { queueLogBytes } from '../../../test/fixtures/asterisk/recording.ts'
import type { ConnectorIo } from '../connector.ts'
import { readQueueLogFile } from './files.ts'
import { asteriskQueueLog, queueLogConnector, QueueLogSettings } from './queueLog.ts'
import type { Watch } from './queueLog.ts'

const SOURCE = '/asterisk/pbx-1/queue-log'
const NOW_MS = 1_795_290_000_000

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringside-queue-log-'))
  path = join(folder, 'queue_log')
})
afterEach(() => rm(folder, { recursive: true }))

/** What a connector did, kept over its restarts. */
function keeper() {
  const stop = new AbortController()
  const kept = {
    events: [] as SentEvent[],
    rejected: [] as { input: string; reason: string }[],
    reports: [] as string[],
    place: null as string | null,
  }
  const io = (signal: AbortSignal): ConnectorIo => ({
    emit: async (events) => {
      kept.events.push(...events)
    },
    reject: (input, reason) => {
      kept.rejected.push({ input, reason })
    },
    place: kept.place,
    keepPlace: async (place) => {
      kept.place = place
    },
    report: (status) => {
      kept.reports.push(status)
    },
    now: () => NOW_MS,
    signal,
  })
  return { kept, io, stop }
}

/** Runs the connector; each time it waits for a change, the next of `changes` happens; then it stops. */
async function run(
  state: ReturnType<typeof keeper>,
  changes: readonly (() => Promise<void>)[] = [],
): Promise<void> {
  const stop = new AbortController()
  const left = [...changes]
  const change: Watch = async () => {
    const next = left.shift()
    if (next) await next()
    else stop.abort()
  }
  const settings = QueueLogSettings.parse({ path })
  await queueLogConnector(change).run(SOURCE, settings, state.io(stop.signal))
}

async function expected(): Promise<SentEvent[]> {
  const events: SentEvent[] = []
  for await (const batch of readQueueLogFile([queueLogBytes()], SOURCE))
    events.push(...batch.events)
  return events
}

/** The machine may be busy. */
const SLOW_MS = 240_000

describe('the queue_log connector', { timeout: SLOW_MS }, () => {
  it('neither loses nor doubles an event over restarts and rotations', async () => {
    const bytes = queueLogBytes()
    const state = keeper()
    const cut = [0, 10_000, 10_007, 60_000, 61_111, 120_000, bytes.length]
    const part = (index: number) => bytes.subarray(cut[index], cut[index + 1])
    await writeFile(path, part(0))
    await run(state, [() => appendFile(path, part(1)), () => appendFile(path, part(2))])
    // Away: more is written, the file is rotated, and half a line is written to the new one.
    await appendFile(path, part(3))
    const half = bytes.lastIndexOf('\n', 61_111) + 1
    await writeFile(path, bytes.subarray(0, half))
    await run(state)
    await rename(path, `${path}.1`)
    await writeFile(path, bytes.subarray(half, 120_000))
    await run(state, [() => appendFile(path, part(5)), () => rename(path, `${path}.2`)])
    expect(state.kept.events).toEqual(await expected())
    expect(state.kept.rejected).toEqual([])
  })

  it('keeps its place only after what lies before it was emitted', async () => {
    await writeFile(path, queueLogBytes())
    const state = keeper()
    const stop = new AbortController()
    const io = { ...state.io(stop.signal), emit: () => Promise.reject(new Error('store is away')) }
    const settings = QueueLogSettings.parse({ path })
    const running = queueLogConnector(async () => undefined).run(SOURCE, settings, io)
    await expect(running).rejects.toThrow('store is away')
    expect(state.kept.place).toBeNull()
  })

  it('says a gap where lines may be lost, and counts half a line', async () => {
    await writeFile(path, '1795283607|call.1|sales|NONE|ENTERQUEUE|||1\n')
    const state = keeper()
    await run(state, [
      () => writeFile(path, '1795283707|NONE|sales|Anna|PAUSE|\n1795283'),
      () => rename(path, `${path}.1`),
      () => writeFile(path, '1795283709|NONE|sales|Anna|UNPAUSE|\nnonsense\n'),
      async () => undefined,
    ])
    expect(state.kept.events.map(({ type, time }) => `${type} ${time}`)).toEqual([
      'contact.queued 2026-11-21T17:53:27.000Z',
      'source.gap 2026-11-21T19:40:00.000Z',
      'agent.queueChanged 2026-11-21T17:55:07.000Z',
      'agent.queueChanged 2026-11-21T17:55:09.000Z',
    ])
    expect(state.kept.events[1]?.data).toEqual({
      from: '2026-11-21T17:53:27.000Z',
      to: '2026-11-21T19:40:00.000Z',
      reason: 'the file was truncated',
    })
    expect(state.kept.rejected).toEqual([
      { input: '1795283', reason: 'cut off at the end of the file' },
      { input: 'nonsense', reason: 'does not begin with epoch seconds' },
    ])
  })

  it('says what it waits for', async () => {
    const state = keeper()
    await run(state, [() => writeFile(path, '')])
    expect(state.kept.reports).toEqual([`waiting for ${path}`, 'reading as it is written'])
  })

  it('begins anew where its place cannot be read', async () => {
    await writeFile(path, '1795283707|NONE|sales|Anna|PAUSE|\n')
    const state = keeper()
    state.kept.place = 'not a place'
    await run(state)
    expect(state.kept.events).toHaveLength(1)
  })

  it('sees a change of the real file, and stops when told to', async () => {
    await writeFile(path, '')
    const state = keeper()
    const { signal } = state.stop
    const io = state.io(signal)
    const seen = new Promise<void>((resolve) => {
      io.emit = async () => {
        resolve()
      }
    })
    const idle = new Promise<void>((resolve) => {
      io.report = () => {
        resolve()
      }
    })
    const running = asteriskQueueLog.run(SOURCE, QueueLogSettings.parse({ path }), io)
    await idle
    await appendFile(path, '1795283707|NONE|sales|Anna|PAUSE|\n')
    await seen
    state.stop.abort()
    await running
  })

  it('says by default where Asterisk writes', () => {
    expect(QueueLogSettings.parse({})).toEqual({
      path: '/var/log/asterisk/queue_log',
      members: {},
      siteEvents: [],
    })
  })
})
