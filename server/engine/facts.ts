import type { EventData, EventOf, EventType } from '../../shared/events/event.ts'
import { provenances } from '../../shared/events/fields.ts'
import { SECOND_MS } from '../../shared/time.ts'
import type { Fact, Report } from './subject.ts'

/**
 * Reports of facts: which one stands.
 *
 * A fact keeps every report of it. Which one stands is a total order over the set, never the order
 * of arrival, so that any permutation and any doubling of the same events says the same.
 */

/** A fact as it stands: the fields of its reports merged, at the instant that stands. */
export type Standing<Type extends EventType = EventType> = {
  type: Type
  key: string
  system: string
  atMs: number
  /** The report that gave the instant: its source and id order facts of one instant. */
  source: string
  id: string
  sequence: string | null
  data: EventData<Type>
}

/** What a fact.retracted voids: reports of a fact, by `factName`, recorded up to an instant. */
export type Retractions = ReadonlyMap<string, readonly number[]>

/** What makes reports reports of one fact, and by which it is taken back: system, type and key. */
export const factName = ({
  system,
  type,
  key,
}: Record<'system' | 'type' | 'key', string>): string => `${system} ${type}/${key}`

const recordedMs = (report: Report): number => report.recordedAtMs ?? report.atMs
/** The larger, the stronger. */
const rankOf = (report: Report): number => -provenances.indexOf(report.provenance)
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Negative where `b` stands over `a`: provenance, when recorded, when it happened, source, id. */
function compareReports(a: Report, b: Report): number {
  return (
    rankOf(a) - rankOf(b) ||
    recordedMs(a) - recordedMs(b) ||
    a.atMs - b.atMs ||
    compareText(a.source, b.source) ||
    compareText(a.id, b.id)
  )
}

/** A value that says nothing never replaces one that does. */
const says = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== 'unknown'

/** What a report says is the same to within its precision. */
const COARSE_MS = SECOND_MS

/** The reports of a fact that nobody took back. */
export function validReports(fact: Fact, retractions: Retractions): readonly Report[] {
  const voids = retractions.size > 0 ? retractions.get(factName(fact)) : undefined
  return voids
    ? fact.reports.filter((report) => !voids.some((atMs) => recordedMs(report) <= atMs))
    : fact.reports
}

/** The fact as it stands, or null where every report of it was retracted. */
export function standing(fact: Fact, retractions: Retractions): Standing | null {
  const reports = validReports(fact, retractions)
  const [only] = reports
  if (!only) return null
  if (reports.length === 1) return withReport(fact, only, only.data)

  const ranked = [...reports].sort(compareReports).reverse()
  const top = ranked[0] ?? only
  const data: Record<string, unknown> = {}
  for (const report of ranked) {
    for (const [field, value] of Object.entries(report.data)) {
      if (!says(data[field]) && (says(value) || data[field] === undefined)) data[field] = value
    }
  }
  // Of a coarse time and a finer one of the same second, the finer stands.
  const timed =
    top.precision === 's'
      ? (ranked.find(
          ({ precision, atMs }) => precision === 'ms' && Math.abs(atMs - top.atMs) <= COARSE_MS,
        ) ?? top)
      : top
  return withReport(fact, timed, data)
}

function withReport(fact: Fact, report: Report, data: Readonly<Record<string, unknown>>): Standing {
  return {
    type: fact.type,
    key: fact.key,
    system: fact.system,
    atMs: report.atMs,
    source: report.source,
    id: report.id,
    sequence: report.sequence,
    // The door checked each report's data by the schema of its type; merging takes whole fields.
    data,
  }
}

/** Whether a standing fact is of a type; narrows it. */
export function isOf<Type extends EventType>(fact: Standing, type: Type): fact is Standing<Type> {
  return fact.type === type
}

/** Facts of one instant happen in the order of a contact's life; others come before it. */
const lifeCycle: readonly EventType[] = [
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
  'contact.disposed',
  'contact.ended',
]

const lifeRanks = new Map<EventType, number>(lifeCycle.map((type, rank) => [type, rank]))
const lifeRank = (type: EventType): number => lifeRanks.get(type) ?? -1

const digits = /^\d{1,15}$/
function compareSequences(a: string | null, b: string | null): number {
  if (a === null || b === null) return 0
  return digits.test(a) && digits.test(b) ? Number(a) - Number(b) : compareText(a, b)
}

/** The order of facts within a subject: instant, the source's own order, life cycle, source, id. */
export function compareFacts(a: Standing, b: Standing): number {
  return (
    a.atMs - b.atMs ||
    (a.source === b.source ? compareSequences(a.sequence, b.sequence) : 0) ||
    lifeRank(a.type) - lifeRank(b.type) ||
    compareText(a.source, b.source) ||
    compareText(a.id, b.id)
  )
}

/**
 * Of facts that several sources report, the source to take them from: the best provenance, then
 * the finest precision, then the name. Null where there are none.
 */
export function bestSource(facts: readonly Pick<Fact, 'reports'>[]): string | null {
  let best: Report | null = null
  const isBetter = (report: Report, than: Report): boolean =>
    (rankOf(report) - rankOf(than) ||
      Number(report.precision === 'ms') - Number(than.precision === 'ms') ||
      compareText(than.source, report.source)) > 0
  for (const { reports } of facts) {
    for (const report of reports) if (!best || isBetter(report, best)) best = report
  }
  return best?.source ?? null
}

/** An accepted event as a report. */
export function reportOf(event: EventOf<EventType>): Report {
  const { id, source, atMs, recordedAtMs, sequence } = event
  const said = event.data as Partial<Pick<Report, 'provenance' | 'precision'>>
  return {
    source,
    id,
    atMs,
    recordedAtMs: recordedAtMs ?? null,
    sequence: sequence ?? null,
    provenance: said.provenance ?? 'observed',
    precision: said.precision ?? 'ms',
    data: dataOf(said),
  }
}

/** What is said apart from how it is known; nearly always that is all, and needs no copy. */
function dataOf(said: Partial<Pick<Report, 'provenance' | 'precision'>>): Report['data'] {
  if (said.provenance === undefined && said.precision === undefined) return said
  const { provenance: _how, precision: _howFine, ...data } = said
  return data
}
