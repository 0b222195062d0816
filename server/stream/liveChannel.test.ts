import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket as NetSocket } from 'node:net'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { until } from '../../test/keeping.ts'
import type { LiveUpdate } from '../books/update.ts'
import {
  beating,
  localLive,
  redisLiveFeed,
  redisLivePublisher,
  type LiveBeat,
  type LiveFeed,
  type LivePublisher,
} from './liveChannel.ts'
import { redisAt, type RedisAddress } from './redisAddress.ts'
import { keysOf } from './redisKeys.ts'

const update = (n: number): LiveUpdate => ({
  epoch: 1,
  after: `${String(n - 1)}-0`,
  place: `${String(n)}-0`,
  entries: [],
  subjects: [],
  sentAtMs: n,
})
const beat = (n: number): LiveBeat => ({ epoch: 1, place: `${String(n)}-0`, catchingUp: false })

const at = (): RedisAddress => redisAt(inject('redisSocket'))
let redis: Redis
beforeEach(() => {
  redis = new Redis(inject('redisSocket'))
})
afterEach(() => {
  redis.disconnect()
})

/** What every way from a keeper to the gateways promises. */
const ways: [string, () => { center: string; publisher: LivePublisher; feed: LiveFeed }][] = [
  [
    'at hand',
    () => {
      const live = localLive()
      return { center: '', publisher: live, feed: live }
    },
  ],
  [
    'over Redis',
    () => {
      const center = randomUUID()
      return {
        center,
        publisher: redisLivePublisher(at(), center),
        feed: redisLiveFeed(at(), center),
      }
    },
  ],
]

describe.each(ways)('live updates %s', (_way, open) => {
  it('are told in order, to everybody who listens, until they stop', async () => {
    const { publisher, feed } = open()
    const heard: string[] = []
    const listener = (name: string) => ({
      update: ({ place }: LiveUpdate) => heard.push(`${name} ${place}`),
      beat: ({ place }: LiveBeat) => heard.push(`${name} beat ${place}`),
    })
    const stopFirst = feed.listen(listener('a'))
    feed.listen(listener('b'))
    // Somebody listens as soon as a beat comes through.
    await until('both listen', () => {
      publisher.beat(beat(0))
      return heard.length >= 2
    })
    heard.length = 0
    publisher.update(update(1))
    publisher.update(update(2))
    publisher.beat(beat(2))
    const place = '2-0'
    await until('all was told', () => heard.includes(`b beat ${place}`))
    const fresh = heard.filter((line) => !line.endsWith('beat 0-0'))
    expect(fresh.filter((line) => line.startsWith('a'))).toEqual([
      'a 1-0',
      'a 2-0',
      `a beat ${place}`,
    ])
    expect(fresh.filter((line) => line.startsWith('b'))).toEqual([
      'b 1-0',
      'b 2-0',
      `b beat ${place}`,
    ])
    stopFirst()
    publisher.update(update(3))
    await until('b still listens', () => heard.includes('b 3-0'))
    expect(heard).not.toContain('a 3-0')
    await publisher.close()
    await feed.close()
  })
})

describe('live updates over Redis', () => {
  it('pass over what is none of ours on the channel', async () => {
    const center = randomUUID()
    const feed = redisLiveFeed(at(), center)
    const heard: unknown[] = []
    feed.listen({ update: (told) => heard.push(told), beat: (told) => heard.push(told) })
    const { live } = keysOf(center)
    await until('somebody listens', async () => (await redis.publish(live, 'hello')) > 0)
    for (const text of ['', 'null', '[]', '{', '{"v":99,"update":{}}', '7'])
      await redis.publish(live, text)
    await redis.publish(live, JSON.stringify({ v: 1, beat: beat(7) }))
    await until('ours is heard', () => heard.length > 0)
    expect(heard).toEqual([beat(7)])
    await feed.close()
  })

  it('are heard again after the connection was cut', async () => {
    const center = randomUUID()
    const publisher = redisLivePublisher(at(), center)
    const feed = redisLiveFeed(at(), center)
    const heard: string[] = []
    feed.listen({ update: ({ place }) => heard.push(place), beat: () => undefined })
    const tellUntilHeard = (n: number) =>
      until(`update ${String(n)}`, () => {
        publisher.update(update(n))
        return heard.includes(`${String(n)}-0`)
      })
    await tellUntilHeard(1)
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await tellUntilHeard(2)
    await publisher.close()
    await feed.close()
  })
})

