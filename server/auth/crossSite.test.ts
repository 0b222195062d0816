import { expect, it } from 'vitest'
import { isCrossSite } from './crossSite.ts'

const host = 'ringside.example:4000'

it.each([
  ['our own page', 'POST', { 'sec-fetch-site': 'same-origin' }, false],
  ['typed or bookmarked by the user', 'POST', { 'sec-fetch-site': 'none' }, false],
  ['another site', 'POST', { 'sec-fetch-site': 'cross-site' }, true],
  ['another host of our domain', 'POST', { 'sec-fetch-site': 'same-site' }, true],
  ['reading is free', 'GET', { 'sec-fetch-site': 'cross-site' }, false],
  ['an old browser, our own page', 'PUT', { origin: 'http://ringside.example:4000' }, false],
  [
    '… through a proxy that speaks https',
    'PUT',
    { origin: 'https://ringside.example:4000' },
    false,
  ],
  ['an old browser, another site', 'PUT', { origin: 'http://evil.example' }, true],
  ['an old browser, another port', 'PUT', { origin: 'http://ringside.example' }, true],
  ['a sandboxed frame', 'DELETE', { origin: 'null' }, true],
  [
    'what a browser says itself comes before Origin',
    'POST',
    { 'sec-fetch-site': 'cross-site', origin: `http://${host}` },
    true,
  ],
  ['no browser at all', 'POST', {}, false],
])('%s', (_name, method, headers, expected) => {
  expect(isCrossSite(method, headers, host)).toBe(expected)
})

it('refuses an origin where the request names no host', () => {
  expect(isCrossSite('POST', { origin: 'http://a.example' }, null)).toBe(true)
})
