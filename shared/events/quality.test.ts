import { describe, expect, it } from 'vitest'
import { exampleEvent } from '../../test/everyEvent.ts'
import type { EventType } from './event.ts'
import { parseEvent } from './parse.ts'

const faults = (type: EventType, changes: Record<string, unknown>) => {
  const parsed = parseEvent({
    ...exampleEvent(type),
    data: { ...exampleEvent(type).data, ...changes },
  })
  return parsed.ok ? [] : parsed.errors
}

describe('evaluation.recorded', () => {
  it.each([
    [{ score: 51, possible: 50 }, 'data.score'],
    [{ score: -1 }, 'data.score'],
    [{ possible: 0, score: 0 }, 'data.possible'],
    [{ sections: [{ id: 'communication', score: 11, possible: 10 }] }, 'data.sections.0.score'],
  ])('refuses %o', (changes, path) => {
    expect(faults('evaluation.recorded', changes)).toMatchObject([{ path }])
  })

  it('takes a full score, and a section that the form left out', () => {
    const sections = [{ id: 'communication', score: 0, possible: 0 }]
    expect(faults('evaluation.recorded', { score: 50, possible: 50, sections })).toEqual([])
  })
})

describe.each(['survey.sent', 'survey.answered'] as const)('%s', (type) => {
  it.each([
    [{ score: 6, scale: { min: 1, max: 5 } }, 'data.score'],
    [{ kind: 'csat', score: 6, scale: undefined }, 'data.score'],
    [{ kind: 'nps', score: 4, scale: { min: 1, max: 5 } }, 'data.score'],
    [{ score: 1, scale: { min: 1, max: 1 } }, 'data.scale.max'],
  ])('refuses %o', (changes, path) => {
    expect(faults(type, changes)).toMatchObject([{ path }])
  })

  it('takes a score on its own scale, and none at all', () => {
    expect(faults(type, { kind: 'csat', score: 6, scale: { min: 1, max: 7 } })).toEqual([])
    expect(faults(type, { score: undefined, scale: undefined })).toEqual([])
  })
})
