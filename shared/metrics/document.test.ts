import { expect, it } from 'vitest'
import type { Need } from '../counters/counter.ts'
import { catalogue } from './catalogue.ts'
import type { CatalogueRow } from './catalogue.ts'

/** docs/metrics.md: the catalogue for people to read. `npx vitest run shared/metrics -u` writes it. */

const groups: Record<CatalogueRow['group'], string> = {
  1: 'Inbound contacts in queues',
  2: 'Outbound and activity',
  3: 'Email',
  4: 'Live state',
  5: 'Orders, quotes, leads, pipeline',
  6: 'Revenue, customers, goals',
  7: 'Quality',
  8: 'Satisfaction',
}
const units: Record<CatalogueRow['unit'], string> = {
  count: 'a count',
  ratio: 'a ratio, 0 to 1',
  ms: 'milliseconds',
  money: "minor units of the center's currency",
  lines: 'lines, a mean',
  months: 'months, a mean',
  score: 'from -100 to 100',
  alpha: 'at most 1',
  matrix: 'counts from one to another',
  breakdown: 'a ranked list',
}
const directions: Record<CatalogueRow['better'], string> = {
  higher: 'higher is better',
  lower: 'lower is better',
  neither: 'neither way is better',
  band: 'best within a band',
}

const introduction = `# The metrics

Made from the catalogue that the program itself reads (\`GET /api/catalogue\`); do not edit.

A metric is a pure function of sums of counters, or of the live state, so the same definition serves
an agent, a queue, the whole center, five minutes or a year. n(x) counts x, sum(x) adds x; a / b is
a ratio of two sums, never a mean of ratios. T is the threshold of the queue's service level, s its
limit for short abandons. Where a feed does not report what a metric needs, the metric is n/a and
names the feed; it is never 0 for that.
`

const names = (ids: readonly string[]) => ids.map((id) => `\`${id}\``).join(', ')
const needed = (needs: readonly Need[]) =>
  needs.map((need) => need.map((type) => `\`${type}\``).join(' or ')).join('; ')

function entry(row: CatalogueRow): string {
  const { id, name, nameJa, formula, unit, better, scopes, attribution, empty } = row
  return [
    `### ${name} (${nameJa})\n`,
    `\`${id}\`: ${formula}\n`,
    `- Unit: ${units[unit]}; ${directions[better]}`,
    `- Scopes: ${scopes.join(', ')}${row.byChannel ? '; for each channel' : ''}`,
    `- Dated: ${attribution}`,
    ...(empty === null ? [] : [`- No value: ${empty}`]),
    ...(row.counters.length === 0 ? [] : [`- Counters: ${names(row.counters)}`]),
    ...(row.needs.length === 0 ? [] : [`- Needs: ${needed(row.needs)}`]),
    '',
  ].join('\n')
}

it('docs/metrics.md is what the catalogue says', async () => {
  const rows = catalogue()
  const text = Object.entries(groups).flatMap(([group, title]) => {
    const own = rows.filter((row) => row.group === Number(group)).map(entry)
    return own.length === 0 ? [] : [`## ${title}\n`, ...own]
  })
  await expect([introduction, ...text].join('\n')).toMatchFileSnapshot('../../docs/metrics.md')
})
