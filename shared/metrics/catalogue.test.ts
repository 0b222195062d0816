import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import type { CatalogueRow } from './catalogue.ts'
import { isMetricId, metricIds, metricOf } from './registry.ts'

const rows = new Map<string, CatalogueRow>(catalogue().map((row) => [row.id, row]))

describe('the registry', () => {
  it('knows its ids, and not what every object has', () => {
    expect(isMetricId('serviceLevel')).toBe(true)
    expect(isMetricId('toString')).toBe(false)
    expect(isMetricId('servicelevel')).toBe(false)
  })
})

describe('catalogue', () => {
  it('has a row for every metric, in order', () => {
    expect([...rows.keys()]).toEqual(metricIds)
  })

  it('tells the counters of all scopes, and what must be reported for them', () => {
    expect(rows.get('serviceLevel')).toMatchObject({
      counters: ['ownAnsweredInTime', 'ownAnsweredLate', 'serviceLevelMet', 'serviceLevelDecided'],
      unit: 'ratio',
      better: 'higher',
      scopes: ['agent', 'team', 'site', 'queue', 'center'],
      group: 1,
      byChannel: true,
    })
    expect(rows.get('longestWait')?.counters).toEqual([])
    expect(rows.get('waitP50')?.counters).toEqual(['answeredWaits'])
    expect(rows.get('ringNoAnswers')?.needs).toEqual([['contact.offerEnded']])
  })

  it('asks for nothing that may be lacking', () => {
    expect(rows.get('averageHandleTime')?.needs).toEqual([
      ['contact.connected'],
      ['contact.disconnected', 'contact.ended'],
    ])
    expect(rows.get('averageWrapTime')?.needs).toContainEqual(['contact.wrapUpStarted'])
  })

  it('says in words when a metric has no value, and each name once a language', () => {
    const all = [...rows.values()]
    for (const { id, unit, empty, name, nameJa, formula, attribution } of all) {
      if (!isMetricId(id)) throw new Error(`${id} is no metric of ours`)
      const metric = metricOf(id)
      if (metric.kind === 'balance') {
        const nothing = Object.keys(metric.parts('center')).map((part) => [part, 0] as const)
        expect(empty === null, id).toBe(metric.value(Object.fromEntries(nothing)) !== null)
      } else if (unit !== 'count') expect(empty, id).not.toBeNull()
      for (const text of [name, nameJa, formula, attribution]) expect(text, id).not.toBe('')
    }
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
    expect(new Set(all.map(({ nameJa }) => nameJa)).size).toBe(all.length)
  })
})
