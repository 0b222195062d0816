/** One fault: the real processes, a known load, what is done to them, and the numbers afterwards. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SECOND_MS } from '../../shared/time.ts'
import { eventually } from './eventually.ts'
import { differences, type Status, statusOf } from './check.ts'
import { makeLoad, type Load } from './load.ts'
import { randomFrom, type Random } from './random.ts'
import { startRingside, type Ringside } from './ringside.ts'
import { startSending, type Sending } from './sender.ts'
import { watchWall, type Wall } from './wall.ts'

/** Some 2,500 events; with their pauses they are sent in some four seconds. */
const CALLS = 300
/** The server itself takes some 150 MB; what piles up while something is away must be bounded. */
const MOST_MEMORY_BYTES = 600 * 1024 * 1024

/** What a fault is given to do its work on. */
export type Scene = {
  random: Random
  ringside: Ringside
  load: Load
  sending: Sending
  wall: Wall
  dataDir: string
  /** For the table: what was seen. */
  note: (text: string) => void
  /** Called when all is over, whatever became of it. */
  after: (clean: () => Promise<void> | void) => void
}

/** The settings of the scene's server, and what of it is elsewhere. */
export type Prepared = {
  env?: Record<string, string>
  /** What goes before its program. */
  prefix?: readonly string[]
  /** Who takes events, and shows the wall, where that is another process; asked each time. */
  doorUrl?: () => string
  wallUrl?: () => string
}

export type Fault = {
  name: string
  /** What happens, in a few words. */
  title: string
  /** Why it cannot happen on this system; null: it can. */
  lacks?: () => Promise<string | null>
  /** `npm test` leaves it out. */
  isLong?: true
  calls?: number
  /** What is sent instead of the load as it was made; its truth stays. */
  reload?: (load: Load, random: Random) => Load
  /** Makes what the server runs on, and gives its settings. */
  prepare?: (after: Scene['after'], dataDir: string) => Promise<Prepared>
  /** Does it, while the load is being sent. */
  strike: (scene: Scene) => Promise<void>
  /** Whether it leaves a gap on record: something acknowledged may be lost, and is sent again. */
  leavesGap?: boolean | 'perhaps'
}

export type Outcome = {
  fault: string
  seed: number
  seconds: number
  /** What is wrong; none: nothing lost, nothing doubled, healed. */
  wrong: string[]
  notes: string[]
}

/** Runs a fault once. What goes wrong is told, not thrown. */
export async function runFault(fault: Fault, seed: number): Promise<Outcome> {
  const beganMs = performance.now()
  const notes: string[] = []
  const cleaning: (() => Promise<void> | void)[] = []
  const wrong: string[] = []
  try {
    wrong.push(...(await happen(fault, seed, notes, cleaning)))
  } catch (error) {
    wrong.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  for (const clean of cleaning.reverse()) {
    try {
      await clean()
    } catch (error) {
      wrong.push(`cleaning up: ${String(error)}`)
    }
  }
  const seconds = (performance.now() - beganMs) / SECOND_MS
  return { fault: fault.name, seed, seconds, wrong, notes }
}

async function happen(
  fault: Fault,
  seed: number,
  notes: string[],
  cleaning: (() => Promise<void> | void)[],
): Promise<string[]> {
  const after: Scene['after'] = (clean) => void cleaning.push(clean)
  const random = randomFrom(seed)
  const dataDir = await mkdtemp(join(tmpdir(), 'ringside-faults-'))
  after(() => rm(dataDir, { recursive: true, force: true }))
  const prepared = (await fault.prepare?.(after, dataDir)) ?? {}
  const { env = {}, prefix = [] } = prepared
  const ringside = await startRingside({ dataDir, env, prefix })
  after(() => ringside.kill())

  const made = makeLoad(random, fault.calls ?? CALLS, Date.now())
  const load = fault.reload?.(made, random) ?? made
  const { doorUrl = () => ringside.url, wallUrl = () => ringside.url } = prepared
  const wall = watchWall(wallUrl())
  after(wall.close)
  await eventually('the wall ticks', () => wall.tick() !== null)
  const sending = startSending({ url: doorUrl, batches: load.batches, random })
  after(() => sending.stop().catch(() => undefined))
  const note = (text: string): void => void notes.push(text)

  await fault.strike({ random, ringside, load, sending, wall, dataDir, note, after })
  await sending.rest()
  const { refused, cut } = sending.counts()
  note(`${String(refused)} refused, ${String(cut)} cut off`)

  const wrong = await differences(ringside, load, wallUrl())
  wrong.push(...gapsOf(fault, await statusOf(ringside)))
  const peakBytes = await ringside.peakBytes()
  if (peakBytes > MOST_MEMORY_BYTES) wrong.push(`it took ${String(peakBytes)} bytes of memory`)
  const code = await ringside.end()
  if (code !== 0) wrong.push(`it ended with ${String(code)}`)
  if (wrong.length > 0) wrong.push(ringside.output())
  return wrong
}

/** A hole in the stream is on record exactly where there was one. */
function gapsOf(fault: Fault, { stream }: Status): string[] {
  const found = stream.gaps.length > 0
  const { leavesGap = false } = fault
  if (leavesGap === 'perhaps' || found === leavesGap) return []
  return [found ? `a gap is on record: ${JSON.stringify(stream.gaps)}` : 'no gap is on record']
}
