/** Connections to Redis that fail soon and heal by themselves, and what their failures mean. */
import { createHash } from 'node:crypto'
import { Redis, ReplyError } from 'ioredis'
import { SECOND_MS } from '../../shared/time.ts'
import { LogUnavailable } from './eventLog.ts'
import { connectionTo, type RedisAddress } from './redisAddress.ts'

/** A Redis that has not answered by then is taken for dead, and the connection made anew. */
const ANSWER_LIMIT_MS = 5 * SECOND_MS
/** The longest pause between two attempts to connect, and so how late we notice that it is back. */
const RECONNECT_MAX_MS = SECOND_MS / 2
const RECONNECT_FIRST_MS = 20
/** A replica that follows is behind by milliseconds; one that has not got a write by then does not. */
const REPLICA_LIMIT_MS = 2 * SECOND_MS

/**
 * A connection of its own to the server that holds a key: where there are several, to whichever is
 * its master at the time.
 *
 * A command given while the connection is down waits for the next attempt to connect and fails with
 * it: never longer than `RECONNECT_MAX_MS` where Redis is gone, and nothing queues up. None is sent
 * twice by itself: whoever asked is told, and asks again.
 */
export function ownConnection(
  redis: RedisAddress,
  key: string,
  name: string,
  answerLimitMs = ANSWER_LIMIT_MS,
): Redis {
  const own = new Redis({
    ...connectionTo(redis, key),
    connectionName: `ringside-${name}`,
    lazyConnect: false,
    enableOfflineQueue: true,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    connectTimeout: ANSWER_LIMIT_MS,
    commandTimeout: answerLimitMs,
    socketTimeout: answerLimitMs,
    retryStrategy: (attempt: number) =>
      Math.min(RECONNECT_FIRST_MS * 2 ** attempt, RECONNECT_MAX_MS),
    // Whoever asked is told; the next connection is to whoever is the master then.
    reconnectOnError: (error) => elsewhere.test(error.message),
  })
  // Without a listener ioredis prints every failed attempt. Whoever gives a command learns of it.
  own.on('error', () => undefined)
  return own
}

/** What a server says that is no longer the master of the key, or knows that it may not be. */
const elsewhere = /(?:^|[\s-])(?:READONLY|MOVED|CLUSTERDOWN|MASTERDOWN)\s/

/**
 * What Redis says while it cannot serve us now but may later: full, read-only after a failover,
 * its keys moving to another node, disk broken, loading, or its owner changed the password.
 */
const passing =
  /(?:^|[\s-])(?:OOM|MISCONF|READONLY|LOADING|BUSY|NOREPLICAS|CLUSTERDOWN|MASTERDOWN|MOVED|ASK|TRYAGAIN|UNBLOCKED|NOAUTH|WRONGPASS|NOPERM)\s|max number of clients/

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
  /**
   * With `replicas`, rejects with `LogUnavailable` where too few of them got it, and all that was
   * written before it, in time. What the script did stands all the same.
   */
  run: (
    redis: Redis,
    keys: readonly string[],
    args: readonly string[],
    replicas?: number,
  ) => Promise<unknown>
}

export function scriptOf(lua: string): Script {
  const sha = createHash('sha1').update(lua).digest('hex')
  return {
    async run(redis, keys, args, replicas = 0) {
      const rest = [String(keys.length), ...keys, ...args]
      const run = async (command: 'EVALSHA' | 'EVAL', script: string): Promise<unknown> => {
        const done = redis.call(command, [script, ...rest])
        if (replicas === 0) return done
        // Sent in the same breath: WAIT is about what this connection wrote.
        const [reply, reached] = await Promise.all([done, redis.wait(replicas, REPLICA_LIMIT_MS)])
        if (reached < replicas) {
          throw new Error(`only ${String(reached)} of ${String(replicas)} replicas have it`)
        }
        return reply
      }
      return replyOf(
        run('EVALSHA', sha).catch(async (error: unknown) => {
          // A Redis that was restarted has forgotten the script; EVAL teaches it again.
          if (!isReply(error) || !error.message.startsWith('NOSCRIPT')) throw error
          return run('EVAL', lua)
        }),
      )
    },
  }
}
