import type { Refusal, WireSource } from '../../../shared/wire.ts'

/** What a test may change while screens look on. */
export type Script = {
  signedIn: boolean
  /** The one password that is right; null: any. */
  password: string | null
  simulated: boolean
  /** Whether ticks and numbers go out, and whether the books keep up with the clock. */
  ticking: boolean
  booksAtMs: number | null
  build: string
  refusal: Refusal | null
  sources: WireSource[]
}
