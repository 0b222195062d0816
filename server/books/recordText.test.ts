import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { histories } from '../../test/histories.ts'
import { createEngine } from '../engine/fold.ts'
import type { SubjectRecord } from '../engine/subject.ts'
import { parseRecord, recordText } from './recordText.ts'

const textOf = (record: SubjectRecord): string => {
  const { live, accruals } = record
  return recordText(record, JSON.stringify({ live, accruals }))
}

/** The records of all that events are about. */
function recordsOf(events: Parameters<ReturnType<typeof createEngine>['fold']>[0]) {
  const engine = createEngine({ directories: [] })
  for (;;) {
    const folded = engine.fold(events)
    if (!('lacks' in folded)) return folded.changed.map((key) => engine.record(key))
    for (const key of folded.lacks) {
      if (key.startsWith('part/')) engine.admitPart(key, null)
      else engine.admit(key, null)
    }
  }
}

const record: SubjectRecord = {
  key: 'contact/pbx/1#1',
  version: 5,
  facts: [
    {
      type: 'contact.queued',
      key: '1/1',
      system: '/pbx/1',
      reports: [
        {
          source: '/pbx/1/ami',
          id: 'a',
          atMs: 1_000,
          recordedAtMs: null,
          sequence: null,
          provenance: 'observed',
          precision: 'ms',
          data: { contactId: '1', note: 'a "quoted" 言葉' },
        },
        {
          source: '/pbx/1/log',
          id: 'b',
          atMs: 1_000,
          recordedAtMs: 2_000,
          sequence: '7',
          provenance: 'derived',
          precision: 's',
          data: {},
        },
      ],
    },
  ],
  fed: [{ from: 'callback/pbx/1#2', id: 'callback', data: { at: null } }],
  feeds: [{ to: 'matter/x', id: 'contact', data: { startMs: 1_000 } }],
  booked: [
    entry('handled', 1_000, 1_000, null, 'contact/pbx/1#1'),
    entry('notReadyMs', 1_000, 4_000, 'lunch', 'contact/pbx/1#1'),
    entry('handledReasons', 1_000, 1_000, 'billing', 'contact/pbx/1#1'),
    entry('wrapMs', 1_000, 1_000, null, 'contact/pbx/1#9'),
    { ...entry('handled', 2_000, 2_000, null, 'contact/pbx/1#1'), filters: { campaign: 'spring' } },
  ],
  accruals: [],
  live: { visits: [], legs: [], agent: null },
  open: true,
  firstAtMs: 1_000,
  lastAtMs: 1_000,
  unopened: 1,
  flags: ['backwards'],
  parts: ['1/1'],
  silentAtMs: 9_000,
  touchedMs: 86_400_000,
}

function entry(
  counter: 'handled' | 'notReadyMs' | 'handledReasons' | 'wrapMs',
  fromMs: number,
  toMs: number,
  detail: string | null,
  subject: string,
): SubjectRecord['booked'][number] {
  const of = { queue: 'sales', agent: 'anna', team: null, site: null, channel: 'voice' } as const
  return { counter, detail, fromMs, toMs, ...of, filters: null, amount: 2, subject }
}

describe('the text of a record', () => {
  it('gives the record back, whatever it holds', () => {
    expect(parseRecord(textOf(record))).toEqual(record)
  })

  it('gives back what any events came to', () => {
    fc.assert(
      fc.property(histories(), (events) => {
        for (const one of recordsOf(events)) expect(parseRecord(textOf(one))).toEqual(one)
      }),
      { numRuns: 40 },
    )
  })

  it('says once on whose behalf a subject books, however often it does', () => {
    const one = entry('handled', 1_000, 1_000, null, record.key)
    const many = { ...record, booked: Array.from({ length: 50 }, () => one) }
    expect(textOf(many).split('"anna"')).toHaveLength(2)
  })

  it('that an older release stored is the record as it is', () => {
    const { touchedMs: _horizon, ...older } = record
    expect(parseRecord(JSON.stringify(older))).toEqual({ ...older, touchedMs: 0 })
  })
})
