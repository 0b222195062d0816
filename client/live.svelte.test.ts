import { flushSync } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LiveAgent, LiveVisit } from '../shared/live.ts'
import { evaluate } from '../shared/metrics/evaluate.ts'
import { SECOND_MS } from '../shared/time.ts'
import type { Delta, Snapshot, Tick, WatchReply, WatchRequest } from '../shared/wire.ts'
import type { FrameCache } from './frameCache.ts'
import { Live, type LiveSocket } from './live.svelte.ts'

const SERVER_MS = Date.UTC(2026, 10, 21, 10, 31, 7, 250)
const today = { name: 'today', fromMs: SERVER_MS - 3_600_000, toMs: SERVER_MS + 3_600_000 }
const watched = { scopes: ['queue:*'], windows: ['today' as const] }

/** A socket in the test's hands: what was asked for, and what comes. */
function fakeSocket() {
  const listeners = new Map<string, (...args: unknown[]) => void>()
  const asked: WatchRequest[] = []
  let answer: WatchReply = { ok: true, watch: 'main/1' }
  let latencyMs = 0
  const socket = {
    connected: false,
    on: (event: string, listener: (...args: unknown[]) => void) => listeners.set(event, listener),
    off: (event: string) => listeners.delete(event),
    emit: (event: string, ...args: unknown[]) => {
      if (event === 'watch') {
        asked.push(args[0] as WatchRequest)
        ;(args[1] as (reply: WatchReply) => void)(answer)
      }
      if (event === 'clock') {
        monotonicMs += latencyMs
        ;(args[0] as (serverNow: number) => void)(serverNow() - latencyMs / 2)
      }
    },
    disconnect: () => {
      socket.connected = false
    },
  }
  return {
    // The fake has what Live uses of a socket, and no more.
    socket: socket as unknown as LiveSocket,
    asked,
    listeners,
    refuse: (refusal: Extract<WatchReply, { ok: false }>['refusal']) => {
      answer = { ok: false, refusal }
    },
    delayed: (ms: number) => {
      latencyMs = ms
    },
    connect: () => {
      socket.connected = true
      listeners.get('connect')?.()
    },
    disconnect: () => {
      socket.connected = false
      listeners.get('disconnect')?.('transport close')
    },
    snapshot: (changes: Partial<Snapshot> = {}) => {
      listeners.get('snapshot')?.({ ...snapshot, booksAtMs: serverNow(), ...changes })
      flushSync()
    },
    delta: (delta: Partial<Delta>) => {
      listeners.get('delta')?.({ atMs: serverNow(), ...delta })
      flushSync()
    },
    tick: (changes: Partial<Tick> = {}) => {
      const tick = {
        serverNow: serverNow(),
        booksAtMs: serverNow(),
        place: '2-0',
        build: 'one',
        ...changes,
      }
      listeners.get('tick')?.(tick)
      flushSync()
    },
    say: (event: string, ...args: unknown[]) => {
      listeners.get(event)?.(...args)
      flushSync()
    },
  }
}

const snapshot: Snapshot = {
  watch: 'main/1',
  center: { key: 'main', name: 'Tokyo', timeZone: 'Asia/Tokyo', simulated: false },
  booksAtMs: SERVER_MS,
  sequence: 7,
  atMs: SERVER_MS,
  place: '1-0',
  scopes: ['queue:sales', 'queue:support'],
  counters: ['visitsOffered', 'flowedOut/timeout', 'flowedOut/exitKey', 'availableMs'],
  windows: [today],
  balances: [
    [0, 0, 0, 12, 1, 2, 2, 3],
    [1, 0, 0, 5, 3, [60_000, 1_000, 2]],
  ],
  sources: [{ source: '/a', lastEventAtMs: null, heardAtMs: null, silent: false, lacks: [] }],
  names: { agents: { anna: 'Anna Berg' }, queues: { sales: 'Sales', support: 'Support' } },
}

/** This device's clock runs on, but says nothing of the time of day. */
let monotonicMs = 0
let startedMs = 0
const serverNow = (): number => SERVER_MS + monotonicMs - startedMs
const pass = (ms: number): void => {
  // Step by step, as time passes.
  for (let left = ms; left > 0; left -= SECOND_MS) {
    monotonicMs += Math.min(SECOND_MS, left)
    vi.advanceTimersByTime(Math.min(SECOND_MS, left))
  }
  flushSync()
}

