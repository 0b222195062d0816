import { Temporal } from 'temporal-polyfill'
import type { Directory } from '../../shared/directory.ts'

/**
 * The oracle's reading of a directory: who is called what, who stands where at an instant, what an
 * amount is in the center's currency, how long a calendar was open. It shares no line with the
 * product's reading; it is slow and says what kpis.md and events.md say.
 */
export type Place = { team: string | null; site: string | null }
export type Queue = Directory['queues'][number]
export type World = {
  directory: Directory
  agent: (name: string) => string
  queue: (name: string) => string
  /** What the directory says of a queue; its defaults where it says nothing. */
  queueOf: (key: string | null) => Queue | null
  agentPlace: (key: string | null, atMs: number) => Place
  queuePlace: (key: string | null) => Place
  /** Instants at which the agent's team changes. */
  moves: (agent: string) => number[]
  /** Minor units of the center's currency, by the rate of the day of the instant; null: no rate. */
  money: (money: unknown, atMs: number) => number | null
  /** The local date of an instant, by the center's clock. */
  dateOf: (atMs: number) => string
  /** Open milliseconds of a queue's calendar from one instant to another. */
  openMs: (queue: string | null, fromMs: number, toMs: number) => number
  /** Whether a source of a system says of each mail that it was delivered. */
  reportsDelivery: (system: string) => boolean
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

export function worldOf(directory: Directory): World {
  const { center, agents, queues, teams, exchangeRates } = directory
  const agentNames = new Map(
    agents.flatMap(({ key, aliases }) => [key, ...aliases].map((name) => [name, key] as const)),
  )
  const queueNames = new Map(
    queues.flatMap(({ key, aliases }) => [key, ...aliases].map((name) => [name, key] as const)),
  )
  const siteOf = (team: string | null) => teams.find(({ key }) => key === team)?.site ?? null
  const queueOf = (key: string | null) => queues.find((queue) => queue.key === key) ?? null
  const dateOf = (atMs: number) =>
    Temporal.Instant.fromEpochMilliseconds(atMs)
      .toZonedDateTimeISO(center.timeZone)
      .toPlainDate()
      .toString()

  /** The calendar's open spans of local days around two instants, in order. */
  function openSpans(queue: Queue, fromMs: number, toMs: number): [number, number][] {
    const { hours } = queue
    if (hours === null) return [[fromMs, toMs]]
    const site = directory.sites.find(({ key }) => key === queue.site)
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

  return {
    directory,
    agent: (name) => agentNames.get(name) ?? name,
    queue: (name) => queueNames.get(name) ?? name,
    queueOf,
    agentPlace: (key, atMs) => {
      const agent = agents.find((one) => one.key === key)
      if (!agent) return nowhere
      const team =
        agent.teams.find(({ from = -Infinity, to = Infinity }) => from <= atMs && atMs < to)
          ?.team ?? null
      return { team, site: agent.site ?? siteOf(team) }
    },
    queuePlace: (key) => {
      const queue = queueOf(key)
      if (!queue) return nowhere
      return { team: queue.team ?? null, site: queue.site ?? siteOf(queue.team ?? null) }
    },
    moves: (key) =>
      (agents.find((one) => one.key === key)?.teams ?? []).flatMap(({ from, to }) => [
        ...(from === undefined ? [] : [from]),
        ...(to === undefined ? [] : [to]),
      ]),
    money: (money, atMs) => {
      if (typeof money !== 'object' || money === null) return null
      const { value, currency } = money as { value: string; currency: string }
      const day = dateOf(atMs)
      const rates = exchangeRates
        .filter((rate) => rate.currency === currency && rate.from <= day)
        .sort((one, other) => (one.from < other.from ? -1 : 1))
      const rate = currency === center.currency ? 1 : rates.at(-1)?.rate
      if (rate === undefined) return null
      return exactly(value, String(rate), decimalsOf[center.currency] ?? 2)
    },
    dateOf,
    openMs: (key, fromMs, toMs) => {
      const queue = queueOf(key)
      if (!queue || toMs <= fromMs) return Math.max(0, toMs - fromMs)
      return openSpans(queue, fromMs, toMs).reduce(
        (sum, [opens, closes]) =>
          sum + Math.max(0, Math.min(closes, toMs) - Math.max(opens, fromMs)),
        0,
      )
    },
    reportsDelivery: (system) =>
      directory.sources.some(
        ({ source, reportsDelivery }) => reportsDelivery && source.startsWith(`${system}/`),
      ),
    dueAt: (key, fromMs, openMs) => {
      const queue = queueOf(key)
      if (!queue?.hours) return fromMs + openMs
      let left = openMs
      const farMs = fromMs + 60 * 86_400_000
      for (const [opens, closes] of openSpans(queue, fromMs, farMs)) {
        const startMs = Math.max(opens, fromMs)
        if (closes <= startMs) continue
        if (closes - startMs >= left) return startMs + left
        left -= closes - startMs
      }
      return Infinity
    },
  }
}
