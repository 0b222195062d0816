import type { Event } from '../../shared/events/event.ts'
import type { World } from './world.ts'

/**
 * Facts from reports, as "How facts combine" of events.md has it: a fact keeps every report; which
 * one stands is a total order, field by field; a coarse time gives way to a finer one within a
 * second; what is retracted is void unless it was reported again later.
 */
export type Data = Readonly<Record<string, unknown>>
export type Fact = {
  type: string
  system: string
  /** Its key as events.md writes it, without the instant. */
  name: string
  atMs: number
  sequence: string | null
  /** The best of its reports. */
  provenance: number
  isCoarse: boolean
  source: string
  id: string
  data: Data
}

const strength = ['configured', 'derived', 'observed', 'reconciled', 'manual']
const strengthOf = (data: Data) =>
  strength.indexOf((data['provenance'] as string | undefined) ?? 'observed')
const recordedOf = (event: Event) => event.recordedAtMs ?? event.atMs
const isCoarse = (event: Event) => (event.data as Data)['precision'] === 's'

/** The first two segments of a source. */
const systemOf = (source: string): string =>
  '/' +
  source
    .split('/')
    .filter((part) => part !== '')
    .slice(0, 2)
    .join('/')

/** An id of another system is written `/system#id`. */
export function reference(text: string, own: string): { system: string; id: string } {
  const hash = text.indexOf('#')
  return text.startsWith('/') && hash > 0
    ? { system: text.slice(0, hash), id: text.slice(hash + 1) }
    : { system: own, id: text }
}

/** Each type's key, and whether the instant is part of it (`@`). */
export function nameOf(event: Event): { name: string; isDated: boolean } {
  const data = event.data as Record<string, string | undefined>
  const field = (name: string) => data[name] ?? ''
  const named = (name: string, isDated = false) => ({ name, isDated })
  switch (event.type) {
    case 'contact.started':
    case 'contact.ended':
      return named(field('contactId'))
    case 'contact.queued':
    case 'contact.dequeued':
      return named(field('visitId'))
    case 'contact.offered':
    case 'contact.offerEnded':
      return named(field('offerId'))
    case 'contact.connected':
    case 'contact.disconnected':
    case 'contact.wrapUpStarted':
    case 'contact.wrapUpEnded':
      return named(field('legId'))
    case 'contact.held':
    case 'contact.resumed':
      return named(field('legId'), true)
    case 'contact.transferred':
      return named(field('fromLegId'), true)
    case 'contact.disposed':
      return named(`${field('contactId')}/${field('legId')}`, true)
    case 'callback.changed':
      return named(`${field('callbackId')}/${field('state')}`, true)
    case 'outbound.attempted':
    case 'outbound.completed':
      return named(field('attemptId'))
    case 'agent.stateChanged':
      return named(field('agent'), true)
    case 'agent.queueChanged':
      return named(`${field('agent')}/${field('queue')}/${field('action')}`, true)
    case 'agent.scheduled':
      return named(`${field('agent')}/${field('day')}`)
    case 'message.recorded':
      return named(`${field('messageId')}/${field('direction')}`)
    case 'message.tracked':
      return named(`${field('messageId')}/${field('track')}`)
    case 'case.changed':
      return named(`${field('caseId')}/${field('field')}`, true)
    case 'lead.changed':
      return named(`${field('leadId')}/${field('change')}`, true)
    case 'opportunity.changed':
      return named(`${field('opportunityId')}/${field('change')}`, true)
    case 'quote.changed':
      return named(`${field('quoteId')}/${field('document')}/${field('change')}`, true)
    case 'order.changed':
      return named(`${field('orderId')}/${field('change')}`, true)
    case 'customer.changed':
      return named(`${field('account')}/${field('change')}`, true)
    case 'activity.recorded':
      return named(`${field('activityId')}/${field('kind')}`)
    case 'cost.recorded':
      return named(field('costId'))
    case 'evaluation.recorded':
      return named(field('evaluationId'), true)
    case 'survey.sent':
    case 'survey.answered':
      return named(field('responseId'))
    case 'source.snapshot':
      return named(`${event.source}/${field('scope')}`, true)
    case 'source.gap':
      return named(event.source, true)
    case 'source.restarted':
      return named(systemOf(event.source), true)
    case 'fact.retracted':
      return named(`${field('type')}/${field('key')}`)
  }
}

