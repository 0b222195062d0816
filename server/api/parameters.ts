/** Parameters that several calls share. */
import { z } from 'zod'

/** A page is at most so long: longer answers would be held in memory whole. */
const MAX_PAGE = 1_000
const USUAL_PAGE = 100

export const limitParameter = z
  .string('must be given once')
  .regex(/^\d{1,6}$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.number().min(1).max(MAX_PAGE))
  .default(USUAL_PAGE)
