/** Stories of the simulated business: a lead, a quote, a mail, from its first word to its last. */
import type { EventType } from '../../../shared/events/event.ts'
import { randomOf, type Random } from '../random.ts'
import { sentEvent, VERSION, type Said, type Told } from '../told.ts'

/** A story that is being written: its events may be of any instants, and come in any order. */
export type Story = {
  /** Its name, as objects that belong to it are named after it. */
  name: string
  random: Random
  /** Says something of it, at an instant in UTC milliseconds. */
  say: <Type extends EventType>(atMs: number, type: Type, data: Said<Type>) => void
}

/** What is born on one day: the stories that begin on it. */
export type Births = {
  seed: number
  /** The local date in the center. */
  date: string
  startMs: number
  endMs: number
  told: Told[]
}

/** Begins a story; the same seed, date and name give the same chance, and the same ids. */
export function beginStory(
  { seed, date, told }: Births,
  kind: string,
  nth: number | string,
): Story {
  const name = `${kind}-${date.replaceAll('-', '')}-${nth}`
  let events = 0
  return {
    name,
    random: randomOf(`${seed}/${name}`),
    say: (atMs, type, data) => {
      events += 1
      const at = Math.round(atMs)
      const id = `${seed}.${VERSION}/${name}/${events}`
      told.push({ atMs: at, story: name, event: sentEvent(id, type, at, { ...data }) })
    },
  }
}
