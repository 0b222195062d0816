/** The sources of events that Ringside itself tells within a system, such as a closing by the clock. */
import { systemOf } from '../../shared/events/event.ts'

const OWN_FEED = '/ringside'

/** Ours within a system; a system of one segment has no room for another, and is its own source. */
export function ownSourceOf(system: string): string {
  const source = `${system}${OWN_FEED}`
  return systemOf(source) === system ? source : system
}

/** Whether a source is ours: no feed stands behind it, which could fall silent. */
export const isOwnSource = (source: string): boolean => source.endsWith(OWN_FEED)
