import { compareText, reference, text } from './facts.ts'
import type { Fact } from './facts.ts'
import type { Place, World } from './world.ts'

/** Objects of a CRM: all facts of one, in order, and what was said of it by an instant. */
export type Thing = { key: string; system: string; id: string; facts: Fact[] }

export function thingsOf(facts: readonly Fact[], type: string, idField: string): Thing[] {
  const things = new Map<string, Thing>()
  const own = facts
    .filter((fact) => fact.type === type)
    .sort((one, other) => one.atMs - other.atMs || compareText(one.id, other.id))
  for (const fact of own) {
    const { system, id } = reference(text(fact, idField)!, fact.system)
    const key = `${system}#${id}`
    const thing = things.get(key) ?? { key, system, id, facts: [] }
    thing.facts.push(fact)
    things.set(key, thing)
  }
  return [...things.values()]
}

export const changes = (thing: Thing, change: string): Fact[] =>
  thing.facts.filter((fact) => text(fact, 'change') === change)

/** The last that was said by an instant; what was never said before it, the first that was. */
export function said(thing: Thing, field: string, atMs = Infinity): unknown {
  const known = thing.facts.filter(({ data }) => data[field] !== undefined)
  return (known.findLast((fact) => fact.atMs <= atMs) ?? known[0])?.data[field] ?? null
}

/** Whose it was at an instant: nobody's where no agent had been named by then. */
export function credit(thing: Thing, atMs: number, world: World): { agent: string | null } & Place {
  const known = thing.facts.filter((fact) => fact.atMs <= atMs)
  const name = said({ ...thing, facts: known }, 'agent') as string | null
  const agent = name === null ? null : world.agent(name)
  return { agent, ...world.agentPlace(agent, atMs) }
}

/** The account that an object belongs to. */
export function accountOf(thing: Thing): string | null {
  const account = said(thing, 'account') as string | null
  if (account === null) return null
  const { system, id } = reference(account, thing.system)
  return `${system}#${id}`
}
