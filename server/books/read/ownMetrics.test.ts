/** Metrics of a center's own, computed back over whatever is stored, on both databases. */
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Span } from '../../../shared/entry.ts'
import type { Channel } from '../../../shared/events/fields.ts'
import { evaluateMetric } from '../../../shared/metrics/evaluate.ts'
import { ownId, ownMetrics } from '../../../shared/metrics/own.ts'
import { readsOf } from '../../../shared/metrics/reads.ts'
import { usualSettings } from '../../../shared/metrics/settings.ts'
import { parseScope, type Scope } from '../../../shared/scope.ts'
import { DAY_MS, HOUR_MS } from '../../../shared/time.ts'
import { databaseKinds, makeDatabase, type TestDatabase } from '../../../test/database.ts'
import { emptyBooks, history, keep } from '../../../test/naiveBooks.ts'
import { ownDirectory, ownExamples, ownValue } from '../../../test/ownMetrics.ts'
import { writeBooks } from '../../../test/writeBooks.ts'
import { openDatabase, type Database } from '../../database/database.ts'
import { createCalendar } from '../calendar.ts'
import { readCommitted } from './committed.ts'
import { explain } from './explain.ts'
import { readFigures } from './figures.ts'

const calendar = createCalendar(ownDirectory.center)
/** Some minutes before the business day ends in Kolkata, some days before the month does. */
const START_MS = Date.UTC(2026, 10, 27, 22, 33)
const own = ownMetrics(ownDirectory)
const scopeTexts = ['center', 'queue:sales', 'agent:anna', 'team:inside', 'site:osaka'] as const

describe.each(databaseKinds)('metrics of a center’s own, on %s', (kind) => {
  let place: TestDatabase
  let database: Database
  beforeAll(async () => {
    place = await makeDatabase(kind, inject('postgresUrl'))
    database = await openDatabase(place)
  })
  afterAll(async () => {
    await database.close()
    await place.remove()
  })

  const monthMs = calendar.periodStart('month', START_MS)
  const spans: readonly Span[] = [
    {
      fromMs: calendar.periodStart('year', START_MS),
      toMs: calendar.periodStart('year', START_MS, 1),
    },
    { fromMs: monthMs, toMs: calendar.periodStart('month', START_MS, 1) },
    { fromMs: START_MS - 2 * DAY_MS - 1, toMs: START_MS + HOUR_MS + 7 },
  ]

  it('are their formula over the entries that have the fields, in any span', async () => {
    await fc.assert(
      fc.asyncProperty(
        history(START_MS, 12),
        fc.constantFrom<Channel | null>(null, 'voice'),
        async (updates, channel) => {
          const books = emptyBooks()
          for (const update of updates) keep(books, update)
          const nowMs = updates.at(-1)?.sentAtMs ?? START_MS
          await writeBooks(database, 'main', books, { epoch: 1, place: '9-0', nowMs, calendar })
          for (const span of spans) {
            const figures = await readCommitted(database, 'main', (committed) =>
              readFigures(committed, {
                scopes: scopeTexts.map((text) => parseScope(text) as Scope),
                channel,
                ...{ queue: null, filters: null, spans: [span], spanKind: 'span', nowMs },
                reads: readsOf(
                  [...own.values()].map((metric) => ({ metric, of: null })),
                  ['center', 'queue', 'agent', 'team', 'site'],
                  usualSettings,
                ),
                ...{ settings: usualSettings, directory: ownDirectory, calendar },
                ...{ lacking: new Map(), live: null },
              }),
            )
            for (const example of ownExamples) {
              const { key } = example.definition
              const metric = own.get(ownId(key))
              if (!metric) throw new Error('It is defined')
              for (const text of scopeTexts) {
                const kindOf = parseScope(text)?.kind ?? 'center'
                if (!metric.scopes.includes(kindOf)) continue
                const found = figures[0]?.get(text)
                if (!found) throw new Error('It was read')
                const expected = ownValue(books, example, { scope: text, span, channel, nowMs })
                const { value } = evaluateMetric(metric, kindOf, found)
                expect([key, text, span, value]).toEqual([key, text, span, expected])
              }
            }
          }
        },
      ),
      { numRuns: 8, endOnFailure: true },
    )
  }, 120_000)

  it('are explained by entries that add up to their parts, each in its own', async () => {
    const books = emptyBooks()
    const [updates] = fc.sample(history(START_MS, 25), { numRuns: 1, seed: 4711 })
    for (const update of updates ?? []) keep(books, update)
    const nowMs = updates?.at(-1)?.sentAtMs ?? START_MS
    await writeBooks(database, 'main', books, { epoch: 1, place: '9-0', nowMs, calendar })
    const span = { fromMs: START_MS - 40 * DAY_MS, toMs: START_MS + DAY_MS }
    for (const metric of own.values()) {
      const parts = Object.entries(metric.parts('center')).map(([part, counters]) => {
        const filters = metric.at[part]?.filters ?? null
        return { part, counters, span, filters }
      })
      const explained = await readCommitted(database, 'main', (committed) =>
        explain(committed, {
          ...{ scope: { kind: 'center' }, channel: null, queue: null, filters: null },
          ...{ parts, nowMs, after: null, limit: 10_000 },
        }),
      )
      for (const [part, counters] of Object.entries(metric.parts('center'))) {
        const times = (of: { counter: string; parts: string[] }): number =>
          of.parts.includes(part) ? Math.max(1, counters.length) : 0
        const isDouble = metric.name === 'springBillingTwice' && part === 'added'
        const sum = (
          all: readonly { counter: string; parts: string[]; amount: number }[],
        ): number =>
          all.reduce(
            (total, of) => total + (isDouble ? times(of) : Math.sign(times(of))) * of.amount,
            0,
          )
        expect([metric.name, part, sum(explained.entries), sum(explained.accruing)]).toEqual([
          metric.name,
          part,
          explained.parts[part]?.booked,
          explained.parts[part]?.live,
        ])
      }
    }
  })
})
