import { Temporal } from 'temporal-polyfill'
import type { Directory } from '../../shared/directory.ts'

/**
 * The oracle's reading of a directory: who is called what, who stands where at an instant, what an
 * amount is in the center's currency, how long a calendar was open. It shares no line with the
 * product's reading; it is slow and says what kpis.md and events.md say.
 */
export type Place = { team: string | null; site: string | null }
export type Queue = Directory['queues'][number]
export type Agent = Directory['agents'][number]
type Quota = Directory['quotas'][number]
export type Pipeline = Directory['pipelines'][number]
export type World = {
  /** The newest: of today's settings of metrics. */
  directory: Directory
  /** When a directory was put: what it changes holds from then on. */
  changes: readonly number[]
  centerAt: (atMs: number) => Directory['center']
  agent: (name: string) => string
  queue: (name: string) => string
  /** What the directory says of a queue at an instant; its defaults where it says nothing. */
  queueOf: (key: string | null, atMs: number) => Queue | null
  /** The pipelines that there are at an instant; of a name, those that were ever called so. */
  pipelinesAt: (atMs: number, name: string | null) => Pipeline[]
  agentPlace: (key: string | null, atMs: number) => Place
  queuePlace: (key: string | null, atMs: number) => Place
  /** Who is described at an instant. */
  agentsAt: (atMs: number) => Agent[]
  quotasAt: (atMs: number) => Quota[]
  teamSite: (team: string, atMs: number) => string | null
  /** The queues whose member an agent is at an instant. */
  queuesOf: (agent: string, atMs: number) => string[]
  /** Instants at which the agent's team changes. */
  moves: (agent: string) => number[]
  /** Minor units of the center's currency, by the rate of the day of the instant; null: no rate. */
  money: (money: unknown, atMs: number) => number | null
  /** The local date of an instant, by the center's clock. */
  dateOf: (atMs: number) => string
  /** Open milliseconds of a queue's calendar from one instant to another. */
  openMs: (queue: string | null, fromMs: number, toMs: number) => number
  /** Whether a source of a system says of each mail that it was delivered. */
  reportsDelivery: (system: string, atMs: number) => boolean
  /** When so many open milliseconds have passed since an instant. */
  dueAt: (queue: string | null, fromMs: number, openMs: number) => number
}

const nowhere: Place = { team: null, site: null }
const decimalsOf: Record<string, number> = { JPY: 0, KRW: 0, KWD: 3, BHD: 3 }

/** The product of two decimals in units of the last decimal, half away from zero; no float rounds. */
function exactly(one: string, other: string, decimals: number): number {
  const parts = (text: string) => {
    const [whole = '', fraction = ''] = text.split('.')
    return { digits: BigInt(whole + fraction), places: fraction.length }
  }
  const [a, b] = [parts(one), parts(other)]
  const product = a.digits * b.digits * 10n ** BigInt(decimals + 1)
  const unit = 10n ** BigInt(a.places + b.places)
  const size = product < 0n ? -product : product
  const rounded = (size / unit + 5n) / 10n
  return Number(product < 0n ? -rounded : rounded)
}

/** A directory that was put, and from when on it is in force. */
export type Put = { fromMs: number; directory: Directory }

/**
 * What is said of a thing by its key at an instant. What was said first holds from the beginning;
 * from then on what each directory says holds until the next, be it nothing.
 */
function saidOf<Item extends { key: string }>(
  puts: readonly Put[],
  itemsOf: (directory: Directory) => readonly Item[],
  key: string | null,
  atMs: number,
): Item | null {
  const said = puts.map(({ fromMs, directory }) => ({
    fromMs,
    item: itemsOf(directory).find((one) => one.key === key) ?? null,
  }))
  const first = said.findIndex(({ item }) => item !== null)
  if (first === -1) return null
  const inForce = said.slice(first).findLast(({ fromMs }) => fromMs <= atMs)
  return (inForce ?? said[first]!).item
}