/** The system that a report's ids belong to, with the ids bare. */
function bareOf(event: Event, world: World): { system: string; event: Event } {
  const own = systemOf(event.source)
  const referred = () => {
    const source = world.directory.sources.find((one) => one.source === event.source)
    return systemOf(source?.refersTo ?? event.source)
  }
  if (event.type === 'fact.retracted' && event.data.type.startsWith('contact.')) {
    const { system, id } = reference(event.data.key, referred())
    return { system, event: { ...event, data: { ...event.data, key: id } } }
  }
  const { contactId } = event.data as { contactId?: string }
  if (!event.type.startsWith('contact.') || contactId === undefined) return { system: own, event }
  const { system } = reference(contactId, referred())
  const ids = ['contactId', 'visitId', 'offerId', 'legId', 'fromLegId']
  const data = Object.fromEntries(
    Object.entries(event.data).map(([name, value]) =>
      ids.includes(name) ? [name, reference(String(value), system).id] : [name, value],
    ),
  )
  return { system, event: { ...event, data } as Event }
}

/** The larger stands. */
function compareReports(one: Event, other: Event): number {
  return (
    strengthOf(one.data) - strengthOf(other.data) ||
    recordedOf(one) - recordedOf(other) ||
    one.atMs - other.atMs ||
    compareText(one.source, other.source) ||
    compareText(one.id, other.id)
  )
}
export const compareText = (one: string, other: string): number =>
  one < other ? -1 : one > other ? 1 : 0

const saysNothing = (value: unknown) => value === undefined || value === 'unknown'

/** Whether two reports say nothing that the other contradicts. */
function agree(one: Event, other: Event): boolean {
  const [a, b] = [one.data as Data, other.data as Data]
  return Object.keys(a).every(
    (name) =>
      ['provenance', 'precision'].includes(name) ||
      saysNothing(a[name]) ||
      saysNothing(b[name]) ||
      JSON.stringify(a[name]) === JSON.stringify(b[name]),
  )
}
const ONE_SECOND = 1_000

/** A loss that nobody saw is no more than a guess. */
const isSupposedLoss = ({ type, data }: Event) =>
  type === 'contact.ended' &&
  (data as Data)['final'] === 'lost' &&
  strengthOf(data) < strength.indexOf('observed')

function standing(system: string, name: string, reports: readonly Event[]): Fact {
  const seen = reports.filter((report) => !isSupposedLoss(report))
  const ranked = [...(seen.length > 0 ? seen : reports)].sort(compareReports)
  const top = ranked.at(-1)!
  const data: Record<string, unknown> = {}
  for (const report of ranked) {
    for (const [field, value] of Object.entries(report.data)) {
      if (!saysNothing(value) || data[field] === undefined) data[field] = value
    }
  }
  const finer = ranked.findLast(
    (report) =>
      isCoarse(top) &&
      !isCoarse(report) &&
      Math.abs(report.atMs - top.atMs) <= ONE_SECOND &&
      agree(report, top),
  )
  const timed = finer ?? top
  return {
    type: top.type,
    system,
    name,
    atMs: timed.atMs,
    sequence: timed.sequence ?? null,
    provenance: strengthOf(top.data),
    isCoarse: isCoarse(timed),
    source: timed.source,
    id: timed.id,
    data,
  }
}

/** What a snapshot asserts: who waits and talks, worked out from it, and in which state agents are. */
function asserted(event: Event): Event[] {
  if (event.type !== 'source.snapshot') return [event]
  const { scope, items } = event.data
  const told = items.flatMap(({ since = event.atMs, ...item }, index) => {
    const is = (...fields: string[]) => fields.every((field) => field in item)
    const type =
      scope === 'contacts'
        ? is('contactId', 'legId', 'agent')
          ? 'contact.connected'
          : 'contact.queued'
        : is('agent', 'queue', 'action')
          ? 'agent.queueChanged'
          : 'agent.stateChanged'
    const provenance = scope === 'contacts' ? 'derived' : 'observed'
    const id = `${event.id}#${String(index)}`
    return [{ ...event, id, type, atMs: since, data: { ...item, provenance } } as Event]
  })
  return [event, ...told]
}

