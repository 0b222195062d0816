/** What directories say of people over time: each day, and each period, by what was in force then. */
import type { Directory, DirectoryAgent } from '../../shared/directory.ts'

/** A directory as far as it is about people, and from when on it is in force. */
export type DatedPeople = {
  atMs: number
  directory: Pick<Directory, 'agents' | 'teams' | 'quotas'>
}

/** What is said from an instant on, until the next step; null: it is left out from then on. */
export type Step<Item> = { fromMs: number; item: Item | null }
export type Quota = Directory['quotas'][number]

export type People = {
  /** Each agent over time. */
  agents: ReadonlyMap<string, readonly Step<DirectoryAgent>[]>
  /** The site of each team over time; '' where it has none. */
  teams: ReadonlyMap<string, readonly Step<string>[]>
  /** The quotas of one scope, metric and kind of period over time. */
  quotas: readonly (readonly Step<readonly Quota[]>[])[]
}

/**
 * The people of directories, the oldest first. What is said of somebody for the first time holds
 * from the beginning; from then on what each directory says holds until the next, be it nothing.
 */
function peopleOver(versions: readonly DatedPeople[]): People {
  const steps = <Item>(itemsOf: (directory: DatedPeople['directory']) => Map<string, Item>) =>
    stepsOf(versions.map(({ atMs, directory }) => ({ atMs, items: itemsOf(directory) })))
  return {
    agents: steps(({ agents }) => new Map(agents.map((agent) => [agent.key, agent]))),
    teams: steps(({ teams }) => new Map(teams.map(({ key, site }) => [key, site ?? '']))),
    quotas: [...steps(({ quotas }) => byName(quotas)).values()],
  }
}

/**
 * People over time are kept with the newest directory, which is what everybody passes on: most who
 * do have nothing to do with people. Of a directory that came from elsewhere it is all that is known.
 */
const known = new WeakMap<object, People>()

export function keepPeople(newest: Directory, versions: readonly DatedPeople[]): void {
  known.set(newest, peopleOver(versions))
}

export function peopleOf(directory: DatedPeople['directory']): People {
  const people = known.get(directory) ?? peopleOver([{ atMs: -Infinity, directory }])
  known.set(directory, people)
  return people
}

function byName(quotas: readonly Quota[]): Map<string, Quota[]> {
  const named = new Map<string, Quota[]>()
  for (const quota of quotas) {
    const name = `${quota.period} ${quota.metric} ${quota.scope}`
    named.set(name, [...(named.get(name) ?? []), quota])
  }
  return named
}

function stepsOf<Item>(
  versions: readonly { atMs: number; items: ReadonlyMap<string, Item> }[],
): Map<string, Step<Item>[]> {
  const said = new Map<string, Step<Item>[]>()
  for (const { atMs, items } of versions) {
    for (const [key, item] of items) {
      const steps = said.get(key)
      if (!steps) said.set(key, [{ fromMs: -Infinity, item }])
      else if (!isSame(steps.at(-1)?.item, item)) steps.push({ fromMs: atMs, item })
    }
    for (const [key, steps] of said) {
      if (!items.has(key) && steps.at(-1)?.item !== null) steps.push({ fromMs: atMs, item: null })
    }
  }
  return said
}

const isSame = (one: unknown, other: unknown): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other)

/** What holds at an instant; null: nothing. */
export const stepAt = <Item>(steps: readonly Step<Item>[] | undefined, atMs: number): Item | null =>
  steps?.findLast(({ fromMs }) => fromMs <= atMs)?.item ?? null
