/** Metrics of a center's own for tests: each with what it is, said once more in plain code. */
import { Directory } from '../shared/directory.ts'
import type { Entry } from '../shared/entry.ts'

type Booked = Pick<Entry, 'counter' | 'detail' | 'queue' | 'channel' | 'filters'>
type Example = {
  definition: { key: string } & Record<string, unknown>
  /** How often something counts above the line, and below; `below` null: there is no line. */
  above: (of: Booked) => number
  below: ((of: Booked) => number) | null
}

const is = (holds: boolean): number => (holds ? 1 : 0)
const springs = ({ filters }: Booked): boolean => filters?.['campaign'] === 'spring'
const billed = ({ counter, detail }: Booked): boolean =>
  counter === 'handledReasons' && detail === 'billing'

/** What is booked of them is that of `naiveBooks`. */
export const ownExamples: readonly Example[] = [
  {
    definition: { key: 'plain', add: ['handled', 'visitsOffered'], subtract: ['flowedOut'] },
    above: ({ counter }) =>
      is(counter === 'handled' || counter === 'visitsOffered') - is(counter === 'flowedOut'),
    below: null,
  },
  {
    definition: { key: 'spring', add: ['handled'], filters: { campaign: 'spring' } },
    above: (of) => is(of.counter === 'handled' && springs(of)),
    below: null,
  },
  {
    definition: { key: 'billing', add: ['handled'], filters: { reason: 'billing' } },
    above: (of) => is(billed(of)),
    below: null,
  },
  {
    definition: {
      key: 'billingShare',
      add: ['handled'],
      by: ['handled'],
      filters: { reason: 'billing' },
      byFilters: {},
    },
    above: (of) => is(billed(of)),
    below: ({ counter }) => is(counter === 'handled'),
  },
  {
    definition: {
      key: 'springBillingTwice',
      add: ['handled', 'handledReasons'],
      by: ['handled'],
      filters: { reason: 'billing', campaign: 'spring', queue: 'sales' },
      byFilters: { channel: 'chat' },
    },
    above: (of) => 2 * is(billed(of) && springs(of) && of.queue === 'sales'),
    below: ({ counter, channel }) => is(counter === 'handled' && channel === 'chat'),
  },
  {
    definition: {
      key: 'lunch',
      add: ['notReadyMs'],
      by: ['notReadyMs', 'availableMs'],
      filters: { reason: 'lunch' },
      byFilters: {},
    },
    above: ({ counter, detail }) => is(counter === 'notReadyMs' && detail === 'lunch'),
    below: ({ counter }) => is(counter === 'notReadyMs' || counter === 'availableMs'),
  },
]

export const ownDirectory = Directory.parse({
  center: { timeZone: 'Asia/Kolkata', businessDayStart: '04:10', intervalMinutes: 15 },
  metrics: ownExamples.map(({ definition }) => definition),
})
