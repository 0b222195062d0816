import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { placeMs } from './eventLog.ts'
import { openStream, type CenterStream } from './openStream.ts'
import { redisAt } from './redisAddress.ts'
import { keysOf } from './redisKeys.ts'
import { MAX_KEPT_CONTENT, MAX_KEPT_REJECTIONS, type Rejection } from './rejectedEvents.ts'

let redis: Redis
let center: string
let stream: CenterStream
let nowMs = 1_000
beforeEach(() => {
  redis = new Redis(inject('redisSocket'))
  center = randomUUID()
  stream = openStream({
    redis: redisAt(inject('redisSocket')),
    center,
    now: () => nowMs,
    damaged: () => undefined,
  })
})
afterEach(() => {
  stream.close()
  redis.disconnect()
})

const rejection = (id: string, changes: Partial<Rejection> = {}): Rejection => ({
  kind: 'rejected',
  source: '/acme/crm',
  id,
  errors: [{ path: 'data.queue', message: 'is required' }],
  content: `{"id":"${id}"}`,
  ...changes,
})

it('keeps what was sent, why it was turned away and when, the newest first', async () => {
  await stream.rejected.keep([rejection('1'), rejection('2', { source: null, id: null })])
  nowMs = 2_000
  await stream.rejected.keep([rejection('3', { kind: 'conflicting' })])
  const kept = await stream.rejected.list(null, 10)
  expect(kept).toMatchObject([
    { ...rejection('3'), kind: 'conflicting', isCut: false, receivedAtMs: 2_000 },
    { ...rejection('2'), source: null, id: null, isCut: false, receivedAtMs: 1_000 },
    { ...rejection('1'), isCut: false, receivedAtMs: 1_000 },
  ])
  expect(await stream.rejected.list(kept[0]!.place, 1)).toEqual([kept[1]])
})

it('gives one up when it was dealt with', async () => {
  await stream.rejected.keep([rejection('1'), rejection('2')])
  const [newest] = await stream.rejected.list(null, 1)
  expect(await stream.rejected.remove(newest!.place)).toBe(true)
  expect(await stream.rejected.remove(newest!.place)).toBe(false)
  expect(await stream.rejected.size()).toBe(1)
})

it('forgets those that are too old, and counts them still', async () => {
  const keep = async (id: string): Promise<number> => {
    await stream.rejected.keep([rejection(id)])
    const [newest] = await stream.rejected.list(null, 1)
    // Redis dates what it keeps, by its own clock.
    return placeMs(newest!.place)
  }
  const firstMs = await keep('1')
  let secondMs = await keep('2')
  while (secondMs === firstMs) secondMs = await keep('2')
  await stream.rejected.forgetBefore(secondMs)
  const kept = await stream.rejected.list(null, 10)
  expect(kept.map(({ id }) => id)).toEqual(['2'])
  await stream.rejected.forgetBefore(secondMs + 1)
  expect(await stream.rejected.size()).toBe(0)
  const [counts] = await stream.feeds.read()
  expect(counts?.rejected).toBeGreaterThanOrEqual(2)
})

it('counts all of them by source, and keeps the last ones', async () => {
  const many = Array.from({ length: MAX_KEPT_REJECTIONS + 5 }, (_, n) => rejection(String(n)))
  await stream.rejected.keep(many)
  await stream.rejected.keep([rejection('x', { source: null })])
  expect(await stream.rejected.size()).toBe(MAX_KEPT_REJECTIONS)
  const [newest, next] = await stream.rejected.list(null, 2)
  expect([newest?.id, next?.id]).toEqual(['x', String(MAX_KEPT_REJECTIONS + 4)])
  expect(await stream.feeds.read()).toMatchObject([
    { source: '/acme/crm', rejected: MAX_KEPT_REJECTIONS + 5, accepted: 0 },
    { source: null, rejected: 1 },
  ])
})

it('keeps the beginning of one that is too long, and says so', async () => {
  await stream.rejected.keep([rejection('1', { content: 'x'.repeat(MAX_KEPT_CONTENT + 1) })])
  const [kept] = await stream.rejected.list(null, 1)
  expect(kept).toMatchObject({ content: 'x'.repeat(MAX_KEPT_CONTENT), isCut: true })
})

it('passes over what it did not write', async () => {
  await redis.xadd(keysOf(center).rejected, '*', 'rejection', 'no JSON')
  await redis.xadd(keysOf(center).rejected, '*', 'rejection', '{}')
  await stream.rejected.keep([rejection('1')])
  expect(await stream.rejected.list(null, 10)).toHaveLength(1)
})
