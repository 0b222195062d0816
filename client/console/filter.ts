/** Which queues and agents the console shows. */
import { agentStates, type AgentState } from '../../shared/live.ts'

export type Filter = {
  /** Words that all must occur in the name, the key, the team or a queue. */
  text: string
  team: string | null
  queue: string | null
  state: AgentState | null
}

const KATAKANA = /[\u30a1-\u30f6]/g
const KATAKANA_ABOVE_HIRAGANA = 0x60

/**
 * Text as it is searched: full and half width, upper and lower case, and hiragana and katakana
 * are the same, for people type whichever their keyboard is set to.
 */
function searchable(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(KATAKANA, (kana) => String.fromCharCode(kana.charCodeAt(0) - KATAKANA_ABOVE_HIRAGANA))
}

/** Whether each word of the search occurs somewhere. */
export function matches(search: string, texts: readonly string[]): boolean {
  const words = searchable(search).split(/\s+/)
  const all = texts.map(searchable).join('\n')
  return words.every((word) => all.includes(word))
}

/** The state that a text names, or null. */
export function asState(text: string | null): AgentState | null {
  return agentStates.find((state) => state === text) ?? null
}
