import { describe, expect, it } from 'vitest'
import { isInTopBoxes, placeOnScale, recommends, scoreFault } from './surveyScore.ts'

describe('isInTopBoxes', () => {
  it.each([
    ['five points: the top', 5, 1, 5, true],
    ['five points: the second', 4, 1, 5, true],
    ['five points: the middle', 3, 1, 5, false],
    ['four points have two boxes', 3, 1, 4, true],
    ['three points have one', 2, 1, 3, false],
    ['three points: the top', 3, 1, 3, true],
    ['yes of yes and no', 1, 0, 1, true],
    ['no of yes and no', 0, 0, 1, false],
    ['eleven points from nought', 8, 0, 10, false],
    ['eleven points: the second', 9, 0, 10, true],
  ])('%s', (_name, score, min, max, expected) => {
    expect(isInTopBoxes(score, { min, max })).toBe(expected)
  })
})

describe('placeOnScale', () => {
  it.each([
    [1, 1, 7, 0],
    [4, 1, 7, 0.5],
    [7, 1, 7, 1],
    [0, -2, 2, 0.5],
  ])('%d on %d to %d is %d', (score, min, max, expected) => {
    expect(placeOnScale(score, { min, max })).toBe(expected)
  })
})

describe('recommends', () => {
  it.each([
    [10, 'promoter'],
    [9, 'promoter'],
    [8, null],
    [7, null],
    [6, 'detractor'],
    [0, 'detractor'],
  ])('%d: %s', (score, expected) => {
    expect(recommends(score)).toBe(expected)
  })
})

describe('scoreFault', () => {
  it.each([
    ['csat', 5, undefined, null],
    ['csat', 6, undefined, 'must lie on the usual scale of csat, 1 to 5, or come with its own'],
    ['csat', 6, { min: 1, max: 7 }, null],
    ['csat', 8, { min: 1, max: 7 }, 'must lie on the scale, 1 to 7'],
    ['ces', 7, undefined, null],
    ['ces', 0, undefined, 'must lie on the usual scale of ces, 1 to 7, or come with its own'],
    ['fcr', 1, undefined, null],
    ['fcr', 2, undefined, 'must lie on the usual scale of fcr, 0 to 1, or come with its own'],
    ['nps', 10, undefined, null],
    ['nps', 11, undefined, 'must lie on the usual scale of nps, 0 to 10, or come with its own'],
    ['nps', 1, { min: 1, max: 10 }, null],
    ['nps', 5, { min: 1, max: 5 }, 'of kind nps must lie on a scale from 0 to 10'],
    ['nps', 8.5, undefined, 'of kind nps must be a whole number'],
  ] as const)('%s %d on %o', (kind, score, scale, expected) => {
    expect(scoreFault(kind, score, scale)).toBe(expected)
  })
})
