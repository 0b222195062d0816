import type { CounterId } from '../../../shared/counters.ts'
import { POINT } from '../../../shared/counters/counter.ts'
import { isOf } from '../facts.ts'
import type { Standing } from '../facts.ts'
import { creditedIn, creditFrom, namedContacts } from './contactCredit.ts'
import { nothingDerived } from './kind.ts'
import type { Booking, DeriveInput, Derived, Kind } from './kind.ts'

/**
 * An evaluation: what an evaluator thinks of how a contact was handled.
 *
 *     released ──► disputed ──► revised ──► …        withdrawn: as if it had never been
 *
 * Its last report stands, whole: a revised score takes the place of the first, at the instant at
 * which the contact was handled. One for calibration scores nobody; it tells how evaluators agree.
 */
export const evaluation: Kind = { version: 1, derive: deriveEvaluation }

type Recorded = Standing<'evaluation.recorded'>

const inPoints = (points: number): number => Math.round(points * POINT)

/** The sections that are scores of their own; a form may have others, which the total holds. */
const sectionCounters = {
  productKnowledge: 'ProductKnowledge',
  technicalKnowledge: 'TechnicalKnowledge',
  communication: 'Communication',
  problemSolving: 'ProblemSolving',
} as const
const isSection = (id: string): id is keyof typeof sectionCounters =>
  Object.hasOwn(sectionCounters, id)

function deriveEvaluation(input: DeriveInput): Derived {
  const reports = input.standing.filter((fact) => isOf(fact, 'evaluation.recorded'))
  const last = reports.at(-1)
  if (!last) return nothingDerived
  const { settings } = input
  const { contactId } = last.data
  const named = contactId === undefined ? [] : namedContacts(contactId, last.source, settings)
  const [contact] = named
  const credit = creditFrom(input.fed, named)
  const isUnknown = contact !== undefined && credit === null
  const who = { agent: last.data.agent, queue: credit?.queue ?? null }

  const bookings: Booking[] = []
  const book: Book = (counter, amount, more = {}) => {
    const { atMs = last.data.handledAt, detail = null } = more
    if (amount === 0) return
    bookings.push({
      counter,
      detail,
      fromMs: atMs,
      toMs: atMs,
      amount,
      ...creditedIn(settings, who, atMs),
      channel: more.ofChannel === true ? last.data.channel : null,
    })
  }
  const isWithdrawn = last.data.status === 'withdrawn'
  if (!isWithdrawn && last.data.purpose === 'calibration') {
    if (contact !== undefined) {
      const share = last.data.possible === 0 ? 0 : scoreOf(input, last) / last.data.possible
      const detail = `${contact} ${share.toFixed(4)}`
      book('calibratedScores', 1, { detail })
    }
  } else if (!isWithdrawn) {
    bookScores(input, last, book)
    const released = reports.find(({ data }) => data.status !== 'withdrawn')
    book('evaluationsCompleted', 1, { atMs: (released ?? last).atMs })
    if (last.data.criticalFailure === true) book('criticalFailures', 1)
  }
  return {
    ...nothingDerived,
    bookings,
    unopened: isUnknown ? 1 : 0,
    flags: isUnknown ? [`the contact that it names is not known: ${contactId ?? ''}`] : [],
  }
}

type Book = (
  counter: CounterId,
  amount: number,
  more?: { atMs?: number; detail?: string; ofChannel?: true },
) => void

/** The score that counts: a critical failure makes it 0 where the center says so. */
function scoreOf({ settings }: DeriveInput, { data }: Recorded): number {
  const { criticalFailureScoresZero } = settings.centerAt(data.handledAt)
  return data.criticalFailure === true && criticalFailureScoresZero ? 0 : data.score
}

function bookScores(input: DeriveInput, last: Recorded, book: Book): void {
  const { channel, score, possible, sections } = last.data
  const kind = channel === 'email' ? 'email' : 'call'
  // A mail is a mail; what else was handled is narrowed by its channel.
  const more = kind === 'email' ? {} : ({ ofChannel: true } as const)
  book(`${kind}QualityPoints`, inPoints(scoreOf(input, last)), more)
  book(`${kind}QualityRawPoints`, inPoints(score), more)
  book(`${kind}QualityPossible`, inPoints(possible), more)
  for (const section of sections) {
    if (!isSection(section.id)) continue
    const name = sectionCounters[section.id]
    book(`${kind}${name}Points`, inPoints(section.score), more)
    book(`${kind}${name}Possible`, inPoints(section.possible), more)
  }
}
