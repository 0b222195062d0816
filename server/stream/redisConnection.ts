/** Connections to Redis that fail soon and heal by themselves, and what their failures mean. */
import { createHash } from 'node:crypto'
import { ReplyError, type Redis } from 'ioredis'
import { SECOND_MS } from '../../shared/time.ts'
import { LogUnavailable } from './eventLog.ts'

/** A Redis that has not answered by then is taken for dead, and the connection made anew. */
const ANSWER_LIMIT_MS = 5 * SECOND_MS
/** The longest pause between two attempts to connect, and so how late we notice that it is back. */
const RECONNECT_MAX_MS = SECOND_MS / 2
const RECONNECT_FIRST_MS = 20

/**
 * A connection of its own with the same address and credentials.
 *
 * A command given while the connection is down waits for the next attempt to connect and fails with
 * it: never longer than `RECONNECT_MAX_MS` where Redis is gone, and nothing queues up. None is sent
 * twice by itself: whoever asked is told, and asks again.
 */
export function ownConnection(redis: Redis, name: string, answerLimitMs = ANSWER_LIMIT_MS): Redis {
  const own = redis.duplicate({
    connectionName: `ringside-${name}`,
    lazyConnect: false,
    enableOfflineQueue: true,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: ANSWER_LIMIT_MS,
    commandTimeout: answerLimitMs,
    socketTimeout: answerLimitMs,
    retryStrategy: (attempt: number) =>
      Math.min(RECONNECT_FIRST_MS * 2 ** attempt, RECONNECT_MAX_MS),
  })
  // Without a listener ioredis prints every failed attempt. Whoever gives a command learns of it.
  own.on('error', () => undefined)
  return own
}

/**
 * What Redis says while it cannot serve us now but may later: full, read-only after a failover,
 * disk broken, loading, or its owner changed the password.
 */
const passing =
  /(?:^|[\s-])(?:OOM|MISCONF|READONLY|LOADING|BUSY|NOREPLICAS|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|UNBLOCKED|NOAUTH|WRONGPASS|NOPERM)\s|max number of clients/

/** Whether Redis itself refused, and not the way to it. ioredis exports the class without a type. */
function isReply(error: unknown): error is Error {
  return error instanceof (ReplyError as ErrorConstructor)
}

/** Whether the world fails, and not we: whatever is no reply at all, and replies as above. */
function isPassing(error: unknown): boolean {
  return error instanceof Error && (!isReply(error) || passing.test(error.message))
}

/** The reply; rejects with `LogUnavailable` where Redis cannot serve now. */
export async function replyOf<Reply>(reply: Promise<Reply>): Promise<Reply> {
  try {
    return await reply
  } catch (error) {
    if (!isPassing(error)) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new LogUnavailable(`Redis cannot serve: ${reason}`, { cause: error })
  }
}

/** A Lua script that Redis runs as one step: all of it or nothing, on disk as the server is set. */
export type Script = {
  run: (redis: Redis, keys: readonly string[], args: readonly string[]) => Promise<unknown>
}

export function scriptOf(lua: string): Script {
  const sha = createHash('sha1').update(lua).digest('hex')
  return {
    async run(redis, keys, args) {
      const rest = [String(keys.length), ...keys, ...args]
      return replyOf(
        redis.call('EVALSHA', [sha, ...rest]).catch(async (error: unknown) => {
          // A Redis that was restarted has forgotten the script; EVAL teaches it again.
          if (!isReply(error) || !error.message.startsWith('NOSCRIPT')) throw error
          return redis.call('EVAL', [lua, ...rest])
        }),
      )
    },
  }
}
