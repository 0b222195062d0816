/** Secrets that we make, and how a shown one is compared with the kept one. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 bits: nobody guesses one, so a plain hash keeps it safe and no slow one is needed. */
const SECRET_BYTES = 32
const ID_BYTES = 9

/** A new secret, safe in a header, a cookie and a URL. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** A new id for a row: letters and digits only, so that it can stand between separators. */
export function newId(): string {
  return randomBytes(ID_BYTES).toString('hex')
}

/** What is kept of a secret: who reads the database cannot use it. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Whether a shown secret is the one whose hash is kept, in a time that tells nothing about it. */
export function isSecretOf(secret: string, hash: string): boolean {
  const shown = createHash('sha256').update(secret).digest()
  const kept = Buffer.from(hash, 'hex')
  return kept.length === shown.length && timingSafeEqual(shown, kept)
}
