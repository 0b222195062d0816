/** What a survey's score says, by its kind and scale. */

export const surveyKinds = ['csat', 'nps', 'ces', 'fcr'] as const
export type SurveyKind = (typeof surveyKinds)[number]
export type Scale = { min: number; max: number }

/**
 * The scale of a survey that does not tell its own: the usual one of its kind. `fcr` asks whether
 * it was settled at once: 0 no, 1 yes.
 */
export const usualScales: Readonly<Record<SurveyKind, Scale>> = {
  csat: { min: 1, max: 5 },
  nps: { min: 0, max: 10 },
  ces: { min: 1, max: 7 },
  fcr: { min: 0, max: 1 },
}

/** A scale with fewer points than this has one top box and not two. */
const TWO_BOXES_FROM = 4

/** Why a score cannot be taken for what it says it is, in words; null: it can. */
export function scoreFault(kind: SurveyKind, score: number, given: Scale | undefined) {
  const scale = given ?? usualScales[kind]
  if (kind === 'nps') {
    const isOfNps = scale.max === 10 && (scale.min === 0 || scale.min === 1)
    if (!isOfNps) return 'of kind nps must lie on a scale from 0 to 10'
    if (!Number.isInteger(score)) return 'of kind nps must be a whole number'
  }
  if (score >= scale.min && score <= scale.max) return null
  const named = `${String(scale.min)} to ${String(scale.max)}`
  return given
    ? `must lie on the scale, ${named}`
    : `must lie on the usual scale of ${kind}, ${named}, or come with its own`
}

/** Whether a score is among the best: the top two points of its scale, of a short one the top. */
export function isInTopBoxes(score: number, { min, max }: Scale): boolean {
  const boxes = max - min + 1 < TWO_BOXES_FROM ? 1 : 2
  return score > max - boxes
}

/** Where a score lies on its scale: 0 the worst, 1 the best. */
export function placeOnScale(score: number, { min, max }: Scale): number {
  return (score - min) / (max - min)
}

/** Of a score from 0 to 10, who recommends and who warns; null: neither. */
export function recommends(score: number): 'promoter' | 'detractor' | null {
  if (score >= 9) return 'promoter'
  return score <= 6 ? 'detractor' : null
}
