/** How long an event takes from its POST to the frame that a viewer reads, and to the screen. */
import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '../../shared/time.ts'
import { API_KEY } from '../server.ts'
import { queueOf } from './live/center.ts'
import { quantilesOf, startLoad, type LoadSeen } from './live/load.ts'
import { openWallPage, type WallPage } from './live/page.ts'
import { startPrototype } from './live/prototype.ts'
import { ADMIN_PASSWORD, startServing } from './live/serving.ts'
import { middleOf, type BenchRow } from './row.ts'

const ROUNDS = 3
const VIEWERS = 50
const QUEUES = 40
const WARM_MS = 6 * SECOND_MS
const MEASURED_MS = 8 * SECOND_MS
/** Events a second, with the 99th percentile that they should stay under, in milliseconds. */
const RATES = [
  { eventsASecond: 1_000, p99: 25 },
  { eventsASecond: 5_000, p99: 50 },
] as const
/** How often something is painted, and to how long an interval of the screen that comes. */
const PAINTS = 100
const FRAME_MS = SECOND_MS / 60
/** A queue in which nothing else happens. */
const PROBED = queueOf(QUEUES)

export async function liveBench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const { eventsASecond, p99 } of RATES) rows.push(...(await toFrame(eventsASecond, p99)))
  rows.push(await toPaint())
  return rows
}

async function toFrame(eventsASecond: number, p99: number): Promise<BenchRow[]> {
  const rounds: { ours: LoadSeen; floor: LoadSeen }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const serving = await startServing(QUEUES)
    const ours = await seenAt(serving.port, eventsASecond).finally(serving.close)
    const prototype = await startPrototype()
    const floor = await seenAt(prototype.port, eventsASecond).finally(prototype.close)
    rounds.push({ ours, floor })
  }
  const rate = eventsASecond.toLocaleString('en')
  const row = (which: 'p50' | 'p99', wants: BenchRow['wants'], target: string): BenchRow => {
    const figure = middleOf(rounds.map(({ ours }) => ours.shownMs[which]))
    const floor = middleOf(rounds.map(({ floor: of }) => of.shownMs[which]))
    const name = `event to frame read, ${rate} events/s, ${String(VIEWERS)} viewers, ${which}`
    return { name, figure, unit: 'ms', floor, ratio: figure / floor, target, wants }
  }
  return [
    row('p50', {}, 'the floor checks and counts nothing: HTTP, XADD, XREAD, one frame'),
    row('p99', { ratioAtMost: 2, atMost: p99 }, `≤ 2 of the floor; ≤ ${String(p99)} ms`),
  ]
}

async function seenAt(port: number, eventsASecond: number): Promise<LoadSeen> {
  const load = await startLoad({
    port,
    key: API_KEY,
    // So many agents as have a call of some ten seconds each.
    center: { queues: QUEUES, agents: Math.max(1_000, eventsASecond), eventsASecond },
    walls: VIEWERS,
    pages: 0,
  })
  try {
    await pause(WARM_MS)
    await load.look()
    await pause(MEASURED_MS)
    return await load.look()
  } finally {
    load.kill()
  }
}

/** A call comes into a queue; the number of those waiting changes on the screen. */
async function toPaint(): Promise<BenchRow> {
  const serving = await startServing(QUEUES + 1)
  let page: WallPage | null = null
  try {
    page = await openWallPage(serving.ringside.url, `/wall/queue?queue=${PROBED}`, ADMIN_PASSWORD)
    await page.paintedAt('0')
    const tookMs: number[] = []
    for (let n = 0; n < PAINTS; n++) {
      const painted = page.paintedAt(String(n + 1))
      const postedAtMs = performance.timeOrigin + performance.now()
      await postCall(serving.ringside.url, n)
      tookMs.push((await painted) - postedAtMs)
      // Not in step with anything.
      await pause(30 + ((n * 37) % 90))
    }
    const { p50, p99 } = quantilesOf(tookMs)
    return {
      name: `event to painted in Chromium, p99 of ${String(PAINTS)}`,
      figure: p99,
      unit: 'ms',
      floor: FRAME_MS,
      ratio: p99 / FRAME_MS,
      target: '≤ 100 ms; the floor is one frame of the screen',
      wants: { atMost: 100 },
      note: `half of them within ${p50.toFixed(0)} ms`,
    }
  } finally {
    await page?.close()
    await serving.close()
  }
}

async function postCall(url: string, n: number): Promise<void> {
  const contactId = `probe-${String(n)}`
  const response = await fetch(`${url}/api/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${API_KEY}`,
      'content-type': 'application/cloudevents+json',
    },
    body: JSON.stringify({
      specversion: '1.0',
      id: contactId,
      source: '/asterisk/pbx-1/ami',
      type: 'contact.queued',
      time: new Date().toISOString(),
      data: { contactId, visitId: `${contactId}/1`, queue: PROBED, channel: 'voice' },
    }),
  })
  if (response.status !== 202) throw new Error(`The event: ${String(response.status)}`)
}
