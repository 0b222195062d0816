import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { sampleEvent, sampleEvents, SENT_AT_MS, sentEvent } from '../../test/sentEvents.ts'
import { MAX_EVENT_AHEAD_LENGTH, MAX_EVENTS_AHEAD } from './eventsAhead.ts'
import { openStream, type CenterStream } from './openStream.ts'
import { redisAt } from './redisAddress.ts'

let redis: Redis
let stream: CenterStream
beforeEach(() => {
  redis = new Redis(inject('redisSocket'))
  const center = randomUUID()
  stream = openStream({
    redis: redisAt(inject('redisSocket')),
    center,
    now: () => 1_000,
    damaged: () => undefined,
  })
})
afterEach(() => {
  stream.close()
  redis.disconnect()
})

it('gives back what the clock has reached, the earliest first, until it is removed', async () => {
  const { ahead } = stream
  const [first, second, third] = sampleEvents(0, 3)
  expect(await ahead.keep([third!, first!, second!])).toEqual(['kept', 'kept', 'kept'])
  expect(await ahead.size()).toEqual({ kept: 3, nextAtMs: SENT_AT_MS })

  expect(await ahead.due(SENT_AT_MS - 1, 10)).toEqual([])
  const due = await ahead.due(SENT_AT_MS + 1, 10)
  expect(due.map(({ event }) => event)).toEqual([first, second])
  expect(await ahead.due(SENT_AT_MS + 1, 1)).toHaveLength(1)

  await ahead.remove(due)
  await ahead.remove(due)
  expect(await ahead.size()).toEqual({ kept: 1, nextAtMs: SENT_AT_MS + 2 })
  await ahead.remove(await ahead.due(SENT_AT_MS + 2, 10))
  expect(await ahead.size()).toEqual({ kept: 0, nextAtMs: null })
})

it('keeps the same event once, and counts by source', async () => {
  const { ahead, feeds } = stream
  await ahead.keep([sampleEvent(0)])
  expect(await ahead.keep([sampleEvent(0), sampleEvent(0, { source: '/x/y' })])).toEqual([
    'known',
    'kept',
  ])
  expect(await feeds.read()).toMatchObject([
    { source: '/asterisk/pbx-1/ami', keptApart: 1, duplicates: 1, lastEventAtMs: null },
    { source: '/x/y', keptApart: 1, duplicates: 0, lastReceivedAtMs: 1_000 },
  ])
})

it('does not grow without end', async () => {
  const { ahead } = stream
  const long = { ...sentEvent(0).data, note: 'x'.repeat(MAX_EVENT_AHEAD_LENGTH) }
  expect(await ahead.keep([sampleEvent(0, { data: long })])).toEqual(['full'])
  const verdicts = await ahead.keep(sampleEvents(0, MAX_EVENTS_AHEAD + 2))
  expect(verdicts.slice(-3)).toEqual(['kept', 'full', 'full'])
  expect((await ahead.size()).kept).toBe(MAX_EVENTS_AHEAD)
})
