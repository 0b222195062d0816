import { describe, expect, it } from 'vitest'
import { targetState } from './targetState.ts'

describe('the state of a value against its target', () => {
  it.each([
    // value, target, bad, better, state
    [0.8, 0.8, null, 'higher', 'ok'],
    [0.7999, 0.8, null, 'higher', 'warn'],
    [0.7, 0.8, null, 'higher', 'warn'],
    [0.6999, 0.8, null, 'higher', 'bad'],
    [0.75, 0.8, 0.78, 'higher', 'bad'],
    [0.78, 0.8, 0.78, 'higher', 'warn'],
    [60_000, 60_000, null, 'lower', 'ok'],
    [60_001, 60_000, null, 'lower', 'warn'],
    [90_000, 60_000, null, 'lower', 'warn'],
    [90_001, 60_000, null, 'lower', 'bad'],
    [0, 0, null, 'lower', 'ok'],
    [1, 0, 5, 'lower', 'warn'],
    [6, 0, 5, 'lower', 'bad'],
    [null, 0.8, null, 'higher', null],
    [0.5, null, null, 'higher', null],
    [0.5, 0.8, null, 'neither', null],
    [0.5, 0.8, null, 'band', null],
  ] as const)('%s of %s (bad %s, %s) is %s', (value, target, bad, better, state) => {
    expect(targetState(value, { target, bad }, better)).toBe(state)
  })
})
