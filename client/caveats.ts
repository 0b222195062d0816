/** What a reader is told beside a value that is not all that its name says. */
import type { Caveat } from '../shared/metrics/evaluate.ts'
import type { Messages } from './i18n/en.ts'

/** One phrase, such as `without wrap-up`. */
export function caveatText(caveat: Caveat, t: Messages): string {
  const part = partName(caveat.part, t)
  switch (caveat.kind) {
    case 'without':
      return t.caveats.without(part)
    case 'configured':
      return t.caveats.configured(part)
    case 'includes':
      return caveat.what === 'ringing'
        ? t.caveats.includesRinging(part)
        : t.caveats.includesHold(part)
  }
}

/** What a part of a formula is called. */
export function partName(part: string, t: Messages): string {
  return t.parts[part] ?? part
}
