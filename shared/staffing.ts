/**
 * What forecasts about a queue are made from: the last 30 minutes of its balances and who is
 * staffed now. Worked out by the books, read by the gauges.
 */
export type Staffing = {
  /** The span that the sums below cover, in milliseconds. */
  spanMs: number
  offered: number
  handled: number
  /** Talk, hold and wrap of the handlings. */
  handleMs: number
  abandoned: number
  /** Waits of all visits that ended in the span, answered or abandoned. */
  waitedMs: number
  /** Agents who take contacts of this queue and are signed in and not away. */
  staffed: number
  /** Of those, how many are available. */
  available: number
  /**
   * The sum over staffed agents of the share of this queue in the agent's whole handle time of the
   * span; an agent without any counts 1.
   */
  staffedShare: number
  /** T and the target share of the queue. */
  thresholdMs: number
  target: number
  /** Met and decided of the present interval so far, and when it ends. */
  met: number
  decided: number
  intervalEndsAtMs: number
}
