import { expect, it } from 'vitest'
import { hashPassword, isPasswordOf, PasswordsBusy } from './password.ts'

it('hashes with argon2id, 19 MiB, two passes, one lane', async () => {
  expect(await hashPassword('correct horse battery')).toMatch(
    /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
  )
})

it('salts: the same password never gives the same hash', async () => {
  expect(await hashPassword('same')).not.toBe(await hashPassword('same'))
})

it('knows the password, however an input method wrote its letters', async () => {
  const hash = await hashPassword('パスワード９９')
  expect(await isPasswordOf('ﾊﾟｽﾜｰﾄﾞ99', hash)).toBe(true)
  expect(await isPasswordOf('パスワード98', hash)).toBe(false)
})

it('says no for nobody, and for a hash that is damaged', async () => {
  expect(await isPasswordOf('nobody', null)).toBe(false)
  expect(await isPasswordOf('anything', '$argon2id$broken')).toBe(false)
})

it('takes about as long for nobody as for somebody', async () => {
  const hash = await hashPassword('correct horse battery')
  await isPasswordOf('warm up', null)
  const timed = async (kept: string | null): Promise<number> => {
    const times: number[] = []
    for (let n = 0; n < 5; n++) {
      const from = performance.now()
      await isPasswordOf('wrong', kept)
      times.push(performance.now() - from)
    }
    return Math.min(...times)
  }
  const [somebody, nobody] = [await timed(hash), await timed(null)]
  // An answer without hashing would come a hundred times as fast.
  expect(nobody / somebody).toBeGreaterThan(0.3)
})

it('turns people away when too many come at a time, and serves the others', async () => {
  const hash = await hashPassword('right')
  const tries = Array.from({ length: 80 }, () => isPasswordOf('right', hash))
  const outcomes = await Promise.allSettled(tries)
  const refused = outcomes.filter(({ status }) => status === 'rejected')
  expect(refused).toHaveLength(80 - 66)
  for (const outcome of refused) {
    expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(PasswordsBusy)
  }
  expect(await isPasswordOf('right', hash)).toBe(true)
})
