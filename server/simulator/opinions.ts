/** What evaluators and customers think of the work: QA scores and survey answers. */
import { HOUR_MS, MINUTE_MS } from '../../shared/time.ts'
import type { Channel } from '../../shared/events/fields.ts'
import type { Random } from './random.ts'
import { isoOf, type Said } from './told.ts'

type Evaluation = Said<'evaluation.recorded'>
type Survey = Said<'survey.sent'>

/** What was done, and by whom, that somebody judges. */
export type Judged = {
  /** The name of the contact or the mail, in every id that is made of it. */
  id: string
  contactId: string | null
  channel: Channel
  agent: string
  queue: string
  handledMs: number
}

type SayEvaluation = (afterMs: number, data: Evaluation) => void

const evaluators = ['qa.mori', 'qa.becker', 'qa.lindqvist'] as const
const FORMS: Readonly<Partial<Record<Channel, string>>> = { email: 'email', voice: 'call' }
const sections = ['productKnowledge', 'technicalKnowledge', 'communication', 'problemSolving']
/** Points of a section; a form has one hundred. */
const SECTION_POSSIBLE = 25
/** How good the work is on average, and how far one piece of it lies from that. */
const LEAST_QUALITY = 0.62
const MOST_QUALITY = 1
const CRITICAL = 0.04
const DISPUTED = 0.06
const REVISED = 0.6
const WITHDRAWN = 0.01
/** Two evaluators of one contact agree this closely, in points of a section. */
const DISAGREEMENT = 2
/** How long after the work the score is there; never so late that its day is over for good. */
const SCORED_MS: readonly [number, number] = [20 * MINUTE_MS, 150 * MINUTE_MS]
const DISPUTED_MS: readonly [number, number] = [10 * MINUTE_MS, 40 * MINUTE_MS]

/** A score for a piece of work, told with what becomes of it. */
export function evaluate(judged: Judged, random: Random, say: SayEvaluation): void {
  const evaluation = {
    ...formOf(judged),
    ...{ evaluationId: `${judged.id}/qa`, evaluator: random.pick(evaluators) },
    ...scored(random, () => 0),
    ...(random.chance(CRITICAL) ? { criticalFailure: true } : {}),
  }
  let afterMs = random.between(...SCORED_MS)
  say(afterMs, { ...evaluation, status: 'released' })
  if (random.chance(WITHDRAWN)) {
    say(afterMs + random.between(...DISPUTED_MS), { ...evaluation, status: 'withdrawn' })
  } else if (random.chance(DISPUTED)) {
    afterMs += random.between(...DISPUTED_MS)
    say(afterMs, { ...evaluation, status: 'disputed' })
    const isRevised = random.chance(REVISED)
    const values = isRevised ? scored(random, () => 2) : {}
    const status = isRevised ? 'revised' : 'released'
    say(afterMs + random.between(...DISPUTED_MS) / 2, { ...evaluation, ...values, status })
  }
}

/** One piece of work, scored by two people so that they can compare. */
export function calibrate(judged: Judged, random: Random, say: SayEvaluation): void {
  const seen = scored(random, () => 0)
  for (const [i, evaluator] of evaluators.slice(0, 2).entries()) {
    const own = seen.sections.map(({ id, score, possible }) => ({
      ...{ id, possible },
      score: Math.min(possible, Math.max(0, score - i * random.below(DISAGREEMENT + 1))),
    }))
    say(random.between(...SCORED_MS), {
      ...formOf(judged),
      ...{ evaluationId: `${judged.id}/calibration-${i + 1}`, evaluator },
      ...{ sections: own, ...totalOf(own), purpose: 'calibration', status: 'released' },
    })
  }
}

const formOf = ({ channel, agent, contactId, handledMs }: Judged) => ({
  ...{ form: FORMS[channel] ?? 'message', formVersion: '1', channel, agent },
  ...(contactId === null ? {} : { contactId }),
  handledAt: isoOf(handledMs),
})

type Section = { id: string; score: number; possible: number }

function scored(random: Random, extra: () => number) {
  const quality = random.between(LEAST_QUALITY, MOST_QUALITY)
  const own = sections.map((id) => {
    const points = SECTION_POSSIBLE * quality + random.between(-4, 4) + extra()
    return {
      ...{ id, possible: SECTION_POSSIBLE },
      score: Math.min(SECTION_POSSIBLE, Math.max(0, Math.round(points))),
    }
  })
  return { sections: own, ...totalOf(own) }
}

const totalOf = (own: readonly Section[]) => ({
  score: own.reduce((sum, { score }) => sum + score, 0),
  possible: own.reduce((sum, { possible }) => sum + possible, 0),
})

/** The kinds of questions, the likeliest first, each with its scale. */
const questions = [
  { kind: 'csat', share: 0.55, min: 1, max: 5 },
  { kind: 'nps', share: 0.25, min: 0, max: 10 },
  { kind: 'ces', share: 0.12, min: 1, max: 7 },
  { kind: 'fcr', share: 1, min: 0, max: 1 },
] as const
/** How an answer lies between the worst and the best: most people are content. */
const CONTENT = 0.36
const comments = ['Thank you!', 'It took too long.', 'Very friendly.', 'Not solved yet.'] as const
const COMMENTED = 0.12
/** Most who answer do so at once. */
const ANSWERED_MEDIAN_MS = 12 * MINUTE_MS
const ANSWERED_SIGMA = 1
const LATEST_ANSWER_MS = 2.5 * HOUR_MS

export type Asked = Pick<Survey, 'responseId' | 'audience' | 'contactId' | 'agent' | 'queue'>

/** A survey is sent, and perhaps answered; `answered` is the share of those who do. */
export function ask(
  asked: Asked,
  answered: number,
  random: Random,
  say: (afterMs: number, type: 'survey.sent' | 'survey.answered', data: Survey) => void,
): void {
  const roll = random.next()
  let sum = 0
  const { kind, min, max } = questions.find(({ share }) => roll < (sum += share)) ?? questions[0]
  const survey = { ...asked, survey: `after-${kind}`, kind, scale: { min, max } }
  const sentMs = random.between(1, 4) * MINUTE_MS
  say(sentMs, 'survey.sent', survey)
  if (!random.chance(answered)) return
  const contentment = random.next() ** CONTENT
  const score = Math.min(max, Math.floor(min + contentment * (max - min + 1)))
  const waitedMs = Math.min(random.logNormal(ANSWERED_MEDIAN_MS, ANSWERED_SIGMA), LATEST_ANSWER_MS)
  say(sentMs + waitedMs, 'survey.answered', {
    ...{ ...survey, score },
    ...(random.chance(COMMENTED) ? { comment: random.pick(comments) } : {}),
  })
}
