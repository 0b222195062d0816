/** Whether a request that changes something was made by our own pages. */
import type { IncomingHttpHeaders } from 'node:http'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a browser was made to send this by another site. Asked of requests that a cookie signs,
 * beside the cookie's own SameSite=Lax.
 *
 * Browsers since 2020 say where a request comes from (`Sec-Fetch-Site`); older ones, such as those
 * of office TVs, send `Origin` with everything that changes something. What sends neither is no
 * browser, and nobody can make it use somebody's cookie.
 */
export function isCrossSite(
  method: string,
  headers: IncomingHttpHeaders,
  host: string | null,
): boolean {
  if (SAFE.has(method)) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const { origin } = headers
  if (origin === undefined) return false
  try {
    return host === null || new URL(origin).host !== host.toLowerCase()
  } catch {
    // `Origin: null`, from a sandboxed frame or a file, is nobody's own page.
    return true
  }
}