export function factsOf(events: readonly Event[], world: World): Fact[] {
  const seen = new Set<string>()
  const delivered = events
    .filter(({ source, id }) => seen.size !== seen.add(`${source} ${id}`).size)
    .flatMap(asserted)
    .map((event) => bareOf(event, world))

  /** Up to when reports of a fact are void, by its type and key as events.md writes it. */
  const voidUntil = new Map<string, number>()
  for (const { system, event } of delivered) {
    if (event.type !== 'fact.retracted') continue
    const { type, key } = event.data
    const at = key.lastIndexOf('@')
    const instant = at === -1 ? NaN : Date.parse(key.slice(at + 1))
    const plain = Number.isNaN(instant) ? key : `${key.slice(0, at)}@${String(instant)}`
    const voided = `${system} ${type}/${plain}`
    voidUntil.set(voided, Math.max(voidUntil.get(voided) ?? -Infinity, recordedOf(event)))
  }

  const groups = new Map<string, { system: string; name: string; reports: Event[] }>()
  const coarse: { system: string; name: string; event: Event }[] = []
  for (const { system, event } of delivered) {
    const { name, isDated } = nameOf(event)
    const key = isDated ? `${name}@${String(event.atMs)}` : name
    if (recordedOf(event) <= (voidUntil.get(`${system} ${event.type}/${key}`) ?? -Infinity)) {
      continue
    }
    if (isDated && isCoarse(event)) {
      coarse.push({ system, name, event })
      continue
    }
    const group = `${system} ${event.type} ${key}`
    const held = groups.get(group) ?? { system, name, reports: [] }
    groups.set(group, { ...held, reports: [...held.reports, event] })
  }
  for (const { system, name, event } of coarse) {
    const finer = [...groups.values()].find(
      (group) =>
        group.system === system &&
        group.name === name &&
        group.reports.some(
          (report) =>
            report.type === event.type &&
            !isCoarse(report) &&
            Math.abs(report.atMs - event.atMs) <= ONE_SECOND &&
            agree(report, event),
        ),
    )
    if (finer) {
      finer.reports.push(event)
      continue
    }
    const group = `${system} ${event.type} ${name}@${String(event.atMs)}`
    const held = groups.get(group) ?? { system, name, reports: [] }
    groups.set(group, { ...held, reports: [...held.reports, event] })
  }
  return [...groups.values()].map(({ system, name, reports }) => standing(system, name, reports))
}

const lifeCycle = [
  'contact.started',
  'contact.queued',
  'contact.offered',
  'contact.offerEnded',
  'contact.dequeued',
  'contact.connected',
  'contact.held',
  'contact.resumed',
  'contact.transferred',
  'contact.disconnected',
  'contact.wrapUpStarted',
  'contact.wrapUpEnded',
  'contact.ended',
]

/** In the order in which they happened. */
export function inOrder(facts: readonly Fact[]): Fact[] {
  return [...facts].sort(
    (one, other) =>
      one.atMs - other.atMs ||
      (one.source === other.source ? Number(one.sequence) - Number(other.sequence) || 0 : 0) ||
      lifeCycle.indexOf(one.type) - lifeCycle.indexOf(other.type) ||
      compareText(one.source, other.source) ||
      compareText(one.id, other.id),
  )
}

/** Of several sources that tell of the same thing, the one to take: best provenance, then finest. */
export function fromOneSource(facts: readonly Fact[]): Fact[] {
  const sources = [...new Set(facts.map(({ source }) => source))].sort((one, other) => {
    const best = (source: string) =>
      Math.max(...facts.filter((fact) => fact.source === source).map((fact) => fact.provenance))
    const finest = (source: string) =>
      facts.some((fact) => fact.source === source && !fact.isCoarse) ? 1 : 0
    return best(other) - best(one) || finest(other) - finest(one) || compareText(one, other)
  })
  return facts.filter(({ source }) => source === sources[0])
}

export const text = (fact: Fact | undefined, field: string): string | null => {
  const value = fact?.data[field]
  return typeof value === 'string' ? value : null
}
export const number = (fact: Fact | undefined, field: string): number | null => {
  const value = fact?.data[field]
  return typeof value === 'number' ? value : null
}
