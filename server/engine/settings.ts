import type { DatedHours } from '../../shared/businessHours.ts'
import { Directory, emptyDirectory } from '../../shared/directory.ts'
import { systemOf } from '../../shared/events/event.ts'
import type { DirectoryAgent, DirectoryPipeline, DirectoryQueue } from '../../shared/directory.ts'
import type { Money } from '../../shared/events/fields.ts'
import { exchangeOf } from '../../shared/money.ts'

/**
 * The directory over time, as the fold sees it: at each instant the one in force then.
 *
 * What is said of a queue or an agent for the first time holds from the beginning: a recording
 * that is older than the day on which somebody described its queues is still read by what was
 * described. Only a change of what was said before is dated; to leave out is a change as well.
 */
export type Settings = {
  /** The key of an agent that a feed calls by any of its names; the name itself if unknown. */
  agentKey: (name: string) => string
  queueKey: (name: string) => string
  /** The system of a source's bare ids of contacts and mails: its own, unless it says whose. */
  systemOfContacts: (source: string) => string
  agentAt: (key: string, atMs: number) => DirectoryAgent | null
  queueAt: (key: string, atMs: number) => DirectoryQueue | null
  centerAt: (atMs: number) => Directory['center']
  directoryAt: (atMs: number) => Directory
  /**
   * The pipelines that are described, each as it is at an instant; where a name is given, those that
   * ever were called so: renamed, a pipeline goes on to be the one that it was.
   */
  pipelinesAt: (atMs: number, name?: string) => readonly DirectoryPipeline[]
  knows: (kind: 'agent' | 'queue', key: string) => boolean
  /** From when on the newest directory is in force; -Infinity: it always was. */
  changedMs: number
  /** The queues that the directory gives an agent at an instant. */
  queuesOf: (agent: string, atMs: number) => string[]
  /** The site and team that an agent's, or a queue's, entries take at an instant. */
  agentPlace: (key: string, atMs: number) => Where
  /** The instants after one and before another (null: for ever) at which that may change. */
  agentMoves: (key: string, fromMs: number, toMs: number | null) => readonly number[]
  queuePlace: (key: string, atMs: number) => Where
  /** The site of a team at an instant; null: none. */
  teamSite: (key: string, atMs: number) => string | null
  /**
   * An amount as of an instant, in minor units of the center's currency; null while the directory
   * has no rate for it.
   */
  minorUnits: (amount: Money, atMs: number) => number | null
  /** The opening hours of a queue over time, each in its zone; none for what is always open. */
  hoursOf: (queue: string) => readonly DatedHours[]
  /** The one system whose dials of an agent count; null: those of every system do. */
  dialSystem: (agent: string | null, atMs: number) => string | null
  /** Whether a system says of each of its mails that it was delivered. */
  reportsDelivery: (system: string, atMs: number) => boolean
}
export type Where = { site: string | null; team: string | null }
export type DatedDirectory = { atMs: number; directory: Directory }

const nowhere: Where = { site: null, team: null }

/** What holds for a queue of which the directory says nothing. */
export const defaultQueue: DirectoryQueue = Directory.parse({ queues: [{ key: 'default' }] })
  .queues[0] as DirectoryQueue

/** Items by key for each directory, so that a look-up costs no search. */
type Indexed = {
  atMs: number
  directory: Directory
  agents: ReadonlyMap<string, DirectoryAgent>
  queues: ReadonlyMap<string, DirectoryQueue>
  pipelines: ReadonlyMap<string, DirectoryPipeline>
  teamSites: ReadonlyMap<string, string | undefined>
}
const noMoves: readonly number[] = []
const noKeys: readonly string[] = []

type Membership = { queue: string; from: number; to: number }

/** Who is in which queues, by agent. */
function membershipsOf(queues: Iterable<DirectoryQueue>): Map<string, Membership[]> {
  const memberships = new Map<string, Membership[]>()
  for (const { key: queue, members } of queues) {
    for (const { agent, from = -Infinity, to = Infinity } of members) {
      const own = memberships.get(agent) ?? []
      own.push({ queue, from, to })
      memberships.set(agent, own)
    }
  }
  return memberships
}

/** From an instant on, until the next one; null: from then on it is left out. */
type Step<Item> = { fromMs: number; item: Item | null }

const stepAt = <Item>(steps: readonly Step<Item>[], atMs: number): Item | null =>
  (steps.length === 1 ? steps[0] : (steps.findLast(({ fromMs }) => fromMs <= atMs) ?? steps[0]))
    ?.item ?? null

