import { describe, expect, it } from 'vitest'
import { isInstalled } from './dependencies.mjs'

const here = { os: [process.platform], cpu: [process.arch] }
const elsewhere = { os: ['sunos'], cpu: ['s390x'] }

describe('isInstalled', () => {
  it.each([
    ['all is there', { a: { version: '1.0.0' } }, { a: { version: '1.0.0' } }, true],
    ['nothing is there', { a: { version: '1.0.0' } }, {}, false],
    ['another version is there', { a: { version: '1.0.1' } }, { a: { version: '1.0.0' } }, false],
    ['more is there', {}, { a: { version: '1.0.0' } }, true],
    [
      'one for other machines is missing',
      { a: { version: '1.0.0', optional: true, ...elsewhere } },
      {},
      true,
    ],
    [
      'one for this machine is missing',
      { a: { version: '1.0.0', optional: true, ...here } },
      {},
      false,
    ],
    [
      'one for this machine, of one C library or the other, is missing',
      { a: { version: '1.0.0', optional: true, ...here, libc: ['musl'] } },
      {},
      true,
    ],
    ['one that is optional is missing', { a: { version: '1.0.0', optional: true } }, {}, true],
  ])('%s', (_what, wanted, installed, expected) => {
    expect(isInstalled(wanted, installed)).toBe(expected)
  })
})
