/** The process behind `startLoad`: it posts what is due, and watches as many do. */
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { SentEvent } from '../../../shared/events/sent.ts'
import { countersOf } from '../../../shared/metrics/reads.ts'
import { metricOf } from '../../../shared/metrics/registry.ts'
import { SECOND_MS } from '../../../shared/time.ts'
import type { Delta, WatchRequest } from '../../../shared/wire.ts'
import { wallMetrics } from '../wallMetrics.ts'
import { agentOf, busyCenter } from './center.ts'
import {
  quantilesOf,
  SEND_EVERY_MS,
  type LoadAsked,
  type LoadJob,
  type LoadSeen,
  type LoadTold,
} from './load.ts'
import { openLiveClient, SOCKET_PATH, type LiveClient } from './socket.ts'

/** Connections opened at a time. */
const AT_ONCE = 50
/** One viewer of the wall in so many reads every frame whole; the others count. */
const READS_WHOLE = 50
/** A feed keeps its connections; so many requests are under way at most. */
const CONNECTIONS = 16
const RETRY_MS = SECOND_MS
/** The longest wait for a frame with an event: later ones are told as unseen. */
const UNSEEN_MS = 60 * SECOND_MS

const [first] = (await once(process, 'message')) as [LoadAsked]
if (first.do !== 'begin') throw new Error('Nothing was begun')
const { job } = first

/** When each entry into a queue was posted, until every whole reader has seen it. */
const posted = new Map<string, { atMs: number; seenBy: number }>()
let accepted = 0
let unseen = 0
let place = '0-0'
let seen = nothingSeen()
const ownDelay = monitorEventLoopDelay({ resolution: 5 })
ownDelay.enable()

const wholeReaders = Math.ceil(job.walls / READS_WHOLE)
await openAll(job)
const center = busyCenter(job.center, Date.now())
const tell = (told: LoadTold): void => {
  process.send?.(told)
}
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
let underWay = 0
const sending = setInterval(() => {
  const events = center.due(Date.now())
  if (events.length > 0) void sendUntilAnswered(events)
}, SEND_EVERY_MS)
tell({ said: 'begun' })

process.on('message', (asked: LoadAsked) => {
  if (asked.do === 'look') tell({ said: 'seen', seen: take() })
  else if (asked.do === 'end') void end()
})
// Whoever started it is gone: nobody would ever end it.
process.on('disconnect', () => process.exit(1))

async function end(): Promise<void> {
  center.close()
  while (!center.isOver() || underWay > 0) await pause(SEND_EVERY_MS)
  clearInterval(sending)
  const untilMs = performance.now() + UNSEEN_MS
  while (posted.size > 0 && performance.now() < untilMs) await pause(SEND_EVERY_MS)
  unseen += posted.size
  tell({ said: 'ended', total: { accepted, place, truth: center.truth(), unseen } })
}

/** Sends events until they are acknowledged, as a good sender does: again, under the same ids. */
async function sendUntilAnswered(events: readonly SentEvent[]): Promise<void> {
  underWay += 1
  const body = Buffer.from(JSON.stringify(events))
  const atMs = performance.now()
  for (const { type, data } of events) {
    if (type === 'contact.queued') posted.set(String(data['visitId']), { atMs, seenBy: 0 })
  }
  try {
    for (;;) {
      const answer = await post(body).catch((error: unknown) => {
        seen.failures.push(error instanceof Error ? error.message : String(error))
        return null
      })
      if (answer) {
        seen.answers.push(performance.now() - atMs)
        // One that was stored and not acknowledged is a double when it comes again.
        seen.notAccepted += events.length - answer.accepted - answer.duplicates
        seen.accepted += answer.accepted + answer.duplicates
        accepted += answer.accepted + answer.duplicates
        place = answer.place
        return
      }
      await pause(RETRY_MS)
    }
  } finally {
    underWay -= 1
  }
}

