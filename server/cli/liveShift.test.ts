import { describe, expect, it } from 'vitest'
import { exampleEvent } from '../../test/everyEvent.ts'
import { eventTypes } from '../../shared/events/event.ts'
import { parseEvent } from '../../shared/events/parse.ts'
import { DAY_MS, HOUR_MS } from '../../shared/time.ts'
import { shifted } from './liveShift.ts'

const shiftMs = DAY_MS + HOUR_MS

describe('events told as if they happened now', () => {
  it.each([
    [
      'instants and ids, in the envelope and in the data',
      { id: 'e1', time: '2026-11-21T10:00:00+09:00', recordedtime: '2026-11-21T01:00:01Z' },
      { contactId: 'c1', legId: 'c1/1', agent: 'ana', dueAt: '2026-11-21T02:00:00Z' },
      {
        id: 'e1@90000000',
        time: '2026-11-22T02:00:00.000Z',
        recordedtime: '2026-11-22T02:00:01.000Z',
      },
      {
        contactId: 'c1@90000000',
        legId: 'c1/1@90000000',
        agent: 'ana',
        dueAt: '2026-11-22T03:00:00.000Z',
      },
    ],
    [
      'plans: their spans, and the day by whole days',
      { id: 'e1', time: '2026-11-21T10:00:00Z' },
      { day: '2026-11-21', spans: [{ from: '2026-11-21T08:00:00Z', to: '2026-11-21T09:00:00Z' }] },
      { id: 'e1@90000000', time: '2026-11-22T11:00:00.000Z' },
      {
        day: '2026-11-22',
        spans: [{ from: '2026-11-22T09:00:00.000Z', to: '2026-11-22T10:00:00.000Z' }],
      },
    ],
    [
      'nothing that only looks like an instant',
      { id: 'e1', time: 'soon', source: '/a/b' },
      { to: 'closed', from: 'open', field: 'status', reason: '2026-11-21T08:00:00Z' },
      { id: 'e1@90000000', time: 'soon', source: '/a/b' },
      { to: 'closed', from: 'open', field: 'status', reason: '2026-11-21T08:00:00Z' },
    ],
  ])('%s', (_name, envelope, data, newEnvelope, newData) => {
    expect(shifted({ ...envelope, data }, shiftMs)).toEqual({ ...newEnvelope, data: newData })
  })

  it('are events of the contract still, whatever their type', () => {
    for (const type of eventTypes) {
      const told = shifted(exampleEvent(type), shiftMs)
      if (type === 'fact.retracted') expect(told).toBeNull()
      else expect(parseEvent(told), type).toMatchObject({ ok: true })
    }
  })

  it('passes on what is no event, for the server to refuse', () => {
    expect([7, null, 'x'].map((value) => shifted(value, shiftMs))).toEqual([7, null, 'x'])
  })
})
