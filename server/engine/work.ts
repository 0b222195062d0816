import { GIVEN_UP, isGivenUp } from './givenUp.ts'
import type { Horizon } from './horizon.ts'
import { draftOf } from './held.ts'
import type { Held } from './held.ts'
import type { Settings } from './settings.ts'
import type { FoldedEvent } from './stream.ts'
import type { SubjectKey } from './subject.ts'
import type { Kinds } from './subjects/registry.ts'

/**
 * One fold under way: drafts of what it touches, what it lacks, and what that keeps waiting. What
 * throws, or lacks a subject, has changed nothing but drafts.
 */
export type Work = {
  readonly settings: Settings
  readonly kinds: Kinds
  readonly horizon: Horizon
  /** The subjects as they stand before it. */
  readonly subjects: ReadonlyMap<SubjectKey, Held>
  readonly drafts: Map<SubjectKey, Held>
  /** Drafts whose function is to be taken, in this order. */
  readonly dirty: Set<Held>
  /** Subjects, and parts whose subject is not known, that have to be loaded first. */
  readonly lacks: Set<string>
  /** What came for subjects that are given up. */
  readonly late: { events: Map<FoldedEvent, SubjectKey>; feeds: number }
  waiting: (() => void)[]
}

export const beginWork = (
  settings: Settings,
  kinds: Kinds,
  subjects: ReadonlyMap<SubjectKey, Held>,
  horizon: Horizon,
): Work => ({
  settings,
  kinds,
  horizon,
  subjects,
  drafts: new Map(),
  dirty: new Set(),
  lacks: new Set(),
  late: { events: new Map(), feeds: 0 },
  waiting: [],
})

/** Goes on with work that lacked subjects, which are there now. */
export function resume(work: Work): void {
  const { waiting } = work
  work.waiting = []
  work.lacks.clear()
  for (const again of waiting) again()
}

/** A subject as it is in this work; null: it is lacking, and that is noted. */
export function read(work: Work, key: SubjectKey): Held | null {
  const held = work.drafts.get(key) ?? work.subjects.get(key)
  if (!held) work.lacks.add(key)
  return held ?? null
}

/** The draft of a subject that is about to change, to be derived again. */
export function change(work: Work, held: Held): Held {
  let draft = work.drafts.get(held.key)
  if (!draft) {
    draft = draftOf(held)
    work.drafts.set(held.key, draft)
  }
  work.dirty.add(draft)
  return draft
}

/** Does something with a subject; with one that is lacking, when it has come. */
export function withSubject(work: Work, key: SubjectKey, use: (held: Held) => void): void {
  const held = read(work, key)
  if (held) use(held)
  else {
    work.waiting.push(() => {
      withSubject(work, key, use)
    })
  }
}

/** Whether a subject is given up: nothing changes it any more, nor what it has booked. */
export function isOver({ drafts, horizon }: Work, held: Held): boolean {
  const { key, name, version, derived, facts, booked, touchedMs } = held
  // Nearly always that is all there is to look at.
  if (version !== GIVEN_UP && touchedMs >= horizon.beforeMs) return false
  if (drafts.has(key)) return false
  return isGivenUp(
    { kind: name.kind, version, open: derived.open, facts, booked, touchedMs },
    horizon,
  )
}

/** Has the function of a subject taken again. */
export function changeIt(work: Work, key: SubjectKey): void {
  withSubject(work, key, (held) => {
    if (!isOver(work, held)) change(work, held)
  })
}
