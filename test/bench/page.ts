/** The wall in Chromium on a machine that is six times slower, such as an office TV's stick. */
import { setTimeout as pause } from 'node:timers/promises'
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { API_KEY } from '../server.ts'
import { startLoad, type Load } from './live/load.ts'
import { openWallPage, type WallPage } from './live/page.ts'
import { ADMIN_PASSWORD, startServing } from './live/serving.ts'
import type { BenchRow } from './row.ts'

const SIZE = { queues: 40, agents: 1_000, eventsASecond: 32 }
const SLOWER = 6
const WARM_MS = 20 * SECOND_MS
const MEASURED_MS = MINUTE_MS
/** From this on a browser calls a task long. */
const LONG_TASK_MS = 50
const MOST_SCRIPT_KB = 150

export async function pageBench(): Promise<BenchRow[]> {
  const serving = await startServing(SIZE.queues)
  let page: WallPage | null = null
  let load: Load | null = null
  try {
    page = await openWallPage(serving.ringside.url, '/wall/center', ADMIN_PASSWORD)
    load = await startLoad({
      port: serving.port,
      key: API_KEY,
      center: SIZE,
      walls: 1,
      pages: 0,
    })
    await pause(WARM_MS)
    await page.throttle(SLOWER)
    await pause(SECOND_MS)
    await page.longTasks()
    await pause(MEASURED_MS)
    const tasks = await page.longTasks()
    await page.throttle(1)
    const heapBytes = await page.heapBytes()
    const longest = Math.max(LONG_TASK_MS, ...tasks)
    const scriptKb = (await page.scriptBytes()) / 1_000
    return [
      {
        name: `wall in Chromium, ${String(SLOWER)}× slower, 40 queues, 32 events/s: long tasks`,
        figure: tasks.length,
        unit: 'a minute',
        floor: 1,
        ratio: tasks.length,
        target: 'no task over 50 ms in steady state',
        wants: { atMost: 0 },
        note: `the longest ${longest > LONG_TASK_MS ? `${longest.toFixed(0)} ms` : 'under 50 ms'}`,
      },
      {
        name: 'wall in Chromium: what the page keeps',
        figure: heapBytes / 1_000_000,
        unit: 'MB',
        floor: 10,
        ratio: heapBytes / 10_000_000,
        target: 'flat over an hour: see the soak',
        wants: {},
      },
      {
        name: 'wall: script of today’s browsers, gzipped',
        figure: scriptKb,
        unit: 'kB',
        floor: MOST_SCRIPT_KB,
        ratio: scriptKb / MOST_SCRIPT_KB,
        target: '≤ 150 kB',
        wants: { atMost: MOST_SCRIPT_KB },
      },
    ]
  } finally {
    load?.kill()
    await page?.close()
    await serving.close()
  }
}
