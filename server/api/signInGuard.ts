/** The limits of the sign-in, as the API answers for them. */
import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import { signInLimits, type SendCommand } from '../auth/signInLimit.ts'
import { replyOf } from '../stream/redisConnection.ts'
import { send } from './mount.ts'
import { problem } from './problem.ts'

/**
 * The handlers in front of the sign-in. `prefix` stands before their keys in Redis. Give commands to
 * a connection that fails soon while Redis is away: the answer is 503 then.
 */
export function signInGuard(parts: {
  sendCommand: SendCommand
  prefix: string
  log: Logger
}): RequestHandler[] {
  return signInLimits({
    sendCommand: (command) => replyOf(parts.sendCommand(command)),
    prefix: parts.prefix,
    log: (error) => {
      parts.log.warn({ err: error }, 'the limit of sign-ins')
    },
    refuse: (_request, response, retryAfterSeconds) => {
      const headers = { 'retry-after': String(retryAfterSeconds) }
      send(response, problem(429, 'Too many wrong passwords: try again later.', [], headers))
    },
  })
}
