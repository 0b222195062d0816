import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import Line from './Line.svelte'
import type { Point } from './series.ts'

const plots = vi.hoisted(() => ({
  built: 0,
  fed: [] as unknown[],
  destroyed: 0,
}))
vi.mock('uplot', () => ({
  default: vi.fn(function () {
    plots.built += 1
    return {
      setData: (data: unknown) => plots.fed.push(data),
      setSize: () => undefined,
      redraw: () => undefined,
      destroy: () => {
        plots.destroyed += 1
      },
    }
  }),
}))

beforeEach(() => {
  Object.assign(plots, { built: 0, fed: [], destroyed: 0 })
})
let chart: Record<string, unknown> | null = null
afterEach(async () => {
  if (chart) await unmount(chart)
  chart = null
})

it('builds a chart once, and feeds it after that', async () => {
  const shown = $state<{ points: readonly Point[] }>({ points: [{ atMs: 60_000, value: 1 }] })
  chart = mount(Line, {
    target: document.body,
    props: {
      get points() {
        return shown.points
      },
      isRatio: false,
      color: '--accent',
      width: 2,
    },
  })
  flushSync()
  expect(plots.fed).toEqual([[[60], [1]]])
  shown.points = [...shown.points, { atMs: 120_000, value: 2 }]
  flushSync()
  expect(plots.fed.at(-1)).toEqual([
    [60, 120],
    [1, 2],
  ])
  expect(plots.built).toBe(1)

  await unmount(chart)
  chart = null
  expect(plots.destroyed).toBe(1)
})
