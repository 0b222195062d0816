import { expect, it } from 'vitest'
import { createHearing, type Hearing } from './hearing.ts'

type Step = [atMs: number, what: 'asking' | 'answered' | 'silent' | 'heard']

const stories: [string, Step[]][] = [
  ['nobody asked', [[60_000, 'heard']]],
  [
    'an answer is on its way',
    [
      [0, 'asking'],
      [2_000, 'heard'],
    ],
  ],
  [
    'no answer comes',
    [
      [0, 'asking'],
      [2_001, 'silent'],
    ],
  ],
  [
    'asked again and again: since the first time',
    [
      [0, 'asking'],
      [1_500, 'asking'],
      [2_001, 'silent'],
    ],
  ],
  [
    'it came back, and there is much to do before it is asked again',
    [
      [0, 'asking'],
      [5_000, 'answered'],
      [60_000, 'heard'],
    ],
  ],
  [
    'away a second time',
    [
      [0, 'asking'],
      [100, 'answered'],
      [1_000, 'asking'],
      [2_500, 'heard'],
      [3_001, 'silent'],
    ],
  ],
]

it.each(stories)('%s', (_name, steps) => {
  let nowMs = 0
  const hearing: Hearing = createHearing(() => nowMs)
  for (const [atMs, what] of steps) {
    nowMs = atMs
    if (what === 'asking' || what === 'answered') hearing[what]()
    else expect(hearing.isSilent(), `at ${String(atMs)}`).toBe(what === 'silent')
  }
})
