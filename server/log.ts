/** The log of a process: JSON lines for the administrator, without anything personal in them. */
import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino'

/** Enough to say what failed; what is longer quotes what it failed on. */
const MAX_TEXT = 400
const MASK = '…'
/** Mail addresses, and names with passwords before the host of an address. */
const address = /[^\s"'<>/]+@[^\s"'<>]+/g
/** Telephone numbers as they are dialled from abroad; without the + they look like our own ids. */
const telephone = /\+\d[\d ()./-]{5,}\d/g
/** What was not understood, which parsers and databases quote: `…, "Anna, b"... is not JSON`. */
const quoted = /([:,] )".*"/gs

/** A text as it may be logged: without mail addresses, telephone numbers and quoted input. */
function masked(text: string): string {
  const safe = text.replace(quoted, `$1"${MASK}"`).replace(address, MASK).replace(telephone, MASK)
  return safe.length > MAX_TEXT ? safe.slice(0, MAX_TEXT) + MASK : safe
}

/**
 * An error as it may be logged: what it is and where it came from. Not its other fields: a Redis
 * error holds the command with the events, a PostgreSQL one the row, a parser's the body.
 */
function safeError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? masked(error) : undefined
  const { type, message, stack } = stdSerializers.err(error)
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  // The stack begins with the message: only its frames.
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return { type, ...code, message: masked(message), stack: frames.join('\n') }
}

/** Every line passes here, so that what is masked is masked in all of them. */
export function createLog(level: string, to?: DestinationStream): Logger {
  return pino(
    {
      level,
      serializers: { err: safeError },
      hooks: {
        logMethod(args, method) {
          const safe = args.map((arg: unknown) => (typeof arg === 'string' ? masked(arg) : arg))
          method.apply(this, safe as typeof args)
        },
      },
    },
    ...(to ? [to] : []),
  )
}
