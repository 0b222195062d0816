/**
 * The queueing formulas of staffing. Contacts come at random at a steady rate, are handled for an
 * exponential time by `agents` who take one at a time, and wait in one line in order.
 *
 * - **Erlang C**: everybody waits for as long as it takes.
 * - **Erlang A**: each hangs up after an exponential patience.
 *
 * `load` is in erlangs: the handle time that arrives in a unit of time. Durations are milliseconds.
 */

/** The share of arrivals that find every agent busy where nobody waits (they are turned away). */
export function erlangB(agents: number, load: number): number {
  // The recursion keeps every step between 0 and 1; the textbook factorials overflow at 170 agents.
  let blocked = 1
  for (let agent = 1; agent <= agents; agent += 1) {
    blocked = (load * blocked) / (agent + load * blocked)
  }
  return blocked
}

/** What a formula says of a queue. */
export type Forecast = {
  /** The share of arrivals that wait at all. */
  waitProbability: number
  /** The share of arrivals that are answered within the threshold. */
  serviceLevel: number
}

/** Erlang C. Where the load is not below the agents, the line grows without end: nobody in time. */
export function erlangC(
  agents: number,
  load: number,
  handleMs: number,
  thresholdMs: number,
): Forecast & { averageWaitMs: number | null } {
  if (agents <= load) return { waitProbability: 1, serviceLevel: 0, averageWaitMs: null }
  const blocked = erlangB(agents, load)
  const waitProbability = (agents * blocked) / (agents - load * (1 - blocked))
  const spare = agents - load
  return {
    waitProbability,
    serviceLevel: 1 - waitProbability * Math.exp((-spare * thresholdMs) / handleMs),
    averageWaitMs: (waitProbability * handleMs) / spare,
  }
}

/**
 * A line longer than this is no queue that anybody answers in time; it bounds the sum below. Where
 * agents are overrun, the line settles where as many hang up as are too many.
 */
const LONGEST_LINE = 100_000
/** Terms below this share of the greatest, in logarithms, change no digit of the sum. */
const NEGLIGIBLE = -40

/**
 * Erlang A (M/M/N+M), from the steady state: with all agents busy and k contacts waiting, the line
 * shortens at the rate of N handlings and k patiences. A contact that finds k before it would wait
 * V, a sum of k + 1 exponentials whose rates rise evenly; then e^(−V/patience) has a Beta
 * distribution, so both "V is within the threshold" and "patience is longer than V" have closed
 * forms. Answered in time, of all that find k waiting, with c = N · patience / handle time:
 *
 *     c / (c + k + 1) · (1 − I(c + 1, k + 1)),  I: the incomplete beta function at e^(−T/patience)
 */
export function erlangA(
  agents: number,
  load: number,
  handleMs: number,
  patienceMs: number,
  thresholdMs: number,
): Forecast {
  if (agents === 0) return { waitProbability: 1, serviceLevel: 0 }
  const c = (agents * patienceMs) / handleMs
  const offered = (load * patienceMs) / handleMs

  // Each state's weight relative to "all busy, nobody waits", as a logarithm: in an overrun queue
  // they grow past any number. The sums are kept relative to the greatest weight so far.
  let weight = 0
  let greatest = 0
  let waiting = 0
  let inTime = 0
  // The incomplete beta function, a term for each k; its logarithm, for it starts near nothing.
  let term = -((c + 1) * thresholdMs) / patienceMs
  let beta = Math.exp(term)
  const passes = -Math.expm1(-thresholdMs / patienceMs)

  for (let k = 0; k <= LONGEST_LINE; k += 1) {
    if (weight > greatest) {
      const shrink = Math.exp(greatest - weight)
      waiting *= shrink
      inTime *= shrink
      greatest = weight
    }
    const share = Math.exp(weight - greatest)
    waiting += share
    inTime += share * (c / (c + k + 1)) * Math.max(0, 1 - beta)

    weight += Math.log(offered / (c + k + 1))
    if (weight - greatest < NEGLIGIBLE && offered < c + k + 1) break
    term += Math.log((passes * (c + k + 1)) / (k + 1))
    beta += Math.exp(term)
  }
  // Erlang B is the weight of "all busy, nobody waits" among the states without a line.
  const blocked = erlangB(agents, load)
  const free = (1 - blocked) * Math.exp(-greatest)
  const all = free + blocked * waiting
  return {
    waitProbability: (blocked * waiting) / all,
    serviceLevel: (free + blocked * inTime) / all,
  }
}

/** More agents than this in one queue are a mistake in its numbers, and would cost seconds. */
const MOST_AGENTS = 20_000

/** The fewest agents of whom `enough` holds, or null where MOST_AGENTS are not; it must be monotone. */
export function fewestAgents(enough: (agents: number) => boolean): number | null {
  if (!enough(MOST_AGENTS)) return null
  let low = 0
  let high = 1
  while (!enough(high)) {
    low = high
    high *= 2
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (enough(middle)) high = middle
    else low = middle
  }
  return high
}
