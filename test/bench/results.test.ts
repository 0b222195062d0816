import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { expect, it } from 'vitest'
import { compared, readResults, withTables } from './results.ts'
import type { BenchRow } from './row.ts'
import { isMet } from './row.ts'

const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url))

it('docs/performance.md shows the stored results', async () => {
  const page = withTables(await readFile(PAGE, 'utf8'), await readResults())
  const shown = await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE })
  await expect(shown).toMatchFileSnapshot(PAGE)
})

const row = (changes: Partial<BenchRow>): BenchRow => ({
  name: 'ingest',
  figure: 50,
  unit: 'events/s',
  floor: 100,
  ratio: 0.5,
  target: '≥ 0.5',
  wants: { ratioAtLeast: 0.5 },
  ...changes,
})

it.each([
  [{ ratio: 0.5 }, true],
  [{ ratio: 0.49 }, false],
  [{ wants: { atLeast: 51 } }, false],
  [{ wants: { ratioAtMost: 0.4 } }, false],
  [{ wants: { atMost: 50 } }, true],
])('a row with %j meets its target: %s', (changes, met) => {
  expect(isMet(row(changes))).toBe(met)
})

it.each([
  ['less a second is worse', { ratio: 0.3 }, 1],
  ['more a second is not', { ratio: 0.9 }, 0],
  ['a little less is noise', { ratio: 0.4 }, 0],
  ['more time is worse', { ratio: 0.8, unit: 'ms' }, 1],
  ['less time is not', { ratio: 0.3, unit: 'ms' }, 0],
  ['what was never measured is new', { ratio: 0.1, name: 'other' }, 0],
])('compared with the stored 0.5: %s', (_, changes, worse) => {
  expect(compared([row(changes)], [{ name: 'ingest', ratio: 0.5 }]).worse).toBe(worse)
})
