import { z } from 'zod'
import { Channel, common, Instant, Name, Text } from './fields.ts'

/** What evaluators and customers think: QA scores and survey answers. The last one stands. */

const survey = {
  responseId: Name,
  survey: Name,
  audience: z.enum(['customer', 'fieldSales', 'partner']),
  kind: z.enum(['csat', 'nps', 'ces', 'fcr']),
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

type Scored = {
  score?: number | undefined
  scale?: { min: number; max: number } | undefined
}
const onScale = ({ score, scale }: Scored): boolean =>
  score === undefined || !scale || (score >= scale.min && score <= scale.max)
const offScale = { path: ['score'], error: 'must lie on the scale' }

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
          z.looseObject({
            id: Name,
            score: z.number().nonnegative(),
            possible: z.number().nonnegative(),
          }),
        )
        .max(100),
      criticalFailure: z.boolean().optional(),
      purpose: z.enum(['score', 'calibration']).optional(),
      status: z.enum(['released', 'disputed', 'revised', 'withdrawn']),
      handledAt: Instant,
      ...common,
    })
    .refine(({ score, possible }) => score <= possible, {
      path: ['score'],
      error: 'must not be over possible',
    }),
  'survey.sent': z.looseObject(survey).refine(onScale, offScale),
  'survey.answered': z.looseObject(survey).refine(onScale, offScale),
}
