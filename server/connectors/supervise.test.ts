import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Connector } from './connector.ts'
import { createConnectors } from './supervise.ts'
import type { ConnectorsOptions } from './supervise.ts'

type Run = Connector<unknown>['run']

/** A connector that runs as told, time that passes only when waited for, and what was seen. */
function bench(run: Run) {
  const seen = { waits: [] as number[], emitted: 0, lines: [] as string[], starts: [] as unknown[] }
  const places = new Map<string, string>()
  let nowMs = 0
  const test: Connector<unknown> = {
    name: 'test',
    settings: z.strictObject({ path: z.string() }),
    reports: {},
    run: async (source, settings, io) => {
      seen.starts.push(settings)
      await run(source, settings, io)
    },
  }
  const options: ConnectorsOptions = {
    connectors: { test },
    emit: async (events) => {
      seen.emitted += events.length
    },
    reject: () => undefined,
    places: {
      read: async (source) => places.get(source) ?? null,
      keep: async (source, place) => {
        places.set(source, place)
      },
    },
    now: () => nowMs,
    wait: async (ms) => {
      seen.waits.push(ms)
      nowMs += ms
    },
    report: (line) => seen.lines.push(line),
  }
  return { connectors: createConnectors(options), seen, places }
}

const source = (settings: Record<string, unknown>) => ({
  source: '/a/b/c',
  connector: 'test',
  settings,
})
const untilAborted: Run = (_source, _settings, { signal }) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve()
    })
  })

describe('connectors that the directory names', () => {
  it('are started again after a failure, ever more slowly up to a minute', async () => {
    let runs = 0
    const { connectors, seen } = bench(async (...args) => {
      runs += 1
      if (runs <= 9) throw new Error('the PBX is away')
      await untilAborted(...args)
    })
    connectors.run([source({ path: 'x' })])
    await expect.poll(() => runs).toBe(10)
    expect(seen.waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((s) => s * 1_000))
    expect(seen.lines[0]).toBe('/a/b/c: the PBX is away')
    await connectors.stop()
  })

  it('go on from the place that they kept', async () => {
    const places: (string | null)[] = []
    const { connectors } = bench(async (from, settings, io) => {
      places.push(io.place)
      if (places.length > 1) return untilAborted(from, settings, io)
      await io.keepPlace('line 7')
      throw new Error('cut')
    })
    connectors.run([source({ path: 'x' })])
    await expect.poll(() => places).toEqual([null, 'line 7'])
    await connectors.stop()
  })

  it.each([
    ['settings that it refuses', source({ paht: 'x' }), /bad settings: path:/],
    ['a connector that there is not', { ...source({}), connector: 'nope' }, /no connector nope/],
  ])('say what is wrong with %s, and wait', async (_what, wanted, detail) => {
    const { connectors, seen } = bench(untilAborted)
    connectors.run([wanted])
    expect(connectors.status()).toEqual([expect.objectContaining({ state: 'refused' })])
    expect(connectors.status()[0]?.detail).toMatch(detail)
    expect(seen.starts).toEqual([])
    await connectors.stop()
  })

  it('are started anew when their settings change, after the old run has ended', async () => {
    let open = 0
    let most = 0
    const { connectors, seen } = bench(async (...args) => {
      open += 1
      most = Math.max(most, open)
      await untilAborted(...args)
      await Promise.resolve()
      open -= 1
    })
    connectors.run([source({ path: 'x' })])
    await expect.poll(() => seen.starts.length).toBe(1)
    connectors.run([source({ path: 'x' })])
    connectors.run([source({ path: 'y' })])
    await expect.poll(() => seen.starts).toEqual([{ path: 'x' }, { path: 'y' }])
    expect(most).toBe(1)
    connectors.run([])
    await connectors.stop()
    await expect.poll(() => open).toBe(0)
  })
})
