/** /api/reconcile: whether the books agree with themselves. */
import { z } from 'zod'
import { LocalDate } from '../../../shared/events/fields.ts'
import { problem } from '../problem.ts'
import { ok } from '../answer.ts'
import { once, route, type Route } from '../route.ts'
import { calendarOf, takenText, TakenAnswer } from './metrics.ts'

/** Beyond these a calendar is a guess. */
const FIRST_DAY = '1900-01-02'
const LAST_DAY = '2199-12-30'

/** Comparing a day reads all of it: so many at a time, and the others come again. */
const MAX_AT_A_TIME = 2
const RETRY_AFTER_SECONDS = '5'

const ReconcileAnswer = TakenAnswer.extend({
  day: z.string(),
  /** How many sums were compared. */
  checked: z.int(),
  differences: z.array(
    z.object({
      /** A stored balance and its entries, a month and its days, live and stored, booked and facts. */
      between: z.enum(['balance', 'month', 'live', 'facts']),
      of: z.string(),
      expected: z.number(),
      found: z.number(),
    }),
  ),
  /** How many differences there are beside those listed. */
  more: z.int(),
})

function isDay(text: string): boolean {
  return LocalDate.safeParse(text).success && text >= FIRST_DAY && text <= LAST_DAY
}

export function reconcileRoutes(parts: { now: () => number }): Route[] {
  let running = 0
  return [
    route({
      method: 'get',
      path: '/api/reconcile',
      summary: 'Compares live, stored and derived sums of a business day.',
      needs: 'seeStatus',
      ofCenter: true,
      query: z.strictObject({
        day: once(
          z.string().refine(isDay, {
            error: `must be a date such as 2026-11-21, from ${FIRST_DAY} to ${LAST_DAY}`,
          }),
        ).optional(),
      }),
      answers: {
        200: { description: 'No differences: they agree.', schema: ReconcileAnswer },
        503: { description: 'Others are comparing: try again.' },
      },
      handle: async ({ center, query }) => {
        if (running >= MAX_AT_A_TIME) {
          const headers = { 'retry-after': RETRY_AFTER_SECONDS }
          return problem(503, 'Other days are being compared: try again.', [], headers)
        }
        running += 1
        try {
          const day = query.day ?? (await calendarOf(center)).dayOf(parts.now())
          const { checked, differences, more, ...taken } = await center.reads.reconcile(day)
          return ok({ day, checked, differences, more, ...takenText(taken) })
        } finally {
          running -= 1
        }
      },
    }),
  ]
}
