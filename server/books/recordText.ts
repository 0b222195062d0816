/** A subject's record as the text that is stored: short, for it is written at every change. */
import type { Entry } from '../../shared/entry.ts'
import type { Fact, Report, SubjectKey, SubjectRecord } from '../engine/subject.ts'

/**
 * Lists where the record has objects, since names of fields would be most of the text and of the
 * time that making it takes; and on whose behalf entries are booked is said once for all of them.
 * What older releases stored is an object, the record as it is.
 */
type StoredRecord = readonly [
  form: typeof FORM,
  key: SubjectKey,
  version: number,
  facts: readonly StoredFact[],
  fed: readonly StoredFeed[],
  feeds: readonly StoredFeed[],
  behalves: readonly StoredBehalf[],
  booked: readonly StoredEntry[],
  open: boolean,
  firstAtMs: number,
  lastAtMs: number,
  unopened: number,
  flags: readonly string[],
  parts: readonly string[],
  silentAtMs: number | null,
  present: Pick<SubjectRecord, 'live' | 'accruals'>,
  /** Left out where it is 0. */
  touchedMs?: number,
]
const FORM = 2

type StoredFact = readonly [Fact['type'], string, string, ...StoredReport[]]
/** Nearly always the first four say all. */
type StoredReport =
  | readonly [string, string, number, Report['data']]
  | readonly [
      ...[string, string, number, Report['data']],
      ...[Report['recordedAtMs'], Report['sequence'], Report['provenance'], Report['precision']],
    ]
/** Whom it came from, or goes to. */
type StoredFeed = readonly [SubjectKey, string, Report['data']]
/** The subject last, left out where it is the record's own. */
type StoredBehalf = readonly [
  ...[Entry['queue'], Entry['agent'], Entry['team'], Entry['site'], Entry['channel']],
  ...[Entry['filters'], SubjectKey?],
]
/** The number of its behalf, counter, instant, amount; then what most have not: detail, span's end. */
type StoredEntry =
  | readonly [number, Entry['counter'], number, number]
  | readonly [number, Entry['counter'], number, number, string | null]
  | readonly [number, Entry['counter'], number, number, string | null, number]

/** `present` is the JSON of what the subject shows, which is stored by itself as well. */
export function recordText(record: SubjectRecord, present: string): string {
  const { key, version, facts, fed, feeds, booked, open, firstAtMs, lastAtMs } = record
  const { unopened, flags, parts, silentAtMs, touchedMs } = record
  const behalves: StoredBehalf[] = []
  const of: Entry[] = []
  const rest: Rest = [
    FORM,
    key,
    version,
    facts.map(storedFact),
    fed.map(({ from, id, data }) => [from, id, data]),
    feeds.map(({ to, id, data }) => [to, id, data]),
    behalves,
    booked.map((entry) => storedEntry(entry, behalfOf(entry, key, of, behalves))),
    open,
    firstAtMs,
    lastAtMs,
    unopened,
    flags,
    parts,
    silentAtMs,
  ]
  const touched = touchedMs === 0 ? '' : `,${String(touchedMs)}`
  return `${JSON.stringify(rest).slice(0, -1)},${present}${touched}]`
}
type Rest = StoredRecord extends readonly [...infer Before, unknown, unknown?] ? Before : never

const storedFact = ({ type, key, system, reports }: Fact): StoredFact => [
  ...([type, key, system] as const),
  ...reports.map(storedReport),
]

function storedReport(report: Report): StoredReport {
  const { source, id, atMs, data, recordedAtMs, sequence, provenance, precision } = report
  const isPlain =
    recordedAtMs === null && sequence === null && provenance === 'observed' && precision === 'ms'
  return isPlain
    ? [source, id, atMs, data]
    : [source, id, atMs, data, recordedAtMs, sequence, provenance, precision]
}

/** Further back than this a behalf is not looked for: it is then said again. */
const BEHALVES_BACK = 8

function behalfOf(entry: Entry, key: SubjectKey, of: Entry[], behalves: StoredBehalf[]): number {
  for (let at = of.length - 1; at >= Math.max(0, of.length - BEHALVES_BACK); at--) {
    const other = of[at]
    if (other && isOfSameBehalf(entry, other)) return at
  }
  const { queue, agent, team, site, channel, filters, subject } = entry
  of.push(entry)
  behalves.push(
    subject === key
      ? [queue, agent, team, site, channel, filters]
      : [queue, agent, team, site, channel, filters, subject],
  )
  return of.length - 1
}

const isOfSameBehalf = (a: Entry, b: Entry): boolean =>
  a.queue === b.queue &&
  a.agent === b.agent &&
  a.team === b.team &&
  a.site === b.site &&
  a.channel === b.channel &&
  a.filters === b.filters &&
  a.subject === b.subject

function storedEntry(entry: Entry, behalf: number): StoredEntry {
  const { counter, fromMs, toMs, amount, detail } = entry
  if (toMs !== fromMs) return [behalf, counter, fromMs, amount, detail, toMs]
  return detail === null
    ? [behalf, counter, fromMs, amount]
    : [behalf, counter, fromMs, amount, detail]
}

/** A record as it was stored, by this release or an older one; only the keeper writes them. */
export function parseRecord(text: string): SubjectRecord {
  const stored = JSON.parse(text) as StoredRecord | SubjectRecord
  return 'key' in stored ? { ...stored, touchedMs: 0 } : readRecord(stored)
}

function readRecord([
  ,
  key,
  version,
  facts,
  fed,
  feeds,
  behalves,
  booked,
  open,
  firstAtMs,
  lastAtMs,
  unopened,
  flags,
  parts,
  silentAtMs,
  { live, accruals },
  touchedMs = 0,
]: StoredRecord): SubjectRecord {
  return {
    key,
    version,
    facts: facts.map(([type, of, system, ...reports]) => ({
      ...{ type, key: of, system },
      reports: reports.map(readReport),
    })),
    fed: fed.map(([from, id, data]) => ({ from, id, data })),
    feeds: feeds.map(([to, id, data]) => ({ to, id, data })),
    booked: booked.map((entry) => readEntry(entry, key, behalves)),
    accruals,
    live,
    open,
    firstAtMs,
    lastAtMs,
    unopened,
    flags,
    parts,
    silentAtMs,
    touchedMs,
  }
}

function readReport(stored: StoredReport): Report {
  const [source, id, atMs, data] = stored
  const [, , , , recordedAtMs = null, sequence = null, provenance = 'observed', precision = 'ms'] =
    stored
  return { source, id, atMs, recordedAtMs, sequence, provenance, precision, data }
}

function readEntry(
  [behalf, counter, fromMs, amount, detail = null, toMs = fromMs]: StoredEntry,
  key: SubjectKey,
  behalves: readonly StoredBehalf[],
): Entry {
  const of = behalves[behalf]
  if (!of) throw new Error(`The record of ${key} books on a behalf that it does not have`)
  const [queue, agent, team, site, channel, filters, subject = key] = of
  return {
    counter,
    detail,
    fromMs,
    toMs,
    queue,
    agent,
    team,
    site,
    channel,
    filters,
    amount,
    subject,
  }
}
