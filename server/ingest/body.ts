/** Reads the body of a request, as large as it may be and no larger, inflating it where needed. */
import type { IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import type { Problem } from './problem.ts'

/** A sender that has not finished its body by then keeps others' room. */
const SEND_LIMIT_MS = MINUTE_MS
/** How long a sender that is being refused may go on sending before it must listen. */
const DISCARD_MS = 3 * SECOND_MS

export type Body = { ok: true; bytes: Buffer } | { ok: false; problem: Problem }

/**
 * The body, inflated if it came as gzip: both its sizes are at most `maxBytes`. Null: the sender
 * went away before its end, and nobody waits for an answer.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body | null> {
  const tooLarge = refused(413, `The body is larger than ${String(maxBytes)} bytes.`)
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLarge
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding !== 'identity' && encoding !== 'gzip') {
    const problem = { status: 415, detail: `The body is encoded as ${encoding}; gzip is read.` }
    return { ok: false, problem: { ...problem, headers: { 'Accept-Encoding': 'gzip' } } }
  }

  const sent = await collect(request, maxBytes)
  if (sent === 'gone') return null
  if (sent === 'tooLarge') return tooLarge
  if (sent === 'tooSlow') return refused(408, 'The body did not come within a minute.')
  if (encoding === 'identity') return { ok: true, bytes: sent }

  const inflated = await inflate(sent, maxBytes)
  if (inflated === 'tooLarge') return tooLarge
  if (inflated === 'broken') return refused(400, 'The body is not the gzip that it is said to be.')
  return { ok: true, bytes: inflated }
}

const refused = (status: number, detail: string): Body => ({
  ok: false,
  problem: { status, detail },
})

/** Listeners and not `for await`: a request of one event costs a third less. */
function collect(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | 'tooLarge' | 'tooSlow' | 'gone'> {
  return new Promise((resolve) => {
    const tooSlow = setTimeout(() => {
      finish('tooSlow')
    }, SEND_LIMIT_MS)
    const finish = (found: Buffer | 'tooLarge' | 'tooSlow' | 'gone'): void => {
      clearTimeout(tooSlow)
      request.off('data', onData)
      resolve(found)
    }
    const chunks: Buffer[] = []
    let length = 0
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk)
      length += chunk.length
      if (length > maxBytes) finish('tooLarge')
    }
    request.on('data', onData)
    request.once('end', () => {
      const [only] = chunks
      finish(only && chunks.length === 1 ? only : Buffer.concat(chunks))
    })
    // Comes last in any case, and means nothing once the end was seen.
    request.once('close', () => {
      finish('gone')
    })
    request.once('error', () => {
      finish('gone')
    })
  })
}

function inflate(sent: Buffer, maxBytes: number): Promise<Buffer | 'tooLarge' | 'broken'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    const gunzip = createGunzip()
    gunzip.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length <= maxBytes) return
      // A few kilobytes can inflate to gigabytes.
      gunzip.destroy()
      resolve('tooLarge')
    })
    gunzip.once('end', () => {
      resolve(Buffer.concat(chunks))
    })
    gunzip.once('error', () => {
      resolve('broken')
    })
    gunzip.end(sent)
  })
}

/**
 * Lets a sender finish, and throws away what it sends: most listen for an answer only then. One
 * that goes on for longer is answered all the same.
 */
export async function discardRest(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return
  const stop = new AbortController()
  const ended = new Promise<void>((resolve) => {
    request.once('end', resolve)
    request.once('close', resolve)
  })
  request.resume()
  const tooLong = pause(DISCARD_MS, undefined, { signal: stop.signal }).catch(() => undefined)
  await Promise.race([ended, tooLong])
  stop.abort()
}
