/** Faults of the processes: killed, ended, frozen, at any instant. */
import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '../../../shared/time.ts'
import { eventually } from '../eventually.ts'
import type { Fault, Scene } from '../fault.ts'

/** So long nothing is answered: far longer than anybody waits for a Redis that hangs. */
const FROZEN_MS = 30 * SECOND_MS
/** A wall tells its age by the second, and a busy machine is late. */
const OLD_MS = 3 * SECOND_MS

/** Some instant soon. */
export const someTime = ({ random }: Scene, longestMs = 300): Promise<void> =>
  pause(random.between(0, longestMs))

export const undisturbed: Fault = {
  name: 'undisturbed',
  title: 'nothing happens',
  strike: async () => undefined,
}

export const serverKilled: Fault = {
  name: 'server-killed',
  title: 'kill -9 of the server, three times',
  strike: async (scene) => {
    const { sending, ringside, random } = scene
    for (const share of [0.1, 0.4, 0.7]) {
      await sending.reached(share + 0.2 * random.next())
      await someTime(scene)
      await ringside.kill()
      await ringside.start()
    }
  },
}

export const serverEnded: Fault = {
  name: 'server-ended',
  title: 'SIGTERM under load, and a new start',
  strike: async (scene) => {
    const { sending, ringside, random, note } = scene
    await sending.reached(0.2 + 0.6 * random.next())
    await someTime(scene)
    const beganMs = performance.now()
    const code = await ringside.end()
    if (code !== 0) throw new Error(`It ended with ${String(code)}:\n${ringside.output()}`)
    note(`ended in ${String(Math.round(performance.now() - beganMs))} ms`)
    await ringside.start()
  },
}

export const redisKilled: Fault = {
  name: 'redis-killed',
  title: 'kill -9 of Redis, three times; the server goes on',
  strike: async (scene) => {
    const { sending, ringside, random } = scene
    for (const share of [0.1, 0.4, 0.7]) {
      await sending.reached(share + 0.2 * random.next())
      await someTime(scene)
      const pid = await ringside.redisPid()
      process.kill(pid, 'SIGKILL')
      await eventually('another Redis runs', async () => (await ringside.redisPid()) !== pid)
    }
    mustHaveHealed(scene)
  },
}

export const redisFrozen: Fault = {
  name: 'redis-frozen',
  title: 'Redis frozen for 30 s, and continued',
  strike: async (scene) => {
    const { sending, ringside, random, wall } = scene
    await sending.reached(0.2 + 0.6 * random.next())
    const pid = await ringside.redisPid()
    process.kill(pid, 'SIGSTOP')
    try {
      const last = wall.tick()
      sending.goOn()
      await boundedIn(scene, () => pause(FROZEN_MS))
      mustBeOld(scene)
      await mustAnswerFigures(scene)
      if (wall.tick() === last) throw new Error('The wall has not ticked meanwhile')
      await mustNotAnswerReady(scene)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await mustGetYoung(scene)
    if (sending.counts().refused === 0) throw new Error('Nothing was refused meanwhile')
    mustHaveHealed(scene)
  },
}

/** What piles up in memory while something is away; senders go on all the time. */
const MOST_GROWTH_BYTES = 200 * 1024 * 1024

/** Does it, and looks how much memory the server had at most and how much before. */
export async function boundedIn(
  { ringside, note }: Scene,
  away: () => Promise<void>,
): Promise<void> {
  const before = await ringside.peakBytes()
  await away()
  const grown = (await ringside.peakBytes()) - before
  note(`memory grew by ${String(Math.round(grown / 1024 / 1024))} MB`)
  if (grown > MOST_GROWTH_BYTES) throw new Error(`Its memory grew by ${String(grown)} bytes`)
}

/** The wall still ticks, and says that its numbers are of the past. */
function mustBeOld({ wall, note }: Scene): void {
  const ageMs = wall.ageMs()
  note(`the wall's numbers were ${String(ageMs)} ms old`)
  if (ageMs === null || ageMs < OLD_MS) {
    throw new Error(`The wall says that its numbers are ${String(ageMs)} ms old`)
  }
}

export async function mustGetYoung({ wall }: Scene): Promise<void> {
  await eventually('the wall is young again', () => (wall.ageMs() ?? Infinity) < OLD_MS)
}

/** Reports are read from the database, and say that there may be more in the stream. */
async function mustAnswerFigures({ ringside }: Scene): Promise<void> {
  const { status, body } = await ringside.get('/api/metrics?scope=center&ids=callsOffered')
  if (status !== 200 || (body as { complete: boolean }).complete) {
    throw new Error(`figures, with the stream away: ${String(status)} ${JSON.stringify(body)}`)
  }
}

/** It is alive, and says that it is not ready. */
async function mustNotAnswerReady({ ringside }: Scene): Promise<void> {
  const alive = await fetch(`${ringside.url}/healthz`)
  const ready = await fetch(`${ringside.url}/readyz`)
  if (!alive.ok || ready.ok) {
    throw new Error(`healthz ${String(alive.status)}, readyz ${String(ready.status)}`)
  }
}

/** In the life in which it was hurt. */
export function mustHaveHealed({ ringside }: Scene): void {
  if (!ringside.isUp()) throw new Error(`It has ended:\n${ringside.output()}`)
}
