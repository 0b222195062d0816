import { expect, it } from 'vitest'
import { readyBoards } from '../../shared/boards.ts'
import { boardOfQueue } from '../../shared/queueBoard.ts'
import { watchOf } from './watchOf.ts'

const [center, queue] = readyBoards

it('asks for what the board shows', () => {
  const { scopes, windows, counters = [] } = watchOf(center!)
  expect(scopes).toEqual(['center', 'queue:*'])
  expect(windows).toEqual(['interval', 'today'])
  for (const counter of ['serviceLevelMet', 'visitsAnswered', 'abandonedInTime'] as const) {
    expect(counters).toContain(counter)
  }
  expect(watchOf(center!).counters).not.toContain('talkMs')
})

it('asks for metrics of the center’s own by name, and for what they are compared in', () => {
  const place = { x: 0, y: 0, w: 4, h: 4 }
  const table = {
    ...{ kind: 'queueTable' as const, ...place, queues: 'all' as const },
    ...{ metrics: ['callsOffered', 'own:billingShare'], window: 'today' as const },
  }
  expect(watchOf({ ...center!, widgets: [table] })).toMatchObject({
    ...{ scopes: ['queue:*'], windows: ['today'] },
    own: ['own:billingShare'],
  })
  expect(watchOf(center!).own).toBeUndefined()
})

it('asks for the one queue that the address names', () => {
  expect(watchOf(boardOfQueue(queue!, 'sales')).scopes).toEqual(['queue:sales'])
})

it('asks for something even where a board shows no number', () => {
  const board = { ...center!, widgets: [] }
  expect(watchOf(board)).toMatchObject({ scopes: ['center'], windows: ['today'] })
})
