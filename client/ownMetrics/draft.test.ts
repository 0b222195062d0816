import { describe, expect, it } from 'vitest'
import { OwnMetric } from '../../shared/metrics/ownDefinition.ts'
import { draftOf, emptyDraft, exampleDraft, exampleIds, keyOf, read, type Draft } from './draft.ts'

const nobody = new Set<string>()
const calls: Draft = { ...emptyDraft, key: 'calls', name: 'Calls', add: ['handled'] }
const faults = (draft: Draft, taken = nobody): string[] => {
  const found = read(draft, taken)
  return found.ok ? [] : found.faults.map(({ part, fault }) => `${part}: ${fault.kind}`)
}

describe('a definition in the form', () => {
  it.each([
    { add: ['handled'] },
    { name: 'Calls', nameJa: '通話', add: ['handled'], subtract: ['shortCalls'], better: 'higher' },
    { add: ['handled'], by: ['handled'], filters: { reason: 'billing' }, byFilters: {} },
    { add: ['handled'], by: ['handled'], filters: { reason: 'a' }, byFilters: { queue: 'b' } },
    { add: ['handled'], by: ['handled'], filters: { queue: 'b' }, scopes: ['team', 'agent'] },
  ])('%j comes out as it went in', (of) => {
    const definition = OwnMetric.parse({ key: 'one', ...of })
    expect(read(draftOf(definition), nobody)).toEqual({ ok: true, definition })
  })

  it('of a sum has nothing of what was chosen for a ratio before', () => {
    const below = { by: ['handled'], below: 'other', byFilters: [{ field: 'queue', value: 'b' }] }
    const found = read({ ...calls, ...(below as Partial<Draft>), isRatio: false }, nobody)
    expect(found).toMatchObject({ ok: true, definition: { by: [] } })
    expect(found.ok && found.definition.byFilters).toBeUndefined()
  })
})

describe('what is wrong with a form', () => {
  it.each<[string, Partial<Draft>, string[]]>([
    ['nothing', {}, []],
    ['no counter', { add: [] }, ['add: missing']],
    ['no key', { key: '' }, ['key: missing']],
    ['a key of two words', { key: 'two words' }, ['key: key']],
    ['a name too long to be read', { name: 'x'.repeat(301) }, ['name: tooLong']],
    ['a ratio of nothing', { isRatio: true }, ['by: missing']],
    [
      'a filter without a value',
      { filters: [{ field: 'queue', value: ' ' }] },
      ['filters: missing'],
    ],
    [
      'other filters, and none',
      { isRatio: true, by: ['handled'], below: 'other' },
      ['byFilters: missing'],
    ],
    ['nowhere', { isEverywhere: false }, ['scopes: missing']],
    ['two units', { subtract: ['talkMs'] }, ['subtract: mixed']],
    ['no such detail', { filters: [{ field: 'product', value: 'chair' }] }, ['filters: notKept']],
    [
      'several at once, from top to bottom',
      { key: '', add: ['handled', 'talkMs'], isEverywhere: false },
      ['key: missing', 'add: mixed', 'scopes: missing'],
    ],
  ])('%s', (_what, of, expected) => {
    expect(faults({ ...calls, ...of })).toEqual(expected)
  })

  it('is a key that another metric has', () => {
    expect(faults(calls, new Set(['calls']))).toEqual(['key: taken'])
  })
})

it('a key follows from a name', () => {
  expect(keyOf('Calls about bills')).toBe('callsAboutBills')
  expect(keyOf('  Réclamations, 2e niveau ')).toBe('reclamations2eNiveau')
  expect(keyOf('24 h replies')).toBe('hReplies')
  expect(keyOf('請求の通話')).toBe('')
  expect(keyOf('x'.repeat(100))).toHaveLength(64)
})

it.each(exampleIds)('the example %s lacks at most what only the center knows', (id) => {
  const lacking = faults(exampleDraft(id, 'Calls about bills'))
  expect(lacking.filter((each) => each !== 'filters: missing')).toEqual([])
})
