import { describe, expect, it } from 'vitest'
import { judgePastWaits } from './pastWaits.ts'
import type { PastQueue } from './pastWaits.ts'

const MINUTE = 60_000
const nowMs = 120 * MINUTE

/** One agent who talks all the time, after ten handlings of two minutes. */
const past = (of: Partial<PastQueue> = {}): PastQueue => ({
  nowMs,
  waitingNow: 0,
  arrivals: [],
  departures: [],
  answered: [],
  handlings: [{ atMs: nowMs - 40 * MINUTE, handled: 10, handleMs: 20 * MINUTE }],
  handleTimes: [],
  staffed: [{ agent: 'ana', fromMs: 0, toMs: nowMs, available: false }],
  ...of,
})
/** A visit that came so long ago and was answered after so long. */
const answered = (cameMinutesAgo: number, waitMinutes: number): Partial<PastQueue> => {
  const cameMs = nowMs - cameMinutesAgo * MINUTE
  const atMs = cameMs + waitMinutes * MINUTE
  return {
    arrivals: [cameMs],
    departures: [atMs],
    answered: [{ atMs, waitMs: waitMinutes * MINUTE }],
  }
}

describe('judgePastWaits', () => {
  it.each([
    ['just as expected: a handle time', past(answered(20, 2)), 0, 0],
    ['it came sooner', past(answered(20, 1)), 1, 1],
    ['it took longer', past(answered(20, 5)), -3, 3],
    [
      'somebody waited before: two handle times were expected',
      // Who waits now came an hour ago.
      past({ ...answered(20, 4), waitingNow: 1 }),
      0,
      0,
    ],
    [
      'who came later is no reason to wait',
      past({ ...answered(20, 2), waitingNow: 1, arrivals: [100 * MINUTE, 110 * MINUTE] }),
      0,
      0,
    ],
    [
      'an agent who was free until the call came: nothing was expected',
      past({
        ...answered(20, 0),
        staffed: [
          { agent: 'ana', fromMs: 0, toMs: nowMs - 20 * MINUTE, available: true },
          { agent: 'ana', fromMs: nowMs - 20 * MINUTE, toMs: nowMs, available: false },
        ],
      }),
      0,
      0,
    ],
    [
      'an agent who gives half the time to another queue',
      past({
        ...answered(20, 4),
        handleTimes: [
          { atMs: nowMs - 25 * MINUTE, agent: 'ana', here: true, handleMs: MINUTE },
          { atMs: nowMs - 25 * MINUTE, agent: 'ana', here: false, handleMs: MINUTE },
        ],
      }),
      0,
      0,
    ],
  ])('%s', (_name, queue, error, absolute) => {
    expect(judgePastWaits(queue)).toEqual({
      fromMs: nowMs - 30 * MINUTE,
      toMs: nowMs,
      answered: 1,
      predicted: 1,
      meanErrorMs: error * MINUTE,
      meanAbsoluteErrorMs: absolute * MINUTE,
    })
  })

  it.each([
    ['nobody was there', past({ ...answered(20, 2), staffed: [] })],
    ['nothing was handled before', past({ ...answered(20, 2), handlings: [] })],
    [
      'what was handled after it says nothing',
      past({
        ...answered(20, 2),
        handlings: [{ atMs: nowMs - 10 * MINUTE, handled: 1, handleMs: 1 }],
      }),
    ],
  ])('says nothing of one where nothing could be expected: %s', (_name, queue) => {
    expect(judgePastWaits(queue)).toMatchObject({
      answered: 1,
      predicted: 0,
      meanErrorMs: null,
      meanAbsoluteErrorMs: null,
    })
  })

  it('looks at the last half hour, and at no wait longer than that', () => {
    expect(judgePastWaits(past(answered(40, 5))).answered).toBe(0)
    expect(judgePastWaits(past(answered(50, 31))).answered).toBe(0)
    expect(judgePastWaits(past(answered(50, 30))).answered).toBe(1)
  })

  it('means over all of them: too much and too little do not hide each other', () => {
    const [one, other] = [answered(20, 1), answered(15, 3)]
    const both = past({
      arrivals: [...one.arrivals!, ...other.arrivals!],
      departures: [...one.departures!, ...other.departures!],
      answered: [...one.answered!, ...other.answered!],
    })
    expect(judgePastWaits(both)).toMatchObject({
      predicted: 2,
      meanErrorMs: 0,
      meanAbsoluteErrorMs: MINUTE,
    })
  })
})
