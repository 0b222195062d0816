import { describe, expect, it } from 'vitest'
import { isUsable, parseVersion } from './binary.ts'

describe('parseVersion', () => {
  it.each([
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', 7, 0, '7.0.15'],
    ['Redis server v=6.2.14 sha=00000000:0 malloc=libc bits=64 build=1', 6, 2, '6.2.14'],
    ['Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', 8, 0, '8.0.1'],
  ])('reads %s', (output, major, minor, text) => {
    expect(parseVersion(output)).toEqual({ major, minor, text })
  })

  it.each(['', 'redis-cli 7.0.15', 'Redis server v=seven'])('takes %j for no Redis', (output) => {
    expect(parseVersion(output)).toBeNull()
  })
})

describe('isUsable', () => {
  it.each([
    [5, 9, false],
    [6, 0, false],
    [6, 2, true],
    [7, 0, true],
    [10, 0, true],
  ])('%i.%i: %s', (major, minor, expected) => {
    expect(isUsable({ major, minor, text: '' })).toBe(expected)
  })
})
