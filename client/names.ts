/** How an agent's name is shown on a screen that others see too. */
import type { Widget } from '../shared/board.ts'

export type NameStyle = Extract<Widget, { kind: 'agentGrid' }>['names']

const words = (name: string): string[] => name.split(/[\s\u3000]+/).filter((word) => word !== '')

/** Whether a text is written with kanji or kana. */
function isJapanese(text: string): boolean {
  return /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/.test(text)
}

/**
 * Initials: the first letters of the first and last words (Anna Maria Berg: AB). A Japanese name
 * has no letters; its family name, which comes first, stands for it.
 */
function initials(name: string): string {
  const [first = '', ...rest] = words(name)
  if (isJapanese(name)) return first
  const last = rest.at(-1)
  return ((first[0] ?? '') + (last?.[0] ?? '')).toUpperCase()
}

/**
 * A name as a board has chosen it. An alias is the server's to give, so a screen that lacks one
 * shows initials rather than the name that the alias was to hide; null: not shown at all.
 */
export function shownName(name: string, style: NameStyle): string | null {
  switch (style) {
    case 'full':
      return name
    case 'first':
      return words(name)[0] ?? name
    case 'initials':
    case 'alias':
      return initials(name)
    case 'none':
      return null
  }
}
