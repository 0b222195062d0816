import { z } from 'zod'
import { common, Instant, Name, Text } from './fields.ts'

/** What a feed says of itself: what it sees now, what it missed, that its system was restarted. */
export const sourceEvents = {
  'source.snapshot': z.looseObject({
    scope: z.enum(['queues', 'agents', 'contacts']),
    /** Asserts what it lists, and nothing about what it does not. */
    items: z.array(z.looseObject({ since: Instant.optional() })).max(10_000),
    ...common,
  }),
  'source.gap': z
    .looseObject({ from: Instant, to: Instant, reason: Text, ...common })
    .refine((gap) => gap.from <= gap.to, { path: ['to'], error: 'must not be before from' }),
  'source.restarted': z.looseObject({ boot: Name.optional(), ...common }),
  'fact.retracted': z.looseObject({ type: Name, key: Name, ...common }),
}
