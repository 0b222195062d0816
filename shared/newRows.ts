import type { LiveAgent, LiveLeg, LiveVisit } from './live.ts'

/**
 * What a row of the live state is taken to say where a frame, new to it, leaves a field out: most
 * rows say the same in most fields. The key of a row is its own id.
 */
export const newRows = {
  visits: (visit: string): Partial<LiveVisit> => ({
    visit,
    site: null,
    team: null,
    priority: null,
    ringing: [],
  }),
  legs: (leg: string): Partial<LiveLeg> => ({ leg, heldSinceMs: null }),
  agents: (agent: string): Partial<LiveAgent> => ({
    agent,
    site: null,
    team: null,
    reason: null,
    next: null,
    signedInSinceMs: null,
    joined: [],
    paused: [],
  }),
  staffing: () => ({}),
}
