import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SentEvent } from '../../../shared/events/sent.ts'
import type { ConnectorIo } from '../connector.ts'
import { amiConnector } from './ami.ts'
import type { AmiWorld } from './ami.ts'
import { challengeKey } from './amiLogin.ts'
import { AmiSettings } from './amiSettings.ts'

/** Against a server on a real socket that does what Asterisk, or something else, would do. */

const SOURCE = '/asterisk/pbx-1/ami'
const GREETING = 'Asterisk Call Manager/11.0.0\r\n'

const packet = (name: string, headers: Record<string, string> = {}): string =>
  `${[`Event: ${name}`, ...Object.entries(headers).map(([key, value]) => `${key}: ${value}`)].join('\r\n')}\r\n\r\n`
const response = (id: string, status: string, rest = ''): string =>
  `Response: ${status}\r\nActionID: ${id}\r\n${rest}\r\n`

let server: Server
let clients: Socket[]
/** For how long the server says that it has run. */
let uptimeS: number
/** How often it was pinged, and how often it answers before it hangs. */
let pings: number
let pongs: number
/** What the server does with a client, for the test at hand. */
let serve: (client: Socket) => void

beforeEach(async () => {
  clients = []
  uptimeS = 100
  pings = 0
  pongs = 0
  server = createServer((client) => {
    clients.push(client)
    client.on('error', () => undefined)
    serve(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  for (const client of clients) client.destroy()
  await new Promise((resolve) => server.close(resolve))
})

/** An Asterisk that lets `ringside` in, lists one queue, and then says `then`. */
function asterisk(client: Socket, then: string, lists = ''): void {
  client.write(GREETING)
  let heard = ''
  client.on('data', (bytes) => {
    heard += bytes.toString()
    for (let end = heard.indexOf('\r\n\r\n'); end >= 0; end = heard.indexOf('\r\n\r\n')) {
      answer(client, heard.slice(0, end), then, lists)
      heard = heard.slice(end + 4)
    }
  })
}

function answer(client: Socket, request: string, then: string, lists: string): void {
  const id = /ActionID: (.*)/.exec(request)?.[1] ?? ''
  const action = /Action: (.*)/.exec(request)?.[1]
  if (action === 'Challenge') client.write(response(id, 'Success', 'Challenge: 4711\r\n'))
  if (action === 'Login') {
    const right = request.includes(`Key: ${challengeKey('4711', 'secret')}`)
    const welcome = response(id, 'Success') + packet('FullyBooted', { Uptime: String(uptimeS) })
    client.write(right ? welcome : response(id, 'Error', 'Message: Authentication failed\r\n'))
  }
  if (action === 'CoreShowChannels') {
    client.write(response(id, 'Error', 'Message: Permission denied\r\n'))
  }
  if (action === 'QueueStatus') {
    client.write(response(id, 'Success') + packet('QueueParams', { Queue: 'sales' }) + lists)
    client.write(packet('QueueStatusComplete', { ActionID: id }) + then)
  }
  if (action === 'Ping') {
    pings += 1
    if (pings <= pongs) client.write('Response: Success\r\nPing: Pong\r\n\r\n')
  }
}

const join = (uid: string): string => packet('QueueCallerJoin', { Uniqueid: uid, Queue: 'sales' })

type Kept = {
  events: SentEvent[]
  rejected: { input: string; reason: string }[]
  reports: string[]
  place: string | null
}
const nothingKept = (): Kept => ({ events: [], rejected: [], reports: [], place: null })

type Run = {
  secret?: string
  /** Stops the connector once this is an event that it emitted. */
  until?: (event: SentEvent) => boolean
  /** Time passes, in steps of a second, while the connector waits and this holds. */
  timePasses?: () => boolean
  startMs?: number
}

async function run(kept: Kept, options: Run = {}): Promise<void> {
  const stop = new AbortController()
  let nowMs = options.startMs ?? 1_795_183_200_000
  const settings = AmiSettings.parse({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    username: 'ringside',
    secret: options.secret ?? 'secret',
    besideQueueLog: false,
  })
  const io: ConnectorIo = {
    emit: async (events) => {
      kept.events.push(...events)
      if (events.some((event) => options.until?.(event))) stop.abort()
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
    now: () => nowMs,
    signal: stop.signal,
  }
  const world: AmiWorld = {
    connect: ({ host, port }) => connect({ host, port }),
    wait: (ms, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve()
        })
        const { timePasses } = options
        if (!timePasses) return
        function look(): void {
          if (signal.aborted) return
          if (!timePasses?.()) return void setImmediate(look)
          nowMs += ms
          resolve()
        }
        // Whatever the sockets have to say comes first.
        setImmediate(look)
      }),
  }
  await amiConnector(world).run(SOURCE, settings, io)
}

const typesOf = ({ events }: Kept): string[] => events.map(({ type }) => type)
const isQueued = ({ type }: SentEvent): boolean => type === 'contact.queued'

/** The machine may be busy. */
const SLOW_MS = 240_000

describe('the AMI connector', { timeout: SLOW_MS }, () => {
  it('signs in by challenge, lists, and then tells what happens', async () => {
    serve = (client) => {
      asterisk(client, join('call.1'))
    }
    const kept = nothingKept()
    await run(kept, { until: isQueued })
    expect(typesOf(kept)).toEqual(['contact.queued'])
    expect(kept.reports.slice(-2)).toEqual(['signed in; asking for the queues', 'live'])
    expect(kept.rejected).toEqual([])
    expect(kept.place).not.toBeNull()
  })

  it('says why it was not let in', async () => {
    serve = (client) => {
      asterisk(client, '')
    }
    const kept = nothingKept()
    await expect(run(kept, { secret: 'wrong' })).rejects.toThrow(
      'Asterisk refused the login of ringside: Authentication failed',
    )
    expect(kept.events).toEqual([])
  })

  it('does not take another server for Asterisk', async () => {
    serve = (client) => {
      client.write('SSH-2.0-OpenSSH_9.6\r\n')
    }
    const kept = nothingKept()
    await expect(run(kept, { timePasses: () => true })).rejects.toThrow(
      /^no login at Asterisk within 10 s(, only: SSH-2\.0-OpenSSH_9\.6\r\n)?$/,
    )
  })

  it('fails where nobody listens', async () => {
    await new Promise((resolve) => server.close(resolve))
    await expect(run(nothingKept())).rejects.toThrow()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })

  it('counts garbage, and goes on', async () => {
    serve = (client) => {
      asterisk(
        client,
        `\u0000\u0001garbage\r\n\r\nEvent: Hold\r\nno header\r\n\r\n${join('call.1')}`,
      )
    }
    const kept = nothingKept()
    await run(kept, { until: isQueued })
    expect(kept.rejected.map(({ reason }) => reason)).toEqual([
      'neither an event nor a response',
      'Hold: a line that is no header',
    ])
  })

  it('says when the connection closed, and what was cut off', async () => {
    serve = (client) => {
      asterisk(client, '')
      client.on('data', (bytes) => {
        if (bytes.toString().includes('QueueStatus')) client.end(`${join('call.1')}Event: QueueCal`)
      })
    }
    const kept = nothingKept()
    await expect(run(kept)).rejects.toThrow('Asterisk closed the connection')
    expect(typesOf(kept)).toEqual(['contact.queued'])
    expect(kept.rejected).toEqual([
      { input: 'Event: QueueCal', reason: 'cut off in the middle of a packet' },
    ])
    expect(kept.place).not.toBeNull()
  })

  it('asks a silent Asterisk whether it is there, and gives up when it does not answer', async () => {
    serve = (client) => {
      asterisk(client, '')
    }
    pongs = 1
    const kept = nothingKept()
    let seconds = 0
    const timePasses = (): boolean => {
      if (kept.reports.at(-1) !== 'live') return false
      // Silence makes it ask; the question must have arrived before more time passes.
      if ((pings < 1 && seconds >= 15) || (pings < 2 && seconds >= 40)) return false
      seconds += 1
      return true
    }
    await expect(run(kept, { timePasses })).rejects.toThrow('Asterisk has said nothing for 30 s')
    expect(pings).toBe(2)
  })

  it('after a cut says a gap, and what is gone meanwhile', async () => {
    const kept = nothingKept()
    serve = (client) => {
      asterisk(client, join('call.1') + join('call.2'))
    }
    await run(kept, { until: ({ data }) => data['contactId'] === 'call.2' })
    uptimeS = 160
    const stays = packet('QueueEntry', { Queue: 'sales', Uniqueid: 'call.2', Wait: '60' })
    serve = (client) => {
      asterisk(client, join('call.3'), stays)
    }
    kept.events = []
    const isThird = ({ data }: SentEvent): boolean => data['contactId'] === 'call.3'
    await run(kept, { until: isThird, startMs: 1_795_183_260_000 })
    expect(kept.events.map(({ type, data }) => [type, data['contactId'], data['outcome']])).toEqual(
      [
        ['source.gap', undefined, undefined],
        ['contact.dequeued', 'call.1', 'lost'],
        ['contact.ended', 'call.1', undefined],
        ['contact.queued', 'call.3', undefined],
      ],
    )
    expect(kept.events[0]?.data).toEqual({
      from: '2026-11-20T14:00:00.000Z',
      to: '2026-11-20T14:01:00.000Z',
      reason: 'no connection to Asterisk',
    })
  })
})
