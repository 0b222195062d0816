import type { Event } from '../../shared/events/event.ts'

/** An internal event: ours, never a feed's. It reaches the engine through the stream as well. */
export type InternalEvent = {
  id: string
  type: 'directory.changed'
  /** From when on it is in force, in UTC milliseconds. */
  atMs: number
  /** The directory as it was put, unparsed defaults and all. */
  data: { directory: unknown }
}

/** What the engine folds. */
export type FoldedEvent = Event | InternalEvent
