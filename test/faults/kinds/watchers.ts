/** Faults of those who watch: some never read, all come back at once. */
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '../../../shared/time.ts'
import type { Fault, Scene } from '../fault.ts'
import { openRawClient, type RawClient } from '../rawClients.ts'
import { mustGetYoung, mustHaveHealed } from './processes.ts'

const NEVER_READING = 20
/** A large company, and as many as a machine that is busy with other tests has soon. */
const MANY = 5_000
const SOME = 1_000
const RETRY_MS = 1_000
const BACK_LIMIT_MS = 480 * SECOND_MS
/** What a process, the server or this one, has open beside a socket of each. */
const OTHER_FILES = 1_000

const portOf = ({ ringside }: Scene): number => Number(new URL(ringside.url).port)

export const neverReads: Fault = {
  name: 'client-never-reads',
  title: 'twenty watchers that never read, beside one that does',
  strike: async (scene) => {
    const { sending, after } = scene
    const clients = Array.from({ length: NEVER_READING }, () => openRawClient(portOf(scene)))
    after(() => {
      for (const { socket } of clients) socket.destroy()
    })
    for (const { socket, hasSnapshot } of clients) {
      await hasSnapshot
      socket.pause()
    }
    await sending.rest()
    await mustGetYoung(scene)
    mustHaveHealed(scene)
  },
}

const reconnecting = (name: string, clientCount: number): Fault => ({
  name,
  lacks: async () => {
    // Node itself takes as many as the hard limit has.
    const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
    const most = /^Max open files +\S+ +(\d+)/m.exec(limits)?.[1]
    return most !== undefined && Number(most) < clientCount + OTHER_FILES
      ? `a process may have ${most} files open here: ulimit -Hn`
      : null
  },
  title: `kill -9 of the server, and ${clientCount.toLocaleString('en')} watchers that come back at once`,
  strike: async (scene) => {
    const { sending, ringside, random, note, after } = scene
    let clients: RawClient[] = []
    after(() => {
      for (const { socket } of clients) socket.destroy()
    })
    await sending.reached(0.2 + 0.3 * random.next())
    await ringside.kill()
    await ringside.start()
    const beganMs = performance.now()
    const backUntilMs = beganMs + BACK_LIMIT_MS
    const comeBack = async (): Promise<RawClient> => {
      while (performance.now() < backUntilMs) {
        const client = openRawClient(portOf(scene))
        if (await client.hasSnapshot) return client
        await pause(random.next() * RETRY_MS)
      }
      throw new Error('A watcher does not get back')
    }
    clients = await Promise.all(Array.from({ length: clientCount }, comeBack))
    note(`all have their numbers after ${String(Math.round(performance.now() - beganMs))} ms`)
    await mustGetYoung(scene)
  },
})

export const someComeBack = reconnecting('clients-reconnect', SOME)
export const allComeBack: Fault = {
  ...reconnecting('clients-reconnect-many', MANY),
  isLong: true,
}
