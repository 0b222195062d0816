import type { CounterId } from '../../../shared/counters.ts'
import { POINT } from '../../../shared/counters/counter.ts'
import { isInTopBoxes, placeOnScale, recommends, usualScales } from '../../../shared/surveyScore.ts'
import { isOf } from '../facts.ts'
import type { Standing } from '../facts.ts'
import type { SubjectKey } from '../subject.ts'
import { creditedIn, creditFrom, namedContacts } from './contactCredit.ts'
import { nothingDerived } from './kind.ts'
import type { Booking, DeriveInput, Derived, Kind } from './kind.ts'

/**
 * A survey: somebody was asked, and perhaps answered.
 *
 *     sent ──► answered (the last answer stands)
 *
 * What was answered counts at the answer, whether it was sent is another matter: a survey at the
 * end of a call has no send. An answer to the question whether it was settled at once goes to the
 * matter of its contact.
 */
export const survey: Kind = { version: 1, derive: deriveSurvey }

/** What a customer said of whether a contact settled the matter. */
export type AnswerFeed = { contact: SubjectKey; atMs: number; resolved: boolean }

type Answered = Standing<'survey.answered'>

function deriveSurvey(input: DeriveInput): Derived {
  const { standing, settings } = input
  const sent = standing.find((fact) => isOf(fact, 'survey.sent'))
  const answered = standing.find((fact) => isOf(fact, 'survey.answered'))
  const contactFact = answered?.data.contactId === undefined ? sent : answered
  const contactId = contactFact?.data.contactId
  const named =
    contactFact && contactId !== undefined
      ? namedContacts(contactId, contactFact.source, settings)
      : []
  const credit = creditFrom(input.fed, named)
  const who = {
    agent: answered?.data.agent ?? sent?.data.agent ?? credit?.agent ?? null,
    queue: answered?.data.queue ?? sent?.data.queue ?? credit?.queue ?? null,
  }

  const bookings: Booking[] = []
  const book = (counter: CounterId, atMs: number, amount = 1) => {
    if (amount === 0) return
    const dimensions = creditedIn(settings, who, atMs)
    bookings.push({ counter, detail: null, fromMs: atMs, toMs: atMs, amount, ...dimensions })
  }
  if (sent) {
    book('surveysSent', sent.atMs)
    if (answered) book('surveysSentAnswered', sent.atMs)
  }
  if (answered) bookAnswer(answered, book)
  const isUnknown = named.length > 0 && credit === null
  return {
    ...nothingDerived,
    bookings,
    feeds: answered && credit ? answerFeeds(answered, credit) : [],
    unopened: isUnknown ? 1 : 0,
    flags: isUnknown ? [`the contact that it names is not known: ${contactId ?? ''}`] : [],
  }
}

/** An answer without a score, such as a comment alone, is in no score. */
function bookAnswer(
  { atMs, data }: Answered,
  book: (counter: CounterId, atMs: number, amount?: number) => void,
): void {
  const { audience, kind, score, scale = usualScales[kind] } = data
  if (score === undefined) return
  const place = Math.round(placeOnScale(score, scale) * POINT)
  switch (kind) {
    case 'csat':
      book(`${audience}CsatAnswers`, atMs)
      if (isInTopBoxes(score, scale)) book(`${audience}CsatTop`, atMs)
      book(`${audience}CsatPlaces`, atMs, place)
      return
    case 'nps': {
      book(`${audience}NpsAnswers`, atMs)
      const says = recommends(score)
      if (says === 'promoter') book(`${audience}NpsPromoters`, atMs)
      if (says === 'detractor') book(`${audience}NpsDetractors`, atMs)
      return
    }
    case 'ces':
      book(`${audience}CesAnswers`, atMs)
      book(`${audience}CesPlaces`, atMs, place)
      return
    case 'fcr':
      // What it says is about the matter, which judges it with the other contacts about it.
      return
  }
}

function answerFeeds(
  { atMs, data }: Answered,
  { contact, matter }: NonNullable<ReturnType<typeof creditFrom>>,
): Derived['feeds'] {
  const { kind, score, scale = usualScales[kind] } = data
  if (kind !== 'fcr' || score === undefined || matter === null) return []
  const answer: AnswerFeed = { contact, atMs, resolved: isInTopBoxes(score, scale) }
  return [{ to: matter, id: 'answer', data: answer }]
}
