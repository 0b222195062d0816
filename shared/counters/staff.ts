import type { Counter } from './counter.ts'

/**
 * What the directory says of people in a span. Nothing books these: they are made from the
 * directory for each span that is read, and go by who is in which team now.
 */
export const staffCounters = {
  reps: {
    of: 'directory',
    unit: 'count',
    counts: 'days that reps were employed, by the days of the span that have begun',
    needs: [],
  },
  tenureMonths: {
    of: 'directory',
    unit: 'months',
    counts: 'months since they started, of reps employed at the end of the span, or now',
    needs: [],
  },
  tenuredReps: {
    of: 'directory',
    unit: 'count',
    counts: 'reps employed at the end of the span, or now, whose first day is known',
    needs: [],
  },
  onTargetEarnings: {
    of: 'directory',
    unit: 'money',
    counts: 'on-target earnings of reps for the days of the span that have begun, a 365th a day',
    needs: [],
  },
  quotaTargets: {
    of: 'directory',
    unit: 'count',
    counts: 'targets of quotas, as much of each period as the span holds',
    detail: 'whose, and the metric',
    needs: [],
  },
  repsWithQuota: {
    of: 'directory',
    unit: 'count',
    counts: 'reps who have a quota',
    needs: [],
  },
  repsAtQuota: {
    of: 'directory',
    unit: 'count',
    counts: 'reps who have reached theirs',
    needs: [],
  },
} as const satisfies Record<string, Counter>
