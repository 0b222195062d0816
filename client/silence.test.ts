import { describe, expect, it } from 'vitest'
import type { WireSource } from '../shared/wire.ts'
import { metricOf } from '../shared/metrics/registry.ts'
import { needsOf, silentSources } from './silence.ts'

const source = (name: string, silent: boolean, lacks: readonly string[]): WireSource => ({
  source: name,
  lastEventAtMs: 0,
  heardAtMs: 0,
  silent,
  lacks,
})
const named = (sources: readonly WireSource[]) => sources.map((each) => each.source)

describe('silent feeds', () => {
  const pbx = source('pbx', true, ['contact.wrapUpStarted'])
  const crm = source('crm', true, ['contact.queued', 'contact.dequeued', 'contact.connected'])
  const log = source('log', false, [])

  it('matter to the numbers that they report a fact of, and to no others', () => {
    expect(
      named(silentSources(needsOf(metricOf('callsOffered'), 'queue'), [pbx, crm, log])),
    ).toEqual(['pbx'])
    expect(named(silentSources([['contact.wrapUpStarted']], [pbx, crm, log]))).toEqual(['crm'])
  })

  it('matter for one of the facts that would do', () => {
    const either = [['contact.connected', 'contact.wrapUpStarted']] as const
    expect(named(silentSources(either, [pbx, crm]))).toEqual(['pbx', 'crm'])
  })
})
