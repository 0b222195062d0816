/** `reconcile`: whether the books agree with themselves. */
import { z } from 'zod'
import { EXIT, textOf, UsageError, type Command } from '../command.ts'
import { connect, connectionOptions } from '../connection.ts'
import { countText } from '../progress.ts'

/** Of the answer, what is printed. */
const Reconciled = z.object({
  day: z.string(),
  checked: z.int(),
  differences: z.array(
    z.object({ between: z.string(), of: z.string(), expected: z.number(), found: z.number() }),
  ),
  more: z.int().default(0),
})

export const reconcileCommand: Command = {
  name: 'reconcile',
  summary: 'Compare live, stored and derived sums of a business day',
  usage: '[options]',
  details: [
    'Live balances, stored balances, the sum of the entries, and what the facts of a sample of',
    'contacts come to. Ends with exit code 3 where they differ.',
  ],
  options: {
    day: { type: 'string', value: 'DATE', help: 'such as 2026-11-21; else today' },
    ...connectionOptions,
  },
  run: async (io, values, words) => {
    if (words.length > 0) throw new UsageError('reconcile takes options only')
    const day = textOf(values, 'day')
    const connection = connect(io, values)
    const query = day === null ? {} : { day }
    const answer = await connection.get('/api/reconcile', query, Reconciled)
    const count = answer.differences.length + answer.more
    const found = count === 0 ? 'no difference' : `${countText(count)} differences`
    io.out(`${answer.day}: ${countText(answer.checked)} sums compared, ${found}`)
    for (const { between, of, expected, found: is } of answer.differences) {
      io.out(`  ${between}: ${of}: expected ${String(expected)}, found ${String(is)}`)
    }
    if (answer.more > 0) io.out(`  and ${countText(answer.more)} more`)
    return count === 0 ? EXIT.done : EXIT.refused
  },
}
