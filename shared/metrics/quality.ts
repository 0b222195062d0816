import { krippendorffAlpha } from '../agreement.ts'
import { balanceMetric, everywhere, ratio } from './metric.ts'
import type { DetailMetric } from './metric.ts'

/**
 * What evaluators found. A score is dated when the contact was handled, so that a dispute settled
 * in March changes February. Calibration, where several evaluators score one contact, is in no
 * score: it tells how far they agree.
 */

const score = {
  group: 7,
  unit: 'ratio',
  attribution: 'when the contact was handled, revised scores as well',
  better: 'higher',
  scopes: everywhere,
} as const
const calls = { ...score, byChannel: true, empty: 'no call of the time was evaluated' } as const
const emails = { ...score, byChannel: false, empty: 'no email of the time was evaluated' } as const
const sectionEmpty = 'no evaluation of the time has the section'

const critical =
  'a critical failure makes a score 0 (a setting; `raw` keeps it), disputed ones count, withdrawn ' +
  'ones and calibration do not'

/** Points over points possible; 0 after a critical failure, unless the center says otherwise. [D] */
export const callQualityScore = balanceMetric({
  ...calls,
  name: 'Call quality score',
  nameJa: '応対品質スコア(通話)',
  formula: `sum(score) / sum(possible) over evaluations of the channel; ${critical}`,
  parts: {
    score: ['callQualityPoints'],
    possible: ['callQualityPossible'],
    raw: ['callQualityRawPoints'],
  },
  beside: ['raw'],
  value: ({ score: points, possible }) => ratio(points, possible),
})

/** The same of emails, which are no call whatever channel is asked for. [D] */
export const emailQualityScore = balanceMetric({
  ...emails,
  name: 'Email quality score',
  nameJa: '応対品質スコア(メール)',
  formula: `sum(score) / sum(possible) over evaluations of emails; ${critical}`,
  parts: {
    score: ['emailQualityPoints'],
    possible: ['emailQualityPossible'],
    raw: ['emailQualityRawPoints'],
  },
  beside: ['raw'],
  value: ({ score: points, possible }) => ratio(points, possible),
})

type Section = 'ProductKnowledge' | 'TechnicalKnowledge' | 'Communication' | 'ProblemSolving'

/** One section's own score, as given: a critical failure elsewhere says nothing of it. */
const sectionScore = (kind: 'call' | 'email', section: Section, name: string, nameJa: string) =>
  balanceMetric({
    ...(kind === 'call' ? calls : emails),
    empty: sectionEmpty,
    name: `${kind === 'call' ? 'Call' : 'Email'} quality: ${name}`,
    nameJa: `応対品質(${kind === 'call' ? '通話' : 'メール'}): ${nameJa}`,
    formula:
      `sum(score) / sum(possible) of the section ${section.charAt(0).toLowerCase()}` +
      `${section.slice(1)}, as given: a critical failure leaves it`,
    parts: { score: [`${kind}${section}Points`], possible: [`${kind}${section}Possible`] },
    value: ({ score: points, possible }) => ratio(points, possible),
  })

/** Whether the agent knows the products. [D] */
export const callQualityProductKnowledge = sectionScore(
  'call',
  'ProductKnowledge',
  'product knowledge',
  '商品知識',
)
/** Whether the agent knows how they work. [D] */
export const callQualityTechnicalKnowledge = sectionScore(
  'call',
  'TechnicalKnowledge',
  'technical knowledge',
  '技術知識',
)
/** Whether the agent listens and is understood. [D] */
export const callQualityCommunication = sectionScore(
  'call',
  'Communication',
  'communication',
  'コミュニケーション',
)
/** Whether the agent finds out what is wrong, and a way. [D] */
export const callQualityProblemSolving = sectionScore(
  'call',
  'ProblemSolving',
  'problem solving',
  '問題解決',
)
/** Whether the writer knows the products. [D] */
export const emailQualityProductKnowledge = sectionScore(
  'email',
  'ProductKnowledge',
  'product knowledge',
  '商品知識',
)
/** Whether the writer knows how they work. [D] */
export const emailQualityTechnicalKnowledge = sectionScore(
  'email',
  'TechnicalKnowledge',
  'technical knowledge',
  '技術知識',
)
/** Whether the writer is understood. [D] */
export const emailQualityCommunication = sectionScore(
  'email',
  'Communication',
  'communication',
  'コミュニケーション',
)
/** Whether the writer finds out what is wrong, and a way. [D] */
export const emailQualityProblemSolving = sectionScore(
  'email',
  'ProblemSolving',
  'problem solving',
  '問題解決',
)

const counted = {
  group: 7,
  unit: 'count',
  byChannel: false,
  empty: null,
  scopes: everywhere,
} as const

/** Evaluations that score somebody, of every channel; each once, however often revised. [+] */
export const evaluationsCompleted = balanceMetric({
  ...counted,
  name: 'Evaluations',
  nameJa: '評価件数',
  formula: 'n(evaluations released and not withdrawn); calibration is not counted',
  attribution: 'at the first release of the evaluation',
  better: 'higher',
  parts: { evaluations: ['evaluationsCompleted'] },
  value: ({ evaluations }) => evaluations,
})

/** Evaluations that found something that must not happen. [+] */
export const criticalFailures = balanceMetric({
  ...counted,
  name: 'Critical failures',
  nameJa: '重大ミス数',
  formula: 'n(evaluations with a critical failure, released and not withdrawn)',
  attribution: 'when the contact was handled',
  better: 'lower',
  parts: { failures: ['criticalFailures'] },
  value: ({ failures }) => failures,
})

/**
 * How far evaluators agree on the contacts that several of them scored for calibration: 1 is one
 * voice, 0 is chance. Null: no contact was scored twice, or all scores are one and the same. [+]
 */
export const evaluatorAgreement: DetailMetric = {
  kind: 'detail',
  group: 7,
  unit: 'alpha',
  byChannel: false,
  name: 'Agreement between evaluators',
  nameJa: '評価者間一致度',
  formula:
    "Krippendorff's alpha (interval) of score / possible over contacts that two or more " +
    'evaluations for calibration are about',
  attribution: 'when the contact was handled',
  empty: 'no contact was scored by two evaluators for calibration, or all scores are the same',
  better: 'higher',
  scopes: ['center'],
  counter: 'calibratedScores',
  part: 'calibrated',
  value: (byScore) => krippendorffAlpha(unitsOf(byScore).values()),
}

/** Each contact's scores, from how often each was given: `contact/pbx/1#42 0.8500` → 2. */
function unitsOf(byScore: ReadonlyMap<string, number>): Map<string, number[]> {
  const units = new Map<string, number[]>()
  for (const [detail, times] of byScore) {
    const space = detail.lastIndexOf(' ')
    const contact = detail.slice(0, space)
    const score = Number(detail.slice(space + 1))
    const scores = units.get(contact) ?? []
    for (let time = 0; time < times; time++) scores.push(score)
    units.set(contact, scores)
  }
  return units
}
