/** How somebody likes the screens: colours and language, remembered in the browser. */
import { en, type Messages } from './i18n/en.ts'
import { asLocale, type Locale } from './i18n/locale.ts'
import { loadMessages, type Words } from './i18n/words.svelte.ts'

export const themes = ['auto', 'dark', 'light'] as const
export type Theme = (typeof themes)[number]

export type Settings = Words & {
  readonly theme: Theme
  setTheme: (theme: Theme) => void
  setLocale: (locale: Locale) => Promise<void>
  /** What the page wears: a screen's own wish comes first, then the viewer's. */
  wear: (wish: Theme | null) => void
}

const KEY = 'ringside.settings'

type Kept = { theme: Theme; locale: Locale }

const asTheme = (text: unknown): Theme | null => themes.find((theme) => theme === text) ?? null

/** What was remembered; storage may be forbidden, or hold something else. */
function read(): Partial<Kept> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    if (typeof kept !== 'object' || kept === null) return {}
    const theme = 'theme' in kept ? asTheme(kept.theme) : null
    const locale = 'locale' in kept ? asLocale(String(kept.locale)) : null
    return { ...(theme && { theme }), ...(locale && { locale }) }
  } catch {
    return {}
  }
}

function keep(kept: Kept): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept))
  } catch {
    // Private windows may not remember; the choice lasts as long as the page.
  }
}

/**
 * The viewer's choices: what the address says (`?theme=light&lang=ja`, for a TV without a
 * keyboard), then what was remembered, then what the browser asks for.
 */
export async function createSettings(query: URLSearchParams): Promise<Settings> {
  const kept = read()
  let theme = $state.raw<Theme>(asTheme(query.get('theme')) ?? kept.theme ?? 'auto')
  let locale = $state.raw<Locale>(
    asLocale(query.get('lang')) ?? kept.locale ?? asLocale(navigator.language) ?? 'en',
  )
  let t = $state.raw<Messages>(en)
  let wish: Theme | null = null
  const prefersLight = matchMedia('(prefers-color-scheme: light)')

  const dress = (): void => {
    // The address has the last word: whoever hung up the TV typed it.
    const worn = asTheme(query.get('theme')) ?? wish ?? theme
    const light = worn === 'auto' ? prefersLight.matches : worn === 'light'
    document.documentElement.dataset['theme'] = light ? 'light' : 'dark'
  }
  const speak = async (to: Locale): Promise<void> => {
    t = await loadMessages(to)
    locale = to
    document.documentElement.lang = to
  }
  prefersLight.addEventListener('change', dress)
  dress()
  await speak(locale)

  return {
    get theme() {
      return theme
    },
    get locale() {
      return locale
    },
    get t() {
      return t
    },
    setTheme(chosen) {
      theme = chosen
      keep({ theme, locale })
      dress()
    },
    async setLocale(chosen) {
      await speak(chosen)
      keep({ theme, locale })
    },
    wear(wished) {
      wish = wished
      dress()
    },
  }
}
