/** Which screen an address names, and the address of a screen. */

export type Route =
  | { name: 'home' }
  | { name: 'signIn' }
  | { name: 'wall'; board: string }
  | { name: 'live' }
  | { name: 'ownMetrics' }
  | { name: 'retention' }
  | { name: 'notFound' }

/** The screen of a path such as `/wall/center`; a slash at the end makes no difference. */
export function parseRoute(path: string): Route {
  const [first = '', second, ...rest] = path.replace(/^\/|\/$/g, '').split('/')
  if (rest.length > 0) return { name: 'notFound' }
  if (first === 'wall' && second) {
    const board = decoded(second)
    return board === null ? { name: 'notFound' } : { name: 'wall', board }
  }
  if (first === 'setup' && second === 'metrics') return { name: 'ownMetrics' }
  if (first === 'setup' && second === 'retention') return { name: 'retention' }
  if (second !== undefined) return { name: 'notFound' }
  if (first === '') return { name: 'home' }
  if (first === 'sign-in') return { name: 'signIn' }
  if (first === 'live') return { name: 'live' }
  return { name: 'notFound' }
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}

export const homePath = '/'
export const livePath = '/live'
export const ownMetricsPath = '/setup/metrics'
export const retentionPath = '/setup/retention'

/** The console with a number opened; `center` null: of the center that screens show. */
export function openedPath(opened: {
  metric: string
  scope: string
  window: string
  center: string | null
}): string {
  const { center, ...words } = opened
  const query = new URLSearchParams({ ...words, ...(center !== null && { center }) })
  return `${livePath}?${query.toString()}`
}

/** A wall's address; `queue` for a board of one queue. */
export function wallPath(board: string, queue: string | null = null): string {
  const query = queue === null ? '' : `?queue=${encodeURIComponent(queue)}`
  return `/wall/${encodeURIComponent(board)}${query}`
}

/** The address of the sign-in page that leads back to where somebody wanted to go. */
export function signInPath(next: string): string {
  return next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`
}

/**
 * Where to go after the sign-in. Only a path of ours: an address that leads elsewhere
 * (`//evil.example`, `/\evil.example`) would make the sign-in page a stranger's accomplice.
 */
export function pathAfterSignIn(next: string | null): string {
  if (next === null || !/^\/(?![/\\])/.test(next)) return homePath
  // Browsers drop tabs and line breaks from addresses, so `/\t/evil.example` leads elsewhere too.
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f]/.test(next)) return homePath
  return parseRoute(next.split(/[?#]/)[0] ?? '').name === 'signIn' ? homePath : next
}
