/** Passwords: argon2id, a bounded number at a time. */
import { hash, verify } from '@node-rs/argon2'

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Length is what makes a password strong; nothing is asked of its letters. */
export const MIN_PASSWORD_LENGTH = 8
/** Longer ones only cost time to hash. */
export const MAX_PASSWORD_LENGTH = 256

/** Each takes 19 MiB and some 50 ms of a core: more at a time would starve the live numbers. */
const MAX_AT_A_TIME = 2
/** Who comes after so many others waits longer than a browser would: better told to come again. */
const MAX_WAITING = 64

/** Too many passwords are being checked at this moment; try again later. */
export class PasswordsBusy extends Error {
  override name = 'PasswordsBusy'
}

let running = 0
const waiting: (() => void)[] = []

async function bounded<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= MAX_AT_A_TIME) {
    if (waiting.length >= MAX_WAITING) throw new PasswordsBusy('too many sign-ins at a time')
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else {
    running += 1
  }
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}

/** One spelling of a password: an input method may write the same letters in several ways. */
const asTyped = (password: string): string => password.normalize('NFKC')

/** The hash to keep, with its parameters and salt in it. */
export function hashPassword(password: string): Promise<string> {
  return bounded(() => hash(asTyped(password), COST))
}

/** Takes the place of a hash for a user that does not exist, so that both answers take as long. */
let nobody: Promise<string> | null = null

/**
 * Whether a password is the one of a hash. Null stands for a user that does not exist: the answer
 * is no, and takes as long as any other. Rejects with `PasswordsBusy` under too many at a time.
 */
export async function isPasswordOf(password: string, kept: string | null): Promise<boolean> {
  nobody ??= hash('nobody', COST)
  const against = kept ?? (await nobody)
  const same = await bounded(() => verify(against, asTyped(password)).catch(() => false))
  return kept !== null && same
}
