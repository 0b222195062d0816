import { expect, it } from 'vitest'
import { amountWithin } from '../../../shared/entry.ts'
import { parseEvent } from '../../../shared/events/parse.ts'
import { DAY_MS } from '../../../shared/time.ts'
import { openLedger } from '../../../test/ledger.ts'
import { isBookable } from '../../books/buckets.ts'

const fromMs = Date.UTC(2026, 0, 1)

it.each([1, 365, 366, 1_000, 3_653])('a cost of %i days is booked whole, and evenly', (days) => {
  const toMs = fromMs + days * DAY_MS
  const parsed = parseEvent({
    ...{ specversion: '1.0', id: 'c', source: '/erp/1/feed', type: 'cost.recorded' },
    time: new Date(fromMs).toISOString(),
    data: {
      ...{ costId: 'c', kind: 'staff', amount: { value: '1000.01', currency: 'USD' } },
      ...{ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() },
    },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  const ledger = openLedger()
  ledger.take(parsed.event)
  const { entries } = ledger
  expect(entries.every(isBookable)).toBe(true)
  expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(100_001)
  for (let day = 0; day < days; day += 50) {
    const toDay = { fromMs, toMs: fromMs + day * DAY_MS }
    const spent = entries.reduce((sum, entry) => sum + amountWithin(entry, toDay), 0)
    expect(Math.abs(spent - (100_001 * day) / days)).toBeLessThanOrEqual(1)
  }
})