/** What is said of each key over time: what was said first holds from the beginning. */
function datedItems<Item>(
  versions: readonly Indexed[],
  mapOf: (version: Indexed) => ReadonlyMap<string, Item>,
): (key: string, atMs: number) => Item | null {
  const said = new Map<string, Step<Item>[]>()
  for (const version of versions) {
    const items = mapOf(version)
    for (const [key, item] of items) {
      const step = { fromMs: version.atMs, item }
      const steps = said.get(key)
      if (steps) steps.push(step)
      else said.set(key, [step])
    }
    for (const [key, steps] of said) {
      if (!items.has(key)) steps.push({ fromMs: version.atMs, item: null })
    }
  }
  return (key, atMs) => {
    const steps = said.get(key)
    return steps ? stepAt(steps, atMs) : null
  }
}

/**
 * The places of queues, or of agents, over time: worked out once for each that is asked for, from
 * the instants at which a place may change. Of whom the directory says nothing, nothing is kept.
 */
function placesOver(
  changesOf: (key: string) => readonly number[],
  placeAt: (key: string, atMs: number) => Where | null,
): (key: string, atMs: number) => Where {
  const known = new Map<string, readonly Step<Where>[]>()
  return (key, atMs) => {
    let steps = known.get(key)
    if (!steps) {
      if (!placeAt(key, atMs)) return nowhere
      steps = [-Infinity, ...changesOf(key)].map((fromMs) => ({
        fromMs,
        item: placeAt(key, fromMs) ?? nowhere,
      }))
      known.set(key, steps)
    }
    return stepAt(steps, atMs) ?? nowhere
  }
}

/**
 * The settings over a history of directories; none: the empty one. Where two are of one instant,
 * the one given later stands.
 */
