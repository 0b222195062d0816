/** What a panel says of a call that failed. */
import type { Failure } from './api.ts'
import { formatFullDate } from './format.ts'
import type { Words } from './i18n/words.svelte.ts'

/** In a sentence; a server's own words where it refused for a reason that only it knows. */
export function failureText(failure: Failure, { t, locale }: Words, timeZone: string): string {
  if (failure.kind === 'refused') return failure.detail
  return failure.kind === 'givenUp'
    ? t.panel.detailsFrom(formatFullDate(Date.parse(failure.from), timeZone, locale))
    : t.failures[failure.kind]
}
