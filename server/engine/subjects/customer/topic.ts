import type { DeriveInput, Derived } from '../kind.ts'

/** What a topic says of an account. */
export type AccountTopic = (
  input: DeriveInput,
) => Partial<Pick<Derived, 'bookings' | 'feeds' | 'flags' | 'unopened' | 'open'>>