export function settingsOver(history: readonly DatedDirectory[]): Settings {
  const given = history.length > 0 ? history : [{ atMs: -Infinity, directory: emptyDirectory }]
  const versions: Indexed[] = given
    .map(({ atMs, directory }) => ({
      atMs,
      directory,
      agents: new Map(directory.agents.map((agent) => [agent.key, agent])),
      queues: new Map(directory.queues.map((queue) => [queue.key, queue])),
      pipelines: new Map(directory.pipelines.map((pipeline) => [pipeline.key, pipeline])),
      teamSites: new Map(directory.teams.map((team) => [team.key, team.site])),
    }))
    .sort((a, b) => a.atMs - b.atMs)
  const newest = versions.at(-1)
  if (!newest) throw new Error('Settings need a directory')

  const versionAt = (atMs: number): Indexed =>
    versions.findLast((version) => version.atMs <= atMs) ?? versions[0] ?? newest
  const agentAt = datedItems(versions, ({ agents }) => agents)
  const queueAt = datedItems(versions, ({ queues }) => queues)
  const everyQueue = [...new Set(versions.flatMap(({ queues }) => [...queues.keys()]))]
  const pipelineAt = datedItems(versions, ({ pipelines }) => pipelines)
  /** Of each version, the members of the queues as they are then. */
  const memberships = versions.map(({ atMs }): Step<ReturnType<typeof membershipsOf>> => ({
    fromMs: atMs,
    item: membershipsOf(everyQueue.flatMap((key) => queueAt(key, atMs) ?? [])),
  }))
  const teamSiteAt = datedItems(versions, ({ teamSites }) => teamSites)
  const pipelineKeys = [...new Set(versions.flatMap(({ pipelines }) => [...pipelines.keys()]))]
  const pipelinesNamed = new Map<string, string[]>()
  for (const { key, name, nameJa } of versions.flatMap(({ directory }) => directory.pipelines)) {
    for (const called of [key, name, nameJa]) {
      if (called === undefined) continue
      const keys = pipelinesNamed.get(called) ?? []
      if (!keys.includes(key)) pipelinesNamed.set(called, [...keys, key])
    }
  }
  const siteOfTeam = (team: string, atMs: number): string | null => teamSiteAt(team, atMs) ?? null

  const aliases = (kind: 'agents' | 'queues'): ReadonlyMap<string, string> =>
    new Map(
      versions.flatMap(({ directory }) =>
        directory[kind].flatMap(({ key, aliases: names }) =>
          [key, ...names].map((name) => [name, key] as const),
        ),
      ),
    )
  const exchange = exchangeOf(versions.map(({ directory }) => directory))
  const agentKeys = aliases('agents')
  const queueKeys = aliases('queues')

  const changes = versions.map(({ atMs }) => atMs)
  const queuePlace = placesOver(
    () => changes,
    (key, atMs) => {
      const queue = queueAt(key, atMs)
      if (!queue) return null
      const team = queue.team ?? null
      return { team, site: queue.site ?? (team === null ? null : siteOfTeam(team, atMs)) }
    },
  )
  /** A queue's hours as each directory has them, in the zone of the hours, the site or the center. */
  const hours = new Map<string, readonly DatedHours[]>()
  const hoursOf = (key: string): readonly DatedHours[] => {
    const known = hours.get(key)
    if (known) return known
    const dated = versions.map(({ atMs, directory }): DatedHours => {
      const queue = queueAt(key, atMs)
      const place = queuePlace(key, atMs)
      const site = directory.sites.find((one) => one.key === place.site)
      const timeZone = queue?.hours?.timeZone ?? site?.timeZone ?? directory.center.timeZone
      return { fromMs: atMs, hours: queue?.hours ?? null, timeZone }
    })
    const changed = dated.filter(
      (one, index) =>
        index === 0 ||
        JSON.stringify({ ...dated[index - 1], fromMs: 0 }) !==
          JSON.stringify({ ...one, fromMs: 0 }),
    )
    const isAlwaysOpen = changed.every((one) => one.hours === null)
    hours.set(key, isAlwaysOpen ? [] : changed)
    return isAlwaysOpen ? [] : changed
  }

  const movesOf = new Map<string, readonly number[]>()
  const moves = (key: string): readonly number[] => {
    const known = movesOf.get(key)
    if (known) return known
    const found = versions.flatMap(({ atMs, agents }) => [
      atMs,
      ...(agents.get(key)?.teams ?? []).flatMap(({ from = -Infinity, to = Infinity }) => [
        from,
        to,
      ]),
    ])
    const sorted = [...new Set(found)].filter(Number.isFinite).sort((a, b) => a - b)
    movesOf.set(key, sorted)
    return sorted
  }

  const agentPlace = placesOver(moves, (key, atMs) => {
    const agent = agentAt(key, atMs)
    if (!agent) return null
    const membership = agent.teams.findLast(
      ({ from, to }) => (from ?? -Infinity) <= atMs && atMs < (to ?? Infinity),
    )
    const team = membership?.team ?? null
    return { team, site: agent.site ?? (team === null ? null : siteOfTeam(team, atMs)) }
  })
  const systems = new Map(
    newest.directory.sources.map(({ source, refersTo }) => [source, systemOf(refersTo ?? source)]),
  )

  return {
    agentKey: (name) => agentKeys.get(name) ?? name,
    queueKey: (name) => queueKeys.get(name) ?? name,
    systemOfContacts: (source) => systems.get(source) ?? systemOf(source),
    agentAt,
    queueAt,
    centerAt: (atMs) => versionAt(atMs).directory.center,
    directoryAt: (atMs) => versionAt(atMs).directory,
    pipelinesAt: (atMs, name) =>
      (name === undefined ? pipelineKeys : (pipelinesNamed.get(name) ?? noKeys)).flatMap(
        (key) => pipelineAt(key, atMs) ?? [],
      ),
    changedMs: newest.atMs,
    knows: (kind, key) => (kind === 'agent' ? newest.agents : newest.queues).has(key),
    queuesOf: (agent, atMs) =>
      (stepAt(memberships, atMs)?.get(agent) ?? [])
        .filter(({ from, to }) => from <= atMs && atMs < to)
        .map(({ queue }) => queue),
    agentPlace,
    teamSite: siteOfTeam,
    agentMoves: (key, fromMs, toMs) => {
      const isWithin = (atMs: number): boolean => atMs > fromMs && atMs < (toMs ?? Infinity)
      const all = moves(key)
      return all.some(isWithin) ? all.filter(isWithin) : noMoves
    },
    minorUnits: (amount, atMs) => {
      const converted = exchange.convert(amount, atMs)
      return converted.ok ? converted.minorUnits : null
    },
    queuePlace,
    hoursOf,
    dialSystem: (agent, atMs) =>
      (agent === null ? undefined : agentAt(agent, atMs)?.dialSystem) ??
      versionAt(atMs).directory.center.dialSystem ??
      null,
    reportsDelivery: (system, atMs) =>
      versionAt(atMs).directory.sources.some(
        ({ source, reportsDelivery }) => reportsDelivery && systemOf(source) === system,
      ),
  }
}
