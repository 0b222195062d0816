/** The session's cookie, and whether a request came by https. */
import type { IncomingHttpHeaders } from 'node:http'

/**
 * With https the name has the prefix by which a browser promises that this very host set it, by
 * https and for every path: no other host of the same domain can plant one. Plain http cannot have
 * it, and says so in the log.
 */
const HTTPS_NAME = '__Host-ringside'
const HTTP_NAME = 'ringside'
/** No token of ours is longer; what is longer is not looked up. */
const MAX_TOKEN = 128

/**
 * Whether the browser came by https. Ringside itself speaks http: only a proxy that is trusted
 * (`RINGSIDE_TRUST_PROXY`) can say so.
 */
export function isHttps(headers: IncomingHttpHeaders, trustProxy: boolean): boolean {
  if (!trustProxy) return false
  const said = headers['x-forwarded-proto']
  const first = (Array.isArray(said) ? said[0] : said)?.split(',')[0]
  return first?.trim().toLowerCase() === 'https'
}

/** The session's token in a request's cookies, or null. By https only the guarded name counts. */
export function tokenIn(headers: IncomingHttpHeaders, https: boolean): string | null {
  const name = https ? HTTPS_NAME : HTTP_NAME
  for (const pair of (headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=')
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue
    const token = pair.slice(equals + 1).trim()
    return token !== '' && token.length <= MAX_TOKEN ? token : null
  }
  return null
}

/** The header that hands a browser its session, or with null takes it back. */
export function setCookie(token: string | null, https: boolean, maxAgeMs: number): string {
  const seconds = token === null ? 0 : Math.floor(maxAgeMs / 1_000)
  const parts = [
    `${https ? HTTPS_NAME : HTTP_NAME}=${token ?? ''}`,
    'Path=/',
    `Max-Age=${String(seconds)}`,
    'HttpOnly',
    'SameSite=Lax',
  ]
  return [...parts, ...(https ? ['Secure'] : [])].join('; ')
}
