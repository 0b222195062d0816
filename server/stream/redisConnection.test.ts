import { ReplyError } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { LogUnavailable } from './eventLog.ts'
import { replyOf } from './redisConnection.ts'

describe('what Redis answers', () => {
  const answer = (message: string): Error => new (ReplyError as ErrorConstructor)(message)

  it.each([
    "OOM command not allowed when used memory > 'maxmemory'.",
    'MISCONF Redis is configured to save RDB snapshots, but is unable to persist to disk.',
    "READONLY You can't write against a read only replica.",
    'LOADING Redis is loading the dataset in memory',
    'BUSY Redis is busy running a script.',
    'NOREPLICAS Not enough good replicas to write.',
    'NOAUTH Authentication required.',
    'ERR max number of clients reached',
    // As Redis 6.2 says it from within a script.
    "ERR Error running script (call to f_1): @user_script:13: @user_script: 13: -OOM command not allowed when used memory > 'maxmemory'.",
  ])('%s: it may serve later', async (message) => {
    await expect(replyOf(Promise.reject(answer(message)))).rejects.toThrow(LogUnavailable)
  })

  it.each([
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    'ERR syntax error',
  ])('%s: that is a bug', async (message) => {
    await expect(replyOf(Promise.reject(answer(message)))).rejects.not.toThrow(LogUnavailable)
  })
})
