/** Live updates over a Redis: what one end tells, the other hears. */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { redisLiveFeed, redisLivePublisher } from '../../server/stream/liveChannel.ts'
import type { RedisAddress } from '../../server/stream/redisAddress.ts'
import { until } from '../keeping.ts'

export async function expectUpdatesToPass(redis: RedisAddress): Promise<void> {
  const center = randomUUID()
  const publisher = redisLivePublisher(redis, center)
  const feed = redisLiveFeed(redis, center)
  const beat = { epoch: 1, place: '1-0', catchingUp: false }
  const heard: unknown[] = []
  feed.listen({ update: () => undefined, beat: (told) => heard.push(told) })
  await until('it is heard', () => {
    publisher.beat(beat)
    return heard.length > 0
  })
  expect(heard[0]).toEqual(beat)
  await publisher.close()
  await feed.close()
}
