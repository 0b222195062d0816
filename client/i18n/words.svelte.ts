/** The words of the chosen language, for every component beneath the one that sets them. */
import { getContext, setContext } from 'svelte'
import { en, type Messages } from './en.ts'
import type { Locale } from './locale.ts'

/** The language of the screen; reading it within markup follows a change. */
export type Words = { readonly locale: Locale; readonly t: Messages }

const load: Record<Locale, () => Promise<Messages>> = {
  en: async () => en,
  ja: async () => (await import('./ja.ts')).ja,
}

const KEY = Symbol('words')

export function loadMessages(locale: Locale): Promise<Messages> {
  return load[locale]()
}

/** Gives all components beneath the words; called once, by the outermost component. */
export function giveWords(words: Words): void {
  setContext(KEY, words)
}

export function useWords(): Words {
  return getContext<Words>(KEY)
}
