import { z } from 'zod'
import { scoreFault, surveyKinds } from '../surveyScore.ts'
import type { Scale, SurveyKind } from '../surveyScore.ts'
import { Channel, common, Instant, Name, Text } from './fields.ts'

/** What evaluators and customers think: QA scores and survey answers. The last one stands. */

const survey = {
  responseId: Name,
  survey: Name,
  audience: z.enum(['customer', 'fieldSales', 'partner']),
  kind: z.enum(surveyKinds),
  score: z.number().optional(),
  scale: z
    .looseObject({ min: z.number(), max: z.number() })
    .refine(({ min, max }) => min < max, { path: ['max'], error: 'must be over min' })
    .optional(),
  comment: Text.optional(),
  contactId: Name.optional(),
  agent: Name.optional(),
  queue: Name.optional(),
  ...common,
}

type Scored = { kind: SurveyKind; score?: number | undefined; scale?: Scale | undefined }
const onScale = ({ kind, score, scale }: Scored, context: z.RefinementCtx): void => {
  const message = score === undefined ? null : scoreFault(kind, score, scale)
  if (message !== null) context.addIssue({ code: 'custom', path: ['score'], message })
}

type Points = { score: number; possible: number }
const withinPossible = ({ score, possible }: Points): boolean => score <= possible
const overPossible = { path: ['score'], error: 'must not be over possible' }

export const qualityEvents = {
  'evaluation.recorded': z
    .looseObject({
      evaluationId: Name,
      form: Name,
      formVersion: z.union([Name, z.number()]),
      agent: Name,
      evaluator: Name,
      contactId: Name.optional(),
      channel: Channel,
      score: z.number().nonnegative(),
      possible: z.number().positive(),
      sections: z
        .array(
          z
            .looseObject({
              id: Name,
              score: z.number().nonnegative(),
              possible: z.number().nonnegative(),
            })
            .refine(withinPossible, overPossible),
        )
        .max(100),
      criticalFailure: z.boolean().optional(),
      purpose: z.enum(['score', 'calibration']).optional(),
      status: z.enum(['released', 'disputed', 'revised', 'withdrawn']),
      handledAt: Instant,
      ...common,
    })
    .refine(withinPossible, overPossible),
  'survey.sent': z.looseObject(survey).superRefine(onScale),
  'survey.answered': z.looseObject(survey).superRefine(onScale),
}
