/** The languages of the screens. A third one is one file beside `en.ts` and a line here. */
export const locales = { en: 'English', ja: '日本語' } as const
export type Locale = keyof typeof locales

/** The language that a text such as `ja-JP` names; null where we do not have it. */
export function asLocale(text: string | null | undefined): Locale | null {
  const language = text?.toLowerCase().split(/[-_]/)[0]
  return language === 'en' || language === 'ja' ? language : null
}
