/** Events and viewers from a process of their own, so that a server is measured and not its load. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { SECOND_MS } from '../../../shared/time.ts'
import type { CenterSize, CenterTruth } from './center.ts'

export type LoadJob = {
  port: number
  key: string
  center: CenterSize
  /** Who watches the wall of all queues, all in one room. */
  walls: number
  /** Who watches a page of their own, each of another agent. */
  pages: number
}

/** What was seen since it was asked the last time. */
export type LoadSeen = {
  /** Events that the server accepted, and those that it did not or knew already. */
  accepted: number
  notAccepted: number
  /** Why requests failed that were sent again. */
  failures: readonly string[]
  /** POST to its answer, in milliseconds. */
  answerMs: Quantiles
  /** POST of an entry into a queue to the frame with it, read by a client; in milliseconds. */
  shownMs: Quantiles
  frames: number
  bytes: number
  /** Connections that ended by themselves, and frames before which one was missing. */
  cutOff: number
  holes: number
  /** How late this process itself was: the 99th percentile of its event loop's delay. */
  ownDelayMs: number
}

export type Quantiles = { count: number; p50: number; p99: number; max: number }

/** All of it: events, and the sums that the server must come to. */
export type LoadTotal = { accepted: number; place: string; truth: CenterTruth; unseen: number }

export type LoadAsked = { do: 'begin'; job: LoadJob } | { do: 'look' } | { do: 'end' }
export type LoadTold =
  { said: 'begun' } | { said: 'seen'; seen: LoadSeen } | { said: 'ended'; total: LoadTotal }

export type Load = {
  look: () => Promise<LoadSeen>
  /** Nobody calls any more; resolves when the last call is over and told. */
  end: () => Promise<LoadTotal>
  /** Ends the process, whatever it is at. */
  kill: () => void
}

/** Starts it; resolves when everybody watches and the first events are under way. */
export async function startLoad(job: LoadJob): Promise<Load> {
  const child = fork(fileURLToPath(new URL('./loadProcess.ts', import.meta.url)), {
    execArgv: process.execArgv,
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The load ended with ${String(code)}`)
  })
  ended.catch(() => undefined)
  const ask = async (asked: LoadAsked): Promise<LoadTold> => {
    const told = once(child, 'message').then(([message]) => message as LoadTold)
    child.send(asked)
    return Promise.race([told, ended])
  }
  await ask({ do: 'begin', job })
  return {
    async look() {
      const told = await ask({ do: 'look' })
      if (told.said !== 'seen') throw new Error('The load said something else')
      return told.seen
    },
    async end() {
      const told = await ask({ do: 'end' })
      if (told.said !== 'ended') throw new Error('The load said something else')
      child.kill()
      return told.total
    },
    kill: () => {
      child.kill()
    },
  }
}

/** Sorts; the 50th and the 99th of a hundred, and the last. */
export function quantilesOf(values: number[]): Quantiles {
  values.sort((a, b) => a - b)
  const at = (share: number): number =>
    values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0
  return { count: values.length, p50: at(0.5), p99: at(0.99), max: values.at(-1) ?? 0 }
}

/** How often events that are due are sent. */
export const SEND_EVERY_MS = SECOND_MS / 40
