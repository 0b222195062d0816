/** Says changes of state to those who do not see them: rarely, politely, all at once. */
import type { TargetState } from '../shared/metrics/state.ts'
import { SECOND_MS } from '../shared/time.ts'

/** Whoever listens is doing something else. */
const SAY_AT_MOST_EVERY_MS = 10 * SECOND_MS

/** What may be said of a number: its name and how it stands. */
export type Standing = { name: string; state: TargetState }

export type Announcer = {
  /** For the one status region of the screen. */
  readonly text: string
  /** Told of all numbers as time passes. */
  follow: (standings: ReadonlyMap<string, Standing>, nowMs: number) => void
}

/** Nothing to worry about: that there is no value, or that it is good. */
const isCalm = (state: TargetState): boolean => state === 'ok' || state === 'none'

/** `say` makes a sentence of a number that has come to stand otherwise. */
export function createAnnouncer(say: (standing: Standing) => string): Announcer {
  let text = $state('')
  let said: ReadonlyMap<string, TargetState> | null = null
  let saidAtMs = -Infinity

  return {
    get text() {
      return text
    },
    follow(standings, nowMs) {
      const states = new Map([...standings].map(([key, { state }]) => [key, state]))
      // How things are at the start is on the screen to be read; only changes are news.
      if (said === null) {
        said = states
        return
      }
      if (nowMs - saidAtMs < SAY_AT_MOST_EVERY_MS) return
      const before = said
      const changed = [...standings].filter(([key, { state }]) => {
        const was = before.get(key) ?? 'none'
        return was !== state && !(isCalm(was) && isCalm(state))
      })
      said = states
      if (changed.length === 0) return
      saidAtMs = nowMs
      text = changed.map(([, standing]) => say(standing)).join(' ')
    },
  }
}