/** A way to the Redis of the tests; what `passes` refuses is lost on it. */
async function startProxy(
  passes: (way: 'up' | 'down', data: Buffer, client: NetSocket) => boolean,
) {
  const clients = new Set<NetSocket>()
  const proxy = createServer((client) => {
    const server = connect(inject('redisSocket'))
    clients.add(client)
    client.on('data', (data) => {
      if (passes('up', data, client)) server.write(data)
    })
    server.on('data', (data) => {
      if (passes('down', data, client)) client.write(data)
    })
    client.on('error', () => undefined)
    client.on('close', () => server.destroy())
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port } = proxy.address() as AddressInfo
  const address: RedisAddress = { kind: 'server', at: { host: '127.0.0.1', port }, login: {} }
  const cut = (): void => {
    for (const client of clients) client.destroy()
  }
  const close = (): void => {
    cut()
    proxy.close()
  }
  return { address, clients, cut, close }
}

it('live updates are heard again where a server had fallen silent without a word', async () => {
  const silenced = new Set<NetSocket>()
  const proxy = await startProxy((way, _, client) => way === 'up' || !silenced.has(client))
  const center = randomUUID()
  const publisher = redisLivePublisher(at(), center)
  const feed = redisLiveFeed(proxy.address, center, 500)
  const heard: string[] = []
  feed.listen({ update: ({ place }) => heard.push(place), beat: () => undefined })
  for (const n of [1, 2]) {
    await until(`update ${String(n)}`, () => {
      publisher.update(update(n))
      return heard.includes(`${String(n)}-0`)
    })
    for (const client of proxy.clients) silenced.add(client)
  }
  await publisher.close()
  await feed.close()
  proxy.close()
})

it('live updates are heard again where a server goes away as soon as it is listened to', async () => {
  let cuts = 0
  const proxy = await startProxy((way, data, client) => {
    // The first of them is heard, and three are not.
    const isAsked = way === 'up' && data.toString('latin1').toLowerCase().includes('subscribe')
    if (!isAsked || ++cuts === 1 || cuts > 4) return true
    client.destroy()
    return false
  })
  const center = randomUUID()
  const publisher = redisLivePublisher(at(), center)
  const feed = redisLiveFeed(proxy.address, center)
  const heard: string[] = []
  feed.listen({ update: ({ place }) => heard.push(place), beat: () => undefined })
  const tellUntilHeard = (n: number) =>
    until(`update ${String(n)}`, () => {
      publisher.update(update(n))
      return heard.includes(`${String(n)}-0`)
    })
  await tellUntilHeard(1)
  proxy.cut()
  await tellUntilHeard(2)
  expect(cuts).toBe(5)
  await publisher.close()
  await feed.close()
  proxy.close()
})

it('a keeper says at once, and then every second, where it stands, where it stands anywhere', async () => {
  const heard: LiveBeat[] = []
  let state: LiveBeat | null = beat(1)
  const stop = beating({ update: () => undefined, beat: (told) => heard.push(told) }, () => state)
  expect(heard).toEqual([beat(1)])
  state = null
  const sinceMs = performance.now()
  await until('a second has passed', () => performance.now() - sinceMs > 1_100)
  expect(heard).toHaveLength(1)
  state = beat(2)
  await until('it says so', () => heard.length > 1)
  stop()
})
