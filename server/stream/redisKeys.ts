/** The names of a center's keys in Redis. */

/**
 * Every key of a center has the same hash tag, so that a script may touch several of them and a
 * Redis Cluster keeps them on one node.
 */
export type CenterKeys = {
  /** The stream: an entry is an accepted batch. */
  events: string
  /** The random identity of the stream. */
  generation: string
  /** The generation of a stream that was trimmed, and where its first entry lay. */
  trimmed: string
  /** Marks of recent deliveries, and how many were ever made. */
  door: string
  doorPosition: string
  /** What each source sent, counted. */
  feeds: string
  /** Rejected events with their reasons, the newest ones. */
  rejected: string
  /** Events whose time is ahead of our clock, by time. */
  future: string
  /** The channel of live updates from the keeper of the books to the gateways. */
  live: string
}

export function keysOf(center: string): CenterKeys {
  // A brace would end the hash tag early, and another center's keys could be meant.
  if (!/^[\w-]+$/.test(center)) throw new Error(`Not a center's name: ${center}`)
  const key = (part: string): string => `ringside:{${center}}:${part}`
  return {
    events: key('events'),
    generation: key('generation'),
    trimmed: key('trimmed'),
    door: key('door'),
    doorPosition: key('door:position'),
    feeds: key('feeds'),
    rejected: key('rejected'),
    future: key('future'),
    live: key('live'),
  }
}