let opened: Live[] = []
function open(cache: FrameCache | null = null) {
  const fake = fakeSocket()
  const onNewBuild = vi.fn()
  const live = new Live(fake.socket, { monotonicMs: () => monotonicMs, cache, onNewBuild })
  opened.push(live)
  live.watch(watched)
  return { ...fake, live, onNewBuild }
}
/** One that shows its first numbers. */
function shown(cache: FrameCache | null = null) {
  const client = open(cache)
  client.connect()
  client.snapshot()
  return client
}

beforeEach(() => {
  vi.useFakeTimers()
  monotonicMs = 5_000
  startedMs = monotonicMs
})
afterEach(() => {
  for (const live of opened) live.close()
  opened = []
  vi.useRealTimers()
})

describe('the live numbers', () => {
  it('are asked for when the line is there, and shown when they come', () => {
    const { live, connect, snapshot: send, asked } = open()
    expect(live.status).toEqual({ name: 'connecting' })
    expect(live.hasNumbers).toBe(false)
    connect()
    expect(asked).toEqual([{ protocolVersion: 1, ...watched }])
    send()
    expect(live.status).toEqual({ name: 'live' })
    expect(live.center?.name).toBe('Tokyo')
    expect(live.queues).toEqual(['sales', 'support'])
    expect(live.agentName('anna')).toBe('Anna Berg')
    expect(live.agentName('ben')).toBe('ben')
    expect(live.window('today')).toEqual(today)
    expect(live.amount('queue:sales', 'today', 'visitsOffered')).toEqual({ booked: 12, live: 0 })
    expect(live.amount('queue:sales', 'today', 'flowedOut')).toEqual({ booked: 5, live: 0 })
    expect(live.details('queue:sales', 'today', 'flowedOut')).toEqual(
      new Map([
        ['timeout', 2],
        ['exitKey', 3],
      ]),
    )
    expect(live.amount('queue:nowhere', 'today', 'visitsOffered')).toEqual({ booked: 0, live: 0 })
  })

  it('are figures that metrics are evaluated from', () => {
    const { live } = shown()
    const figures = live.figures('queue:sales', 'today')
    expect(evaluate('callsOffered', 'queue', figures)).toMatchObject({ value: 12 })
    expect(evaluate('contactsWaiting', 'queue', figures)).toMatchObject({ value: 0 })
  })

  it('change with each delta, and tell only those who read what changed', () => {
    const { live, delta } = shown()
    const seen: string[] = []
    const stop = $effect.root(() => {
      $effect(() => {
        seen.push(`sales ${String(live.amount('queue:sales', 'today', 'visitsOffered').booked)}`)
      })
      $effect(() => {
        seen.push(
          `support ${String(live.amount('queue:support', 'today', 'visitsOffered').booked)}`,
        )
      })
      $effect(() => {
        seen.push(`waiting ${String(live.view('queue:sales').visits.length)}`)
      })
    })
    flushSync()
    expect(seen).toEqual(['sales 12', 'support 5', 'waiting 0'])
    seen.length = 0
    delta({ sequence: 8, balances: [[1, 0, 0, 6]] })
    expect(seen).toEqual(['support 6'])
    seen.length = 0
    delta({ sequence: 9, live: { visits: { v: visit } } })
    expect(seen).toEqual(['waiting 1'])
    seen.length = 0
    delta({ sequence: 10, scopes: ['queue:billing'], balances: [[2, 0, 0, 1]] })
    expect(live.amount('queue:billing', 'today', 'visitsOffered').booked).toBe(1)
    expect(seen).toEqual([])
    stop()
  })

  it('grow by themselves where something goes on, up to the window’s end', () => {
    const { live, tick } = shown()
    expect(live.amount('queue:support', 'today', 'availableMs')).toEqual({
      booked: 60_000,
      live: 1_000,
    })
    pass(3_000)
    tick()
    expect(live.amount('queue:support', 'today', 'availableMs').live).toBe(1_000 + 2 * 3_000)
    pass(3_600_000)
    tick()
    expect(live.amount('queue:support', 'today', 'availableMs').live).toBe(1_000 + 2 * 3_600_000)
  })

  it('hold the rows of a scope as they are patched, and let them go', () => {
    const { live, delta } = shown()
    delta({ sequence: 8, live: { visits: { v: visit }, agents: { anna: agent } } })
    expect(live.view('queue:sales').visits).toEqual([visit])
    expect(live.view('queue:support').visits).toEqual([])
    expect(live.view('queue:sales').agents).toEqual([agent])
    delta({ sequence: 9, live: { agents: { anna: { joined: ['support'] } }, visits: { v: null } } })
    expect(live.view('queue:sales')).toMatchObject({ agents: [], visits: [] })
    expect(live.view('queue:support').agents).toEqual([{ ...agent, joined: ['support'] }])
  })

  it('are asked for anew where a delta is missing, and nothing is shown by halves', () => {
    const { live, delta, snapshot: send, asked } = shown()
    delta({ sequence: 9, balances: [[0, 0, 0, 99]] })
    expect(asked).toHaveLength(2)
    delta({ sequence: 10, balances: [[0, 0, 0, 100]] })
    expect(asked).toHaveLength(2)
    expect(live.amount('queue:sales', 'today', 'visitsOffered').booked).toBe(12)
    send({ sequence: 10, balances: [[0, 0, 0, 100]] })
    expect(live.amount('queue:sales', 'today', 'visitsOffered').booked).toBe(100)
    delta({ sequence: 11, balances: [[0, 0, 0, 101]] })
    expect(live.amount('queue:sales', 'today', 'visitsOffered').booked).toBe(101)
  })

  it('of another watch replace the ones before', () => {
    const { live, delta, snapshot: send, asked } = shown()
    live.watch({ scopes: ['center'], windows: ['interval'] })
    expect(asked.at(-1)).toMatchObject({ scopes: ['center'] })
    expect(live.hasNumbers).toBe(false)
    delta({ sequence: 8, balances: [[0, 0, 0, 99]] })
    expect(live.hasNumbers).toBe(false)
    send({ scopes: ['center'], balances: [[0, 0, 0, 3]] })
    expect(live.amount('center', 'today', 'visitsOffered').booked).toBe(3)
    expect(live.amount('queue:sales', 'today', 'visitsOffered').booked).toBe(0)
  })
})

