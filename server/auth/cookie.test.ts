import { describe, expect, it } from 'vitest'
import { isHttps, setCookie, tokenIn } from './cookie.ts'

describe('isHttps', () => {
  it.each([
    ['a trusted proxy says https', { 'x-forwarded-proto': 'https' }, true, true],
    ['in a chain, the first says it', { 'x-forwarded-proto': 'HTTPS, http' }, true, true],
    ['a trusted proxy says http', { 'x-forwarded-proto': 'http' }, true, false],
    ['a trusted proxy says nothing', {}, true, false],
    ['anybody may say so: not believed', { 'x-forwarded-proto': 'https' }, false, false],
  ])('%s', (_name, headers, trustProxy, expected) => {
    expect(isHttps(headers, trustProxy)).toBe(expected)
  })
})

describe('tokenIn', () => {
  it.each([
    ['the plain name by http', 'ringside=abc', false, 'abc'],
    ['among others', 'theme=dark; ringside=abc; x=y', false, 'abc'],
    ['the guarded name by https', '__Host-ringside=abc', true, 'abc'],
    ['by https a planted plain one counts for nothing', 'ringside=abc', true, null],
    ['by http the guarded one cannot be ours', '__Host-ringside=abc', false, null],
    ['a name that only ends alike', 'xringside=abc', false, null],
    ['an empty one', 'ringside=', false, null],
    ['one that is far too long', `ringside=${'a'.repeat(129)}`, false, null],
    ['none', undefined, false, null],
  ])('%s', (_name, cookie, https, expected) => {
    expect(tokenIn(cookie === undefined ? {} : { cookie }, https)).toBe(expected)
  })
})

describe('setCookie', () => {
  it.each([
    [
      'by https',
      'abc',
      true,
      '__Host-ringside=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure',
    ],
    ['by http', 'abc', false, 'ringside=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax'],
    ['taken back', null, false, 'ringside=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax'],
  ])('%s', (_name, token, https, expected) => {
    expect(setCookie(token, https, 60_000)).toBe(expected)
  })
})