type Answer = { accepted: number; duplicates: number; place: string }

function post(body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ agent, port: job.port, host: '127.0.0.1', method: 'POST', path: '/api/events' },
        headers: {
          authorization: `Bearer ${job.key}`,
          'content-type': 'application/cloudevents-batch+json',
          'content-length': body.length,
        },
      },
      (response) => {
        let text = ''
        response.on('data', (part: Buffer) => {
          text += part.toString()
        })
        response.on('error', reject)
        response.on('end', () => {
          if (response.statusCode === 202) resolve(JSON.parse(text) as Answer)
          else reject(new Error(`${String(response.statusCode)}: ${text}`))
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

async function openAll({ walls, pages, center: { agents } }: LoadJob): Promise<void> {
  const wall = watchText({
    scopes: ['queue:*'],
    windows: ['interval', 'today'],
    counters: [...new Set(wallMetrics.flatMap((id) => countersOf(metricOf(id))))],
    live: ['visits', 'agents', 'staffing'],
  })
  const watches = [
    ...Array.from({ length: walls }, () => wall),
    ...Array.from({ length: pages }, (_, n) =>
      watchText({
        scopes: [`agent:${agentOf(Math.floor((n * agents) / pages))}`],
        windows: ['today'],
      }),
    ),
  ]
  for (let from = 0; from < watches.length; from += AT_ONCE) {
    const some = watches.slice(from, from + AT_ONCE)
    await Promise.all(some.map((watch, n) => open(watch, from + n)))
  }
}

async function open(watch: string, n: number): Promise<void> {
  const isWhole = n < job.walls && n % READS_WHOLE === 0
  let sequence: number | null = null
  let client: LiveClient | null = null
  client = await openLiveClient({
    port: job.port,
    path: SOCKET_PATH,
    headers: { authorization: `Bearer ${job.key}` },
    watch,
    event(payload) {
      seen.frames += 1
      seen.bytes += payload.length
      if (!isWhole) return
      const [name, frame] = JSON.parse(payload.toString('utf8', 2)) as [string, Delta]
      if (name !== 'snapshot' && name !== 'delta') return
      if (name === 'delta' && sequence !== null && frame.sequence !== sequence + 1) {
        seen.holes += 1
        client?.say(watch)
      }
      sequence = frame.sequence
      for (const visit of Object.keys(frame.live?.visits ?? {})) see(visit)
    },
    ended() {
      seen.cutOff += 1
      // A screen comes back; at once would be a storm.
      setTimeout(() => void open(watch, n).catch(() => undefined), RETRY_MS)
    },
  })
}

/** A whole reader has a frame with an entry into a queue. */
function see(visit: string): void {
  const one = posted.get(visit)
  if (!one) return
  seen.shown.push(performance.now() - one.atMs)
  one.seenBy += 1
  if (one.seenBy === wholeReaders) posted.delete(visit)
}

function watchText(asked: Pick<WatchRequest, 'scopes' | 'windows' | 'counters' | 'live'>): string {
  return `420${JSON.stringify(['watch', { protocolVersion: 1, ...asked }])}`
}

function nothingSeen() {
  return {
    ...{ accepted: 0, notAccepted: 0, frames: 0, bytes: 0, cutOff: 0, holes: 0 },
    failures: [] as string[],
    answers: [] as number[],
    shown: [] as number[],
  }
}

function take(): LoadSeen {
  const { answers, shown, ...counts } = seen
  seen = nothingSeen()
  const nowMs = performance.now()
  for (const [visit, { atMs }] of posted) {
    if (nowMs - atMs < UNSEEN_MS) break
    posted.delete(visit)
    unseen += 1
  }
  const ownDelayMs = ownDelay.percentile(99) / 1e6
  ownDelay.reset()
  return { ...counts, answerMs: quantilesOf(answers), shownMs: quantilesOf(shown), ownDelayMs }
}
