import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cancel, createAgenda } from './agenda.ts'

it('runs tasks in the order of time, those of one instant in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }), (times) => {
      const agenda = createAgenda(0)
      const run: [atMs: number, nth: number][] = []
      times.forEach((atMs, nth) => agenda.at(atMs, () => run.push([agenda.nowMs(), nth])))
      while (agenda.runNext());
      const expected = times
        .map((atMs, nth): [number, number] => [atMs, nth])
        .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      expect(run).toEqual(expected)
    }),
  )
})

it('leaves out what was cancelled, and does what lies in the past now', () => {
  const agenda = createAgenda(100)
  const run: string[] = []
  const dropped = agenda.at(200, () => run.push('dropped'))
  agenda.at(150, () => {
    run.push('first')
    cancel(dropped)
    agenda.at(20, () => run.push(`late, at ${agenda.nowMs()}`))
  })
  expect(agenda.nextAtMs()).toBe(150)
  while (agenda.runNext());
  expect(run).toEqual(['first', 'late, at 150'])
  expect(agenda.nextAtMs()).toBeNull()
})
