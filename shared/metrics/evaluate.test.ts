import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agent, evaluated, figures, visit, type Given } from '../../test/figures.ts'
import { counterIds, counters } from '../counters.ts'
import { counterOf } from '../counters.ts'
import type { CounterId } from '../counters.ts'
import { bucketOf } from '../histogram.ts'
import { scopeKinds } from '../scope.ts'
import { countersOf } from './reads.ts'
import { evaluate, isDefinedAt, ranked } from './evaluate.ts'
import { allSettings } from './settings.ts'
import { metricIds, metricOf } from './registry.ts'
import type { MetricId } from './registry.ts'

describe('evaluate', () => {
  it('tells apart what is booked and what accrues, and counts both', () => {
    const sums = { callbacksRequested: [2, 3] as [number, number] }
    expect(evaluated('callbacksRequested', { sums })).toEqual({
      value: 5,
      parts: { requested: { booked: 2, live: 3 } },
    })
  })

  it('adds the counters of a part', () => {
    const sums = { abandonedInTime: 1, abandonedPassed: 2, visitsAnswered: 3 }
    expect(evaluated('answerRate', { sums }).parts).toMatchObject({
      abandoned: { booked: 3, live: 0 },
    })
  })

  it('refuses a scope at which there is no such metric', () => {
    expect(evaluated('answerRate', { sums: { visitsAnswered: 1 } }, 'agent')).toEqual({
      value: null,
      reason: 'notAtScope',
      parts: {},
    })
    expect(isDefinedAt('answerRate', 'agent')).toBe(false)
    expect(isDefinedAt('answerRate', 'queue')).toBe(true)
  })

  it('is empty, not unreported, where the feed would say', () => {
    expect(evaluated('answerRate', { lacking: { 'contact.held': '/pbx/a' } })).toMatchObject({
      value: null,
      reason: 'empty',
    })
  })

  it.each([
    ['callsOffered', 'queue', 'contact.queued'],
    ['callsOffered', 'agent', 'contact.offered'],
    ['contactsWaiting', 'queue', 'contact.queued'],
    ['waitP90', 'queue', 'contact.queued'],
    ['transferRate', 'queue', 'contact.transferred'],
    ['ringNoAnswers', 'agent', 'contact.offerEnded'],
    ['adherence', 'agent', 'agent.scheduled'],
    ['expectedWait', 'queue', 'contact.connected'],
  ] as const)('%s at %s is n/a without %s', (id, scope, lacks) => {
    const found = evaluated(id, { lacking: { [lacks]: '/pbx/a' } }, scope)
    expect(found).toMatchObject({ value: null, reason: 'notReported', source: '/pbx/a', lacks })
  })

  it('needs at a scope only what counts there', () => {
    const lacking = { 'contact.offered': '/pbx/a' }
    expect(evaluated('callsOffered', { lacking }, 'queue').value).toBe(0)
  })

  it('believes what is there, whatever a feed declares', () => {
    const lacking = {
      'contact.queued': '/pbx/a',
      'agent.stateChanged': '/pbx/a',
      'agent.queueChanged': '/pbx/a',
    }
    const answeredWaits = { [bucketOf(7)]: 1 }
    const live = { visits: [visit()], agents: [agent()] }
    const sums = { visitsOffered: 1, answeredWaits: 1 }
    const given = { sums, details: { answeredWaits }, live, lacking }
    for (const id of ['callsOffered', 'contactsWaiting', 'waitP50', 'agentsAvailable'] as const) {
      expect(evaluated(id, given).value, id).toBeGreaterThan(0)
    }
  })

  it('is JSON: nothing undefined, nothing that is no number', () => {
    const amounts = fc.dictionary(fc.constantFrom(...counterIds), fc.nat())
    const ids = fc.constantFrom(...metricIds)
    fc.assert(
      fc.property(ids, fc.constantFrom(...scopeKinds), amounts, (id, scope, sums) => {
        const found = evaluate(id, scope, figures({ sums }))
        expect(JSON.parse(JSON.stringify(found))).toEqual(found)
        expect(found.value === null || Number.isFinite(found.value)).toBe(true)
      }),
    )
  })

  it('has every ratio between 0 and 1 whatever happened', () => {
    const n = () => fc.nat(1_000)
    const happened = fc.record({ a: n(), b: n(), c: n(), d: n(), e: n(), f: n() })
    fc.assert(
      fc.property(happened, ({ a, b, c, d, e, f }) => {
        const sums: Partial<Record<CounterId, number>> = {
          visitsAnswered: a + b,
          ownAnsweredInTime: a,
          ownAnsweredLate: b,
          abandonedInTime: c,
          abandonedPassed: d,
          abandonedShort: e,
          flowedOut: f,
          serviceLevelMet: a,
          serviceLevelDecided: a + b + c + d,
          handled: a + b,
          shortCalls: a,
          transferred: b,
          firstContacts: a + b,
          firstContactsResolved: a,
          onContactMs: a,
          wrapUpMs: b,
          availableMs: c,
          notReadyMs: d,
          scheduledMs: a + b,
          adherentMs: b,
        }
        for (const id of metricIds.filter((each) => metricOf(each).unit === 'ratio')) {
          for (const scope of metricOf(id).scopes) {
            const { value } = evaluate(id, scope, figures({ sums }))
            expect(value === null || (value >= 0 && value <= 1), `${id} ${scope}`).toBe(true)
          }
        }
      }),
    )
  })

  it.each(metricIds.filter((id) => metricOf(id).kind === 'balance'))(
    '%s depends on every counter that it names, but for what it tells beside',
    (id: MetricId) => {
      const metric = metricOf(id)
      const [scope] = metric.scopes
      const beside =
        metric.kind === 'balance' && scope !== undefined
          ? metric.beside.flatMap((part) => metric.parts(scope)[part] ?? [])
          : []
      for (const counter of countersOf(metric).filter((each) => !beside.includes(each))) {
        // Primes, so that no two changes cancel out.
        // Work that nobody timed makes the rest unknown: none, unless it is what is moved.
        const sums = Object.fromEntries(
          counterIds.map((each, n) => [each, counterOf(each).untimed ? 0 : 1_000_003 + n * 101]),
        )
        const moved = { ...sums, [counter]: sums[counter]! + 997 }
        const changes = metric.scopes.some((scope) =>
          allSettings.some((settings) => {
            const valueOf = (given: typeof sums) =>
              evaluate(id, scope, figures({ ...everywhen(given), settings })).value
            return valueOf(sums) !== valueOf(moved)
          }),
        )
        expect(changes, counter).toBe(true)
      }
    },
  )
})

/** The same sums in every span that a metric may read, in each otherwise. */
function everywhen(sums: Record<string, number>): Given {
  const by = (factor: number) =>
    Object.fromEntries(
      Object.entries(sums).map(([id, sum]) => [id, sum * factor + (factor - 1) * 10_007]),
    )
  const span = (factor: number): Given => ({ sums: by(factor), levels: by(factor * 7) })
  return { ...span(1), previous: span(2), lastMonth: span(3) }
}

describe('ranked', () => {
  it('breaks ties by name, alike on every machine', () => {
    const found = ranked(new Map([['é', 1], ['z', 1], ['Z', 1], ['a', 2], ['gone', 0], ['back', -1]])) // prettier-ignore
    expect(found.map(({ key }) => key).join(' ')).toBe('a Z z é back')
  })
})

it('every counter of a rate says what it needs', () => {
  for (const id of counterIds) {
    // The directory is no feed: it always says what it says.
    if (counters[id].of === 'directory') continue
    expect(counters[id].needs.length, id).toBeGreaterThan(0)
  }
})