/** `puts`: the directories in the order in which they were put. */
export function worldOf(puts: readonly Put[]): World {
  const directory = puts.at(-1)!.directory
  const inForce = (atMs: number) =>
    (puts.findLast(({ fromMs }) => fromMs <= atMs) ?? puts[0]!).directory
  const { center } = directory
  const namesOf = (itemsOf: (one: Directory) => readonly { key: string; aliases: string[] }[]) =>
    new Map(
      puts.flatMap((put) =>
        itemsOf(put.directory).flatMap(({ key, aliases }) =>
          [key, ...aliases].map((name) => [name, key] as const),
        ),
      ),
    )
  const agentNames = namesOf(({ agents }) => agents)
  const queueNames = namesOf(({ queues }) => queues)
  const queueKeys = [
    ...new Set(puts.flatMap((put) => put.directory.queues.map((queue) => queue.key))),
  ]
  const siteOf = (team: string | null, atMs: number) =>
    saidOf(puts, ({ teams }) => teams, team, atMs)?.site ?? null
  const queueOf = (key: string | null, atMs: number) =>
    saidOf(puts, ({ queues }) => queues, key, atMs)
  const agentAt = (key: string | null, atMs: number) =>
    saidOf(puts, ({ agents }) => agents, key, atMs)
  const teamAt = (agent: Directory['agents'][number], atMs: number) =>
    agent.teams.findLast(({ from = -Infinity, to = Infinity }) => from <= atMs && atMs < to)
      ?.team ?? null
  const dateOf = (atMs: number) =>
    Temporal.Instant.fromEpochMilliseconds(atMs)
      .toZonedDateTimeISO(center.timeZone)
      .toPlainDate()
      .toString()
  // A rate that a newer directory leaves out is known still; of one day the last that was put stands.
  const rates = puts.flatMap((put) => put.directory.exchangeRates)

  /** A span in pieces, in each of which one directory is in force. */
  function pieces(fromMs: number, toMs: number): [number, number][] {
    const cuts = [fromMs, ...puts.map((put) => put.fromMs), toMs]
      .filter((atMs) => atMs >= fromMs && atMs <= toMs)
      .sort((one, other) => one - other)
    return cuts.slice(1).map((to, index) => [cuts[index]!, to])
  }
  /** What of a span a queue is open, by the calendar in force at each instant. */
  const openIn = (key: string | null, fromMs: number, toMs: number): [number, number][] =>
    pieces(fromMs, toMs).flatMap(([from, to]) => {
      const queue = queueOf(key, from)
      const open: [number, number][] = queue ? openSpans(queue, from, to) : [[from, to]]
      return open.map(([opens, closes]): [number, number] => [
        Math.max(opens, from),
        Math.min(closes, to),
      ])
    })

  /** The calendar's open spans of local days around two instants, in order. */
  function openSpans(queue: Queue, fromMs: number, toMs: number): [number, number][] {
    const { hours } = queue
    if (hours === null) return [[fromMs, toMs]]
    const { site: siteKey } = queuePlace(queue.key, fromMs)
    const site = inForce(fromMs).sites.find(({ key }) => key === siteKey)
    const zone = hours.timeZone ?? site?.timeZone ?? center.timeZone
    const dayOf = (atMs: number) =>
      Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).toPlainDate()
    const spans: [number, number][] = []
    const last = dayOf(toMs)
    for (let day = dayOf(fromMs); Temporal.PlainDate.compare(day, last) <= 0;) {
      for (const open of hours.days) {
        if (open.day !== day.dayOfWeek || hours.closed.includes(day.toString())) continue
        const at = (time: string) =>
          day.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds
        spans.push([at(open.from), at(open.to)])
      }
      day = day.add({ days: 1 })
    }
    return spans.sort((one, other) => one[0] - other[0])
  }

  function queuePlace(key: string | null, atMs: number): Place {
    const queue = queueOf(key, atMs)
    if (!queue) return nowhere
    const team = queue.team ?? null
    return { team, site: queue.site ?? siteOf(team, atMs) }
  }

  return {
    directory,
    changes: puts.map((put) => put.fromMs),
    centerAt: (atMs) => inForce(atMs).center,
    agent: (name) => agentNames.get(name) ?? name,
    queue: (name) => queueNames.get(name) ?? name,
    queueOf,
    pipelinesAt: (atMs, name) => {
      const every = puts.flatMap((put) => put.directory.pipelines)
      const keys = every
        .filter((one) => name === null || [one.key, one.name, one.nameJa].includes(name))
        .map(({ key }) => key)
      return [...new Set(keys)].flatMap(
        (key) => saidOf(puts, ({ pipelines }) => pipelines, key, atMs) ?? [],
      )
    },
    agentPlace: (key, atMs) => {
      const agent = agentAt(key, atMs)
      if (!agent) return nowhere
      const team = teamAt(agent, atMs)
      return { team, site: agent.site ?? siteOf(team, atMs) }
    },
    agentsAt: (atMs) =>
      [...new Set(puts.flatMap((put) => put.directory.agents.map(({ key }) => key)))].flatMap(
        (key) => agentAt(key, atMs) ?? [],
      ),
    quotasAt: (atMs) => {
      // Those of one scope, metric and kind of period are one thing, which is said as a whole.
      const nameOf = (quota: Quota) => `${quota.scope} ${quota.metric} ${quota.period}`
      const named = ({ quotas }: Directory) =>
        [...new Set(quotas.map(nameOf))].map((key) => ({
          key,
          quotas: quotas.filter((quota) => nameOf(quota) === key),
        }))
      const names = new Set(puts.flatMap((put) => put.directory.quotas.map(nameOf)))
      return [...names].flatMap((name) => saidOf(puts, named, name, atMs)?.quotas ?? [])
    },
    teamSite: siteOf,
    queuePlace,
    queuesOf: (agent, atMs) =>
      queueKeys.filter((key) =>
        (queueOf(key, atMs)?.members ?? []).some(
          ({ agent: member, from = -Infinity, to = Infinity }) =>
            member === agent && from <= atMs && atMs < to,
        ),
      ),
    moves: (key) => [
      ...puts.map((put) => put.fromMs),
      ...puts
        .flatMap((put) => put.directory.agents.find((one) => one.key === key)?.teams ?? [])
        .flatMap(({ from = -Infinity, to = Infinity }) => [from, to]),
    ],
    money: (money, atMs) => {
      if (typeof money !== 'object' || money === null) return null
      const { value, currency } = money as { value: string; currency: string }
      const day = dateOf(atMs)
      const known = rates
        .filter((rate) => rate.currency === currency && rate.from <= day)
        .sort((one, other) => (one.from < other.from ? -1 : one.from > other.from ? 1 : 0))
      const rate = currency === center.currency ? 1 : known.at(-1)?.rate
      if (rate === undefined) return null
      return exactly(value, String(rate), decimalsOf[center.currency] ?? 2)
    },
    dateOf,
    openMs: (key, fromMs, toMs) =>
      openIn(key, fromMs, toMs).reduce(
        (sum, [opens, closes]) => sum + Math.max(0, closes - opens),
        0,
      ),
    reportsDelivery: (system, atMs) =>
      inForce(atMs).sources.some(
        ({ source, reportsDelivery }) => reportsDelivery && source.startsWith(`${system}/`),
      ),
    dueAt: (key, fromMs, openMs) => {
      let left = openMs
      for (const [opens, closes] of openIn(key, fromMs, fromMs + 60 * 86_400_000)) {
        if (closes <= opens) continue
        if (closes - opens >= left) return opens + left
        left -= closes - opens
      }
      return Infinity
    },
  }
}