describe('the line', () => {
  it('may be lost: the numbers stay, as old, and are asked for when it is back', () => {
    const { live, disconnect, connect, snapshot: send, asked } = shown()
    disconnect()
    expect(live.status).toEqual({ name: 'stale' })
    expect(live.amount('queue:sales', 'today', 'visitsOffered').booked).toBe(12)
    connect()
    expect(asked).toHaveLength(2)
    send({ balances: [[0, 0, 0, 13]] })
    expect(live.status).toEqual({ name: 'live' })
    expect(live.amount('queue:sales', 'today', 'visitsOffered').booked).toBe(13)
  })

  it('may be refused, before and after it was there', () => {
    const refusedWatch = open()
    refusedWatch.refuse('notAllowed')
    refusedWatch.connect()
    expect(refusedWatch.live.status).toEqual({ name: 'refused', refusal: 'notAllowed' })
    const turnedAway = open()
    turnedAway.say('connect_error', new Error('notSignedIn'))
    expect(turnedAway.live.status).toEqual({ name: 'refused', refusal: 'notSignedIn' })
    const noServer = open()
    noServer.say('connect_error', new Error('xhr poll error'))
    expect(noServer.live.status).toEqual({ name: 'connecting' })
    const letGo = shown()
    letGo.say('refused', 'notSignedIn')
    letGo.disconnect()
    expect(letGo.live.status).toEqual({ name: 'refused', refusal: 'notSignedIn' })
  })

  it.each([
    [0, 'fresh'],
    [5, 'fresh'],
    [6, 'waiting'],
    [15, 'waiting'],
    [16, 'old'],
    [120, 'old'],
    [121, 'lost'],
  ])('without a tick for %i s makes the numbers %s', (seconds, freshness) => {
    const { live, tick } = shown()
    tick()
    pass(seconds * SECOND_MS)
    expect(live.freshness).toBe(freshness)
    expect(live.dataAtMs).toBe(SERVER_MS)
  })

  it('that ticks while the books stand still ages them all the same', () => {
    const { live, tick, delta } = shown()
    for (let second = 1; second <= 20; second++) {
      pass(SECOND_MS)
      tick({ booksAtMs: SERVER_MS })
    }
    delta({ sequence: 8, balances: [[0, 0, 0, 99]] })
    expect(live.freshness).toBe('old')
    expect(live.ageMs).toBe(20 * SECOND_MS)
    tick()
    expect(live.freshness).toBe('fresh')
  })

  it('tells of a new build once there is one', () => {
    const { onNewBuild, tick } = shown()
    tick()
    expect(onNewBuild).not.toHaveBeenCalled()
    tick({ build: 'two' })
    expect(onNewBuild).toHaveBeenCalledExactlyOnceWith('two')
  })

  it('is closed with everything that listens to it', () => {
    const { live, listeners } = shown()
    live.close()
    expect(listeners.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the clock', () => {
  it('is the server’s, whatever this device believes, and half the way is reckoned in', () => {
    const client = open()
    client.delayed(400)
    client.connect()
    client.snapshot()
    client.delayed(20)
    pass(4_000)
    expect(Math.abs(client.live.nowMs - serverNow())).toBeLessThanOrEqual(20)
    expect(client.live.delayMs).toBe(10)
  })

  it('jumps with the server’s, as after this device has slept', () => {
    const { live, tick } = shown()
    tick()
    startedMs -= 3_600_000
    tick()
    expect(live.nowMs).toBe(serverNow())
  })
})

describe('the numbers of an earlier visit', () => {
  const memory = (): FrameCache & { text: string | null } => {
    const cache = {
      text: null as string | null,
      read: () => cache.text,
      write: (text: string) => {
        cache.text = text
      },
      remove: () => {
        cache.text = null
      },
    }
    return cache
  }

  it('are shown at once, marked as lost, until new ones come', () => {
    const cache = memory()
    const before = shown(cache)
    before.delta({ sequence: 8, balances: [[0, 0, 0, 44]], live: { agents: { anna: agent } } })
    before.tick()
    pass(31_000)
    before.live.close()
    const { live, connect, snapshot: send } = open(cache)
    expect(live.status).toEqual({ name: 'stale' })
    expect(live.freshness).toBe('lost')
    expect(live.dataAtMs).toBe(SERVER_MS)
    expect(live.center?.name).toBe('Tokyo')
    expect(live.queueName('sales')).toBe('Sales')
    expect(live.amount('queue:sales', 'today', 'visitsOffered').booked).toBe(44)
    expect(live.view('queue:sales').agents).toEqual([agent])
    connect()
    expect(live.freshness).toBe('lost')
    send()
    expect(live.freshness).toBe('fresh')
    expect(live.amount('queue:sales', 'today', 'visitsOffered').booked).toBe(12)
  })

  it('are none of another watch, of another protocol, or after they were forgotten', () => {
    const cache = memory()
    shown(cache)
    pass(31_000)
    const kept = cache.text
    expect(kept).not.toBeNull()
    const other = fakeSocket()
    const live = new Live(other.socket, {
      monotonicMs: () => monotonicMs,
      cache,
      onNewBuild: vi.fn(),
    })
    opened.push(live)
    live.watch({ scopes: ['center'], windows: ['today'] })
    expect(live.hasNumbers).toBe(false)
    cache.text = `99${kept ?? ''}`
    expect(open(cache).live.hasNumbers).toBe(false)
    cache.text = (kept ?? '').slice(0, -10)
    expect(open(cache).live.hasNumbers).toBe(false)
    cache.text = kept
    expect(open(cache).live.hasNumbers).toBe(true)
    live.forget()
    expect(open(cache).live.hasNumbers).toBe(false)
  })
})

const visit: LiveVisit = {
  contact: 'contact/a#1',
  visit: 'v',
  queue: 'sales',
  site: null,
  team: null,
  channel: 'voice',
  sinceMs: SERVER_MS,
  pastAtMs: SERVER_MS + 20_000,
  priority: null,
  ringing: [],
}
const agent: LiveAgent = {
  agent: 'anna',
  site: null,
  team: null,
  state: 'available',
  sinceMs: SERVER_MS,
  reason: null,
  next: null,
  signedInSinceMs: null,
  joined: ['sales'],
  paused: [],
}
