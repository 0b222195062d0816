import { z } from 'zod'
import { common, Instant, LocalDate, Name } from './fields.ts'

/** What an agent's desk says of itself: state, queues, plan. */
export const agentEvents = {
  'agent.stateChanged': z.looseObject({
    agent: Name,
    state: z.enum(['signedOut', 'available', 'notReady', 'unknown']),
    reason: Name.optional(),
    /** Used only where the source sends no legs or offers. */
    activity: z.enum(['idle', 'ringing', 'talking', 'holding', 'wrapUp']).optional(),
    by: Name.optional(),
    ...common,
  }),
  'agent.queueChanged': z.looseObject({
    agent: Name,
    queue: Name,
    action: z.enum(['joined', 'left', 'paused', 'unpaused']),
    reason: Name.optional(),
    ...common,
  }),
  'agent.scheduled': z.looseObject({
    agent: Name,
    day: LocalDate,
    spans: z
      .array(
        z
          .looseObject({ from: Instant, to: Instant, activity: Name })
          .refine((span) => span.from < span.to, { path: ['to'], error: 'must be after from' }),
      )
      .max(200),
    ...common,
  }),
}
