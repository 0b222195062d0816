import type { Event } from '../../shared/events/event.ts'

/** An internal event: ours, never a feed's. It reaches the engine through the stream as well. */
export type InternalEvent =
  | {
      id: string
      type: 'directory.changed'
      /** From when on it is in force, in UTC milliseconds. */
      atMs: number
      /** The directory as it was put, unparsed defaults and all. */
      data: { directory: unknown }
    }
  | {
      id: string
      /** Details from before it are not kept any more (givenUp.ts). */
      type: 'details.givenUp'
      atMs: number
      data: Readonly<Record<string, never>>
    }

/** What ids of `details.givenUp` begin with; then comes its instant. */
export const GIVEN_UP_IDS = 'details/'

/** Ours are folded alone. */
export const isInternal = (event: FoldedEvent): event is InternalEvent => !('source' in event)

/** What the engine folds. */
export type FoldedEvent = Event | InternalEvent
