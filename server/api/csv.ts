/** Tables as CSV (RFC 4180), such that spreadsheets read them rightly. */
import { scopeText } from '../../shared/scope.ts'
import { instantText } from './instant.ts'
import type { AskedMetric, ScopeFigures } from './reads.ts'

/** Without it spreadsheets take UTF-8 for something older. */
const BYTE_ORDER_MARK = '\uFEFF'

/** A row for each scope and step, a column for each metric; a value that there is not is empty. */
export function historyCsv(
  results: readonly ScopeFigures[],
  metrics: readonly AskedMetric[],
): string {
  const ids = metrics.map(({ id }) => id)
  const rows = results.flatMap(({ scope, steps }) =>
    steps.map(({ span, values }) => [
      scopeText(scope),
      instantText(span.fromMs),
      instantText(span.toMs),
      ...ids.map((id) => {
        const value = values.get(id)?.value ?? null
        return value === null ? '' : String(value)
      }),
    ]),
  )
  return csvText([['scope', 'from', 'to', ...ids], ...rows])
}

export function csvText(rows: readonly (readonly string[])[]): string {
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(field).join(',')}\r\n`).join('')
}

/**
 * A field, quoted where it must be. A text that a spreadsheet would run as a formula gets an
 * apostrophe in front: a queue's name comes from a feed, and feeds are not trusted.
 */
function field(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)
  const harmless = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
