/** Metrics of a center's own for tests: each with what it is, said once more in plain code. */
import { Directory } from '../shared/directory.ts'
import { counterIds } from '../shared/counters.ts'
import type { Entry, Span } from '../shared/entry.ts'
import type { Channel } from '../shared/events/fields.ts'
import { balanceOf } from '../server/books/read/sums.ts'
import { naiveSums, type NaiveBooks } from './naiveBooks.ts'

type Booked = Pick<Entry, 'counter' | 'detail' | 'queue' | 'channel' | 'filters'>
type Example = {
  definition: { key: string } & Record<string, unknown>
  /** How often something counts above the line, and below; `below` null: there is no line. */
  above: (of: Booked) => number
  below: ((of: Booked) => number) | null
  /** What is below names a channel itself, in the place of the one asked for. */
  namesChannel?: true
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
    namesChannel: true,
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

type Asked = { scope: string; span: Span; channel: Channel | null; nowMs: number }

/** What an example is, straight from its words; null: it is divided by nothing. */
export function ownValue(books: NaiveBooks, { above, below, namesChannel }: Example, asked: Asked) {
  const top = sumOf(books, above, asked)
  if (below === null) return top
  const bottom = sumOf(books, below, namesChannel ? { ...asked, channel: null } : asked)
  return bottom === 0 ? null : top / bottom
}

/** All that is booked and accrues, each as often as it counts. */
function sumOf(
  { entries, open }: NaiveBooks,
  times: (of: Booked) => number,
  { scope, span, channel, nowMs }: Asked,
): number {
  const part = (sign: 1 | -1): number => {
    const often = <Each extends Booked>(all: readonly Each[]): Each[] =>
      all.flatMap((each) => Array<Each>(Math.max(0, sign * times(each))).fill(each))
    const kept: NaiveBooks = {
      entries: often(entries),
      open: new Map(
        [...open].map(([key, of]) => [key, { ...of, accruals: often(of.accruals) }] as const),
      ),
    }
    const sums = naiveSums(kept, scope, span, channel, nowMs)
    return counterIds.reduce((sum, id) => {
      const { booked, live } = balanceOf(sums, id)
      return sum + booked + live
    }, 0)
  }
  return part(1) - part(-1)
}
