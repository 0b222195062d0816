/** This repository's own rules, which no linter knows. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { connectors } from '../server/connectors/registry.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What is made, fetched or kept here, and belongs to no commit. */
const NOT_OURS = new Set(['.git', '.cache', 'node_modules', 'dist', 'data', 'coverage'])

const files = filesIn('.')
const sources = files.filter((file) => /\.(ts|mjs|js|cjs|svelte)$/.test(file))
const texts = files.filter((file) => /\.(ts|mjs|js|cjs|svelte|json|md|css|html|txt)$/.test(file))

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : [path]
  })
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

/** The places where a pattern occurs: `file:line`. */
function findings(among: readonly string[], pattern: RegExp): string[] {
  return among.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${String(index + 1)}`] : [])),
  )
}

describe('tests', () => {
  const families = readdirSync(join(ROOT, 'shared/metrics'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    // A type, and a list.
    .filter((file) => file !== 'metric.ts' && file !== 'registry.ts')

  it.each(families)('shared/metrics/%s has its test beside it', (file) => {
    expect(existsSync(join(ROOT, 'shared/metrics', file.replace('.ts', '.test.ts')))).toBe(true)
  })

  it('none is skipped, left for later, or the only one that runs', () => {
    const pattern = new RegExp('\\b(it|test|describe)\\.' + '(skip|only|todo|fails)\\b')
    expect(findings(sources, pattern)).toEqual([])
  })
})

describe('names', () => {
  it('nothing is called utils, helpers, common or misc', () => {
    const vague = /^(utils?|helpers?|common|misc)$/
    const parts = files.flatMap((file) => file.split('/').map((part) => part.split('.')[0] ?? ''))
    expect(parts.filter((part) => vague.test(part))).toEqual([])
  })

  it('nothing is left to do in a comment', () => {
    expect(findings(sources, new RegExp('\\b(TO' + 'DO|FIX' + 'ME|XX' + 'X)\\b'))).toEqual([])
  })

  it('no path of somebody’s machine, and no host of a package registry', () => {
    const among = texts.filter((file) => !file.includes('/fixtures/'))
    const machine = new RegExp('(^|[^\\w.])/(wo' + 'rk|ho' + 'me|ro' + 'ot|Us' + 'ers)/')
    const registry = new RegExp('npm' + 'js\\.|deb\\.debi' + 'an\\.org')
    expect(findings(among, machine)).toEqual([])
    expect(findings(among, registry)).toEqual([])
  })
})

describe('documents', () => {
  it.each(Object.keys(connectors))('a page in docs/connectors tells of %s', (name) => {
    const pages = files.filter((file) => file.startsWith('docs/connectors/'))
    expect(pages.filter((page) => read(page).includes(name))).not.toEqual([])
  })

  it('decisions are numbered one after the other', () => {
    const numbers = readdirSync(join(ROOT, 'docs/decisions')).map((file) => file.slice(0, 4))
    const expected = numbers.map((_number, index) => String(index + 1).padStart(4, '0'))
    expect(numbers.sort()).toEqual(expected)
  })

  it.each(files.filter((file) => file.endsWith('.md')))(
    'the links of %s lead somewhere',
    (file) => {
      const targets = [...read(file).matchAll(/\]\(([^)#\s]+)/g)].map(([, target = '']) => target)
      const missing = targets
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => !existsSync(join(ROOT, dirname(file), target)))
      expect(missing).toEqual([])
    },
  )
})

describe('packages', () => {
  type Locked = { version?: string; resolved?: string; optionalDependencies?: object }
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }
  const wanted = JSON.parse(read('package.json')) as Record<string, Record<string, string>>

  it('are wanted in exact versions', () => {
    const ranges = Object.entries({ ...wanted['dependencies'], ...wanted['devDependencies'] })
    expect(ranges.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })

  it('are all in the lock file, those for other platforms too: else npm ci refuses it', () => {
    const lacking = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          !lock.packages[`${path}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`],
      ),
    )
    expect(lacking).toEqual([])
  })

  it('come from whatever registry the machine uses', () => {
    const fixed = Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)
    expect(fixed).toEqual([])
  })
})

it('.ci/run can be run', () => {
  expect(statSync(join(ROOT, '.ci/run')).mode & 0o111).not.toBe(0)
})
