/** The address bar as state: which screen, and what its query says. */
import { parseRoute, type Route } from './routes.ts'

export type Address = {
  readonly route: Route
  readonly path: string
  /** Path and query, as a link would name them. */
  readonly full: string
  /** What the query says of a name; null where it says nothing. */
  query: (name: string) => string | null
  /** The same address with other words in its query; null takes a word out. */
  withQuery: (changes: Readonly<Record<string, string | null>>) => string
  /** Goes there. `replace` leaves no step to come back to: for filters, not for screens. */
  go: (path: string, options?: { replace: boolean }) => void
  back: () => void
}

/** Follows the browser's history and makes links of ours change the screen without a reload. */
export function createAddress(): Address {
  let path = $state.raw(location.pathname)
  let search = $state.raw(location.search)
  const route = $derived(parseRoute(path))
  const words = $derived(new URLSearchParams(search))

  const read = (): void => {
    path = location.pathname
    search = location.search
  }

  const go: Address['go'] = (to, options = { replace: false }) => {
    if (to === location.pathname + location.search) return
    history[options.replace ? 'replaceState' : 'pushState'](null, '', to)
    read()
  }

  addEventListener('popstate', read)
  document.addEventListener('click', (event) => {
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey)
    if (!plain || event.defaultPrevented || !(event.target instanceof Element)) return
    const link = event.target.closest('a')
    if (!link || link.origin !== location.origin || link.target || link.hash) return
    event.preventDefault()
    const screenChanges = link.pathname !== location.pathname
    go(link.pathname + link.search)
    if (screenChanges) scrollTo(0, 0)
  })

  return {
    get route() {
      return route
    },
    get path() {
      return path
    },
    get full() {
      return path + search
    },
    query: (name) => words.get(name),
    withQuery(changes) {
      const next = new URLSearchParams(search)
      for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === '') next.delete(name)
        else next.set(name, value)
      }
      const text = next.toString()
      return text === '' ? path : `${path}?${text}`
    },
    go,
    back: () => {
      history.back()
    },
  }
}
