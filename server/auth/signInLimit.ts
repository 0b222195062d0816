/** How often a password may be tried, by address and by account. */
import { createHash } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import { ipKeyGenerator, rateLimit, type RateLimitInfo } from 'express-rate-limit'
import { RedisStore, type RedisReply } from 'rate-limit-redis'
import { MINUTE_MS } from '../../shared/time.ts'

const SPAN_MS = 15 * MINUTE_MS
/** A whole office signs in from one address, and mistypes. */
const MAX_FROM_ADDRESS = 100
/** Somebody who forgot has given up before. */
const MAX_FOR_ACCOUNT_FROM_ADDRESS = 10
/**
 * From anywhere. Far above the one before, so that one stranger alone cannot lock somebody out;
 * low enough that guessing from everywhere takes centuries.
 */
const MAX_FOR_ACCOUNT = 100

/** Sends one raw command to Redis, such as ioredis's `redis.call`. */
export type SendCommand = (command: readonly string[]) => Promise<unknown>

export type SignInLimits = {
  sendCommand: SendCommand
  /** Before every key in Redis. */
  prefix: string
  refuse: (request: Request, response: Response, retryAfterSeconds: number) => void
  log: (error: unknown) => void
}

/**
 * The handlers in front of the sign-in; only tries that fail count. They need the parsed body, and
 * `request.ip` as the proxy setting makes it. Without Redis nobody can sign in: a limit that could
 * be switched off by overloading Redis would be none.
 */
export function signInLimits(limits: SignInLimits): RequestHandler[] {
  const limit = (name: string, most: number, keyOf: (request: Request) => string) =>
    rateLimit({
      windowMs: SPAN_MS,
      limit: most,
      skipSuccessfulRequests: true,
      // How often others have tried an account is nobody's business.
      standardHeaders: false,
      legacyHeaders: false,
      keyGenerator: keyOf,
      store: new RedisStore({
        prefix: `${limits.prefix}${name}:`,
        sendCommand: surviving(limits.sendCommand),
      }),
      logger: { error: limits.log, warn: limits.log },
      handler: (request, response) => {
        limits.refuse(request, response, Math.ceil(remainingMs(request) / 1_000))
      },
    })
  return [
    limit('sign-in-address', MAX_FROM_ADDRESS, addressOf),
    limit('sign-in-account-address', MAX_FOR_ACCOUNT_FROM_ADDRESS, (request) => {
      return `${accountOf(request)}@${addressOf(request)}`
    }),
    limit('sign-in-account', MAX_FOR_ACCOUNT, accountOf),
  ]
}

/** How long until an account or an address that is stopped may try again. */
function remainingMs(request: Request): number {
  // The limiter notes on the request what it has counted.
  const { rateLimit: counted } = request as { rateLimit?: RateLimitInfo }
  const resetAtMs = counted?.resetTime?.getTime()
  return resetAtMs === undefined ? SPAN_MS : Math.max(0, resetAtMs - Date.now())
}

const addressOf = (request: Request): string => ipKeyGenerator(request.ip ?? '')

/**
 * The account that is tried, whatever its spelling, or the session of somebody who is signed in and
 * gives the password again; hashed, so that Redis holds neither names nor tokens.
 */
function accountOf(request: Request): string {
  const body: unknown = request.body
  const name = typeof body === 'object' && body !== null && 'name' in body ? body.name : null
  const account =
    typeof name === 'string'
      ? `name:${name.trim().normalize('NFKC').toLowerCase()}`
      : `session:${request.headers.cookie ?? ''}`
  return createHash('sha256').update(account).digest('hex')
}

/**
 * The store asks for its script once, at the start, and never again if that failed. While Redis is
 * away we answer with the name that the script will have; the store loads it when it is missing.
 */
function surviving(sendCommand: SendCommand): (...command: string[]) => Promise<RedisReply> {
  return async (...command) => {
    const [verb, part, script] = command
    // The store reads what its own scripts reply.
    if (verb !== 'SCRIPT' || part !== 'LOAD' || script === undefined) {
      return (await sendCommand(command)) as RedisReply
    }
    try {
      return (await sendCommand(command)) as RedisReply
    } catch {
      return createHash('sha1').update(script).digest('hex')
    }
  }
}
