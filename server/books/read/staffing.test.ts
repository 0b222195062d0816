import { expect, it } from 'vitest'
import { agent } from '../../../test/figures.ts'
import { defaultQueue } from '../../engine/settings.ts'
import { staffingOf } from './staffing.ts'

const shareOf = (here: number, all: number) =>
  staffingOf({
    queue: { ...defaultQueue, key: 'sales' },
    agents: [agent({ joined: ['sales'] })],
    nowMs: 1_000,
    last30: () => 0,
    interval: () => 0,
    intervalEndsAtMs: 2_000,
    handleMs: () => ({ here, all }),
  }).staffedShare

it.each([
  ['only now and then', 6, 1_200_000, 6 / 1_200_000],
  ['a third of the time', 1, 3, 1 / 3],
  ['all of the time', 5, 5, 1],
  ['nowhere lately', 0, 0, 1],
  ['elsewhere alone', 0, 5, 0],
])('tells the share of an agent who is there %s, however small', (_, here, all, share) => {
  expect(Math.abs(shareOf(here, all) - share)).toBeLessThanOrEqual(share * 1e-11)
})
