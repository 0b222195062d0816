import { factName, validReports } from './facts.ts'
import type { Retractions } from './facts.ts'
import { retractedKey } from './route.ts'
import type { Fact } from './subject.ts'

/** What a system says of what is its own: when it was restarted, and what it takes back. */
export type Register = {
  /** Oldest first. */
  restarts: readonly number[]
  retractions: Retractions
}

/** Read at every derivation of the system's contacts; lists of facts never change. */
const registers = new WeakMap<readonly Fact[], Register>()

/** The register that the facts of a system make, or those of what belongs to no system. */
export function registerOf(facts: readonly Fact[]): Register {
  const known = registers.get(facts)
  if (known) return known
  const retractions = retractionsOf(facts)
  const register = { restarts: restartsOf(facts, retractions), retractions }
  registers.set(facts, register)
  return register
}

const restartsOf = (facts: readonly Fact[], retractions: Retractions): number[] =>
  facts
    .filter(({ type }) => type === 'source.restarted')
    .flatMap((fact) => validReports(fact, retractions).map(({ atMs }) => atMs))
    .sort((a, b) => a - b)

function retractionsOf(facts: readonly Fact[]): Retractions {
  const retractions = new Map<string, number[]>()
  for (const { type, system, reports } of facts) {
    if (type !== 'fact.retracted') continue
    for (const { data, recordedAtMs, atMs } of reports) {
      const key = retractedKey(String(data['key']))
      const fact = factName({ system, type: String(data['type']), key })
      const known = retractions.get(fact)
      if (known) known.push(recordedAtMs ?? atMs)
      else retractions.set(fact, [recordedAtMs ?? atMs])
    }
  }
  return retractions
}
