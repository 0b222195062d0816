import { describe, expect, it } from 'vitest'
import { krippendorffAlpha } from './agreement.ts'

/** A row for each scorer, a column for each unit; a dot where a scorer gave nothing. */
function unitsOf(...rows: readonly string[]): number[][] {
  const scorers = rows.map((row) => row.split(' '))
  return (scorers[0] ?? []).map((_, unit) =>
    scorers.flatMap((values) => (values[unit] === '.' ? [] : [Number(values[unit])])),
  )
}

describe('krippendorffAlpha', () => {
  it.each([
    // Krippendorff 2011, A: binary data, where every difference is the same.
    ['two observers, binary', ['0 1 0 0 0 0 0 0 1 0', '1 1 1 0 0 1 0 0 0 0'], 0.095],
    // Krippendorff 2011, E: interval data.
    [
      'four observers, some values missing',
      [
        '1 2 3 3 2 1 4 1 2 . . .',
        '1 2 3 3 2 2 4 1 2 5 . 3',
        '. 3 3 3 2 3 4 2 2 5 1 .',
        '1 2 3 3 2 4 4 1 2 5 1 .',
      ],
      0.849,
    ],
    // The three coders of the article in Wikipedia, interval.
    [
      'three coders, most units by two',
      [
        '. . . . . 3 4 1 2 1 1 3 3 . 3',
        '1 . 2 1 3 3 4 3 . . . . . . .',
        '. . 2 1 3 4 4 . 2 1 1 3 3 . 4',
      ],
      0.811,
    ],
  ])('published: %s', (_name, rows, expected) => {
    expect(krippendorffAlpha(unitsOf(...rows))).toBeCloseTo(expected, 3)
  })

  it.each([
    ['nobody scored', [], null],
    ['one scorer alone pairs with nobody', [[0.5], [0.9]], null],
    [
      'everybody gave one and the same',
      [
        [1, 1],
        [1, 1],
      ],
      null,
    ],
    [
      'all agree',
      [
        [0.2, 0.2],
        [0.9, 0.9, 0.9],
      ],
      1,
    ],
    [
      'opposites are worse than chance',
      [
        [0, 1],
        [1, 0],
      ],
      -0.5,
    ],
  ])('%s', (_name, units, expected) => {
    const alpha = krippendorffAlpha(units)
    if (expected === null) expect(alpha).toBeNull()
    else expect(alpha).toBeCloseTo(expected, 12)
  })

  it('does not depend on where the scale begins, nor on its steps', () => {
    const units = [
      [0.8, 0.7],
      [0.4, 0.4, 0.5],
      [0.95, 0.9],
    ]
    const moved = units.map((values) => values.map((value) => 1e6 + 3 * value))
    expect(krippendorffAlpha(moved)).toBeCloseTo(krippendorffAlpha(units) ?? NaN, 6)
  })
})
