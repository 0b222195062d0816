/** A booking's time, amount and whose it is, as text. */
import { counterIds, counterOf } from '../../shared/counters.ts'
import { formatValue, type Writing } from '../format.ts'
import type { Words } from '../i18n/words.svelte.ts'
import type { Numbers } from '../numbers.ts'

/** An amount in the unit of its counter, with the sign of a correction. */
export function amountText(counter: string, amount: number, writing: Writing): string {
  const id = counterIds.find((each) => each === counter)
  const unit = id ? counterOf(id).unit : 'count'
  // A clock knows no minus.
  const sign = amount < 0 ? '\u2212' : ''
  return sign + formatValue(Math.abs(amount), unit, writing)
}

/** The queue and the agent that it was counted for. */
export function whoseText(
  { queue, agent }: { queue: string | null; agent: string | null },
  numbers: Pick<Numbers, 'queueName' | 'agentName'>,
): string {
  return [
    queue === null ? '' : numbers.queueName(queue),
    agent === null ? '' : numbers.agentName(agent),
  ]
    .filter((name) => name !== '')
    .join(' · ')
}

/** What a counter counts, and in which language; its name where this version has none. */
export function counterText(counter: string, { locale, t }: Words): { text: string; lang: string } {
  const id = counterIds.find((each) => each === counter)
  if (!id) return { text: counter, lang: 'en' }
  const translated = t.counters[id]
  return translated === undefined
    ? { text: counterOf(id).counts, lang: 'en' }
    : { text: translated, lang: locale }
}
