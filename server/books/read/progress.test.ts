import { describe, expect, it } from 'vitest'
import { Directory } from '../../../shared/directory.ts'
import type { Entry } from '../../../shared/entry.ts'
import { MINUTE_MS } from '../../../shared/time.ts'
import { emptyBooks, naiveBase } from '../../../test/naiveBooks.ts'
import { createCalendar } from '../calendar.ts'
import { createLiveBook } from './liveBook.ts'
import { quotasOfPeople, withQuotas } from './progress.ts'
import { balanceOf } from './sums.ts'

const START_MS = Date.UTC(2026, 10, 21, 9)

const quota = (agent: string, target: number, metric = 'callsHandled') => ({
  ...{ scope: `agent:${agent}`, metric, target, period: 'day' as const },
})
const directoryOf = (quotas: readonly object[]): Directory =>
  Directory.parse({
    teams: [{ key: 'red' }, { key: 'blue' }],
    agents: [
      { key: 'ana', teams: [{ team: 'red' }] },
      { key: 'bo', teams: [{ team: 'red' }] },
      { key: 'chie', teams: [{ team: 'blue' }] },
    ],
    quotas,
  })

const handled = (agent: string, atMs = START_MS): Entry => ({
  ...{ counter: 'handled', detail: null, fromMs: atMs, toMs: atMs, amount: 1 },
  ...{ queue: 'sales', agent, team: null, site: null, channel: 'voice', filters: null },
  subject: 'contact/pbx/1#1',
})

describe('live books', () => {
  const directory = directoryOf([quota('ana', 2), quota('bo', 1), quota('chie', 9)])
  const books = () => {
    const calendar = createCalendar(directory.center)
    const book = createLiveBook(naiveBase(emptyBooks(), '0', calendar, START_MS), directory)
    let place = 0
    return {
      book,
      tell: (...entries: Entry[]) => {
        const after = String(place)
        book.apply(
          { epoch: 1, after, place: String(++place), entries, subjects: [], sentAtMs: START_MS },
          START_MS,
        )
      },
      at: (scope: string, window = 'today') => {
        const sums = book.sums(scope, window, null)
        const [has, reached] = (['repsWithQuota', 'repsAtQuota'] as const).map(
          (counter) => balanceOf(sums, counter).booked,
        )
        return `${String(reached)} of ${String(has)}`
      },
    }
  }

  it('tell who reached a quota once somebody asks, and at most when time passes', () => {
    const { book, tell, at } = books()
    tell(handled('bo'))
    book.takeChanges(true)
    expect(at('team:red')).toBe('0 of 0')

    book.showStaff()
    expect([at('team:red'), at('team:blue'), at('center')]).toEqual(['1 of 2', '0 of 1', '1 of 3'])
    tell(handled('ana'), handled('ana'))
    book.takeChanges(false)
    expect(at('team:red')).toBe('1 of 2')
    const { windows } = book.takeChanges(true)
    expect([at('team:red'), at('agent:ana'), at('center')]).toEqual(['2 of 2', '1 of 1', '2 of 3'])
    expect(windows.find(({ window }) => window.name === 'today')?.slots).not.toEqual([])
  })

  it('judge again by another directory', () => {
    const { book, tell, at } = books()
    book.showStaff()
    tell(handled('bo'))
    book.takeChanges(true)
    expect(at('center')).toBe('1 of 3')
    book.setDirectory(directoryOf([quota('bo', 2)]))
    expect(at('center')).toBe('0 of 1')
  })

  it('forget who reached one with the day', () => {
    const { book, tell, at } = books()
    book.showStaff()
    tell(handled('bo'))
    book.takeChanges(true)
    const untilMs = book.window('today')?.span.toMs ?? 0
    for (let atMs = START_MS; atMs <= untilMs; atMs += MINUTE_MS) book.advance(atMs)
    expect(at('center')).toBe('0 of 3')
  })
})

describe('quotas of people', () => {
  it.each([
    ['callsHandled', true],
    ['winRate', true],
    ['productMix', true],
    ['pipelineValue', false],
    ['salesGrowth', false],
    ['improvementRate', false],
    ['timeInState', false],
    ['expectedWait', false],
    ['nothing', false],
  ])('of %s: %s', (metric, isMeasured) => {
    const { metrics } = quotasOfPeople(directoryOf([quota('ana', 1, metric)]))
    expect(metrics).toEqual(isMeasured ? [metric] : [])
  })

  it('have their counters kept where somebody asks who reached them', () => {
    const directory = directoryOf([quota('ana', 1)])
    expect(withQuotas(new Set(['repsAtQuota']), directory)).toContain('handled')
    expect(withQuotas(new Set(['reps']), directory)).toEqual(new Set(['reps']))
    expect(withQuotas(null, directory)).toBeNull()
  })
})
