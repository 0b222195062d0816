/** From when on details are kept; what is older is given up (givenUp.ts). */
export type Horizon = {
  /** Details from this instant on are kept; 0: all are. A whole quarter of an hour, by UTC. */
  fromMs: number
  /** The horizon before this one; 0: there was none. */
  beforeMs: number
}
export const noHorizon: Horizon = { fromMs: 0, beforeMs: 0 }

/** The horizon after a step to an instant; it never goes back. */
export const movedTo = (horizon: Horizon, fromMs: number): Horizon =>
  fromMs > horizon.fromMs ? { fromMs, beforeMs: horizon.fromMs } : horizon
