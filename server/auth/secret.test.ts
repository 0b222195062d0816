import { expect, it } from 'vitest'
import { hashOf, isSecretOf, newId, newSecret } from './secret.ts'

it('makes 256 bits that fit into a header, a cookie and a URL', () => {
  const secrets = new Set(Array.from({ length: 1_000 }, newSecret))
  expect(secrets.size).toBe(1_000)
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/)
})

it('makes ids of letters and digits only', () => {
  expect(newId()).toMatch(/^[0-9a-f]{18}$/)
})

it.each([
  ['the secret itself', 'open sesame', true],
  ['another', 'open sesame!', false],
  ['a longer one', 'open sesameopen sesame', false],
  ['nothing', '', false],
])('%s', (_name, shown, expected) => {
  expect(isSecretOf(shown, hashOf('open sesame'))).toBe(expected)
})

it('is no secret of a hash that is none', () => {
  expect(isSecretOf('', '')).toBe(false)
  expect(isSecretOf('open sesame', 'not hex')).toBe(false)
})
