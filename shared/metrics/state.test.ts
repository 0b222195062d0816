import { describe, expect, it } from 'vitest'
import { targetState } from './state.ts'
import type { Target } from './state.ts'

const figure = (value: number, tolerance: number | null = null): Target => ({
  kind: 'figure',
  figure: value,
  tolerance,
})
const band: Target = { kind: 'band', low: 0.75, high: 0.85, tolerance: null }

describe('targetState', () => {
  it.each([
    ['on the target', 0.8, figure(0.8), 'higher', 'ok'],
    ['above it', 0.9, figure(0.8), 'higher', 'ok'],
    ['a little below', 0.79, figure(0.8), 'higher', 'warn'],
    ['a tenth below still warns', 0.72, figure(0.8), 'higher', 'warn'],
    ['more than a tenth below', 0.719, figure(0.8), 'higher', 'bad'],
    ['on the edge of a tolerance of its own', 0.7, figure(0.8, 0.1), 'higher', 'warn'],
    ['past it', 0.69, figure(0.8, 0.1), 'higher', 'bad'],
    ['no tolerance at all', 0.79, figure(0.8, 0), 'higher', 'bad'],
    ['lower is better: on it', 20_000, figure(20_000), 'lower', 'ok'],
    ['lower is better: below', 0, figure(20_000), 'lower', 'ok'],
    ['lower is better: a tenth over', 22_000, figure(20_000), 'lower', 'warn'],
    ['lower is better: over that', 22_001, figure(20_000), 'lower', 'bad'],
    ['a target of nothing has no tenth', 1, figure(0), 'lower', 'bad'],
    ['the band’s edges belong to it', 0.75, band, 'band', 'ok'],
    ['both of them', 0.85, band, 'band', 'ok'],
    ['just over', 0.86, band, 'band', 'warn'],
    ['just under', 0.74, band, 'band', 'warn'],
    ['far over', 0.87, band, 'band', 'bad'],
    ['far under', 0.73, band, 'band', 'bad'],
    ['a band holds whichever way is better', 0.86, band, 'higher', 'warn'],
    ['and for what only describes', 0.8, band, 'neither', 'ok'],
    ['for which a figure has no good side', 1, figure(2), 'neither', 'none'],
    ['nor for what wants a band', 1, figure(2), 'band', 'none'],
    ['no value', null, figure(0.8), 'higher', 'none'],
    ['no target', 0.8, null, 'higher', 'none'],
  ] as const)('%s', (_name, value, target, better, expected) => {
    expect(targetState(value, target, better)).toBe(expected)
  })
})
