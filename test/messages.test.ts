import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'svelte/compiler'
import { describe, expect, it } from 'vitest'
import { metricIds, metricOf } from '../shared/metrics/registry.ts'
import { ownParts } from '../shared/metrics/own.ts'
import { allSettings } from '../shared/metrics/settings.ts'
import { en } from '../client/i18n/en.ts'
import { ja } from '../client/i18n/ja.ts'
import { shortMetricName } from '../client/metricNames.ts'

type Leaf = { path: string; text: unknown }

/** Every text of a catalogue with its path; functions as they are. */
function leavesOf(value: object, path = ''): Leaf[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null
      ? leavesOf(inner, `${path}${key}.`)
      : [{ path: path + key, text: inner }],
  )
}

/** What metrics and counters are called, and say, may be left out where the dictionary's will do. */
const isOptional = ({ path }: Leaf): boolean =>
  /^(shortMetrics|columnMetrics|declarations|counters)\./.test(path)
const required = (messages: object): Leaf[] =>
  leavesOf(messages).filter((leaf) => !isOptional(leaf))

describe.each([
  ['en', en],
  ['ja', ja],
] as const)('the texts in %s', (_locale, messages) => {
  const leaves = required(messages)

  it('are the same as in the other language', () => {
    const other = required(messages === en ? ja : en)
    expect(leaves.map(({ path }) => path).sort()).toEqual(other.map(({ path }) => path).sort())
  })

  it.each(leaves.filter(({ text }) => typeof text === 'function'))(
    '$path says everything that it is given',
    ({ text }) => {
      const say = text as (...given: unknown[]) => string
      // Numbers that occur nowhere else, for plural rules want numbers.
      const given = Array.from({ length: say.length }, (_, i) => 4711 + i * 1000)
      const isOfTexts = /toLowerCase/.test(say.toString())
      // A list comes last.
      const isOfList = /\.join\(|\blist\(/.test(say.toString())
      const words = isOfTexts || isOfList ? given.map(String) : given
      const last = isOfList ? [words.slice(-1)] : words.slice(-1)
      const said = say(...words.slice(0, -1), ...last).replace(/[,.\s]/g, '')
      for (const each of given) expect(said).toContain(String(each))
    },
  )

  it('say something', () => {
    for (const { path, text } of leaves) {
      if (typeof text === 'string') expect(text.trim(), path).not.toBe('')
    }
  })

  it('name every part of every formula', () => {
    const ofTheCatalogue = metricIds.flatMap((id) => {
      const metric = metricOf(id)
      if (metric.kind === 'detail') return [metric.part]
      return metric.kind === 'balance'
        ? metric.scopes.flatMap((scope) =>
            allSettings.flatMap((settings) => Object.keys(metric.parts(scope, settings))),
          )
        : []
    })
    const parts: readonly string[] = [...ofTheCatalogue, ...ownParts]
    const names: Readonly<Record<string, string>> = messages.parts
    expect(parts.filter((part) => !(part in names))).toEqual([])
    expect(Object.keys(names).filter((name) => !parts.includes(name))).toEqual([])
  })
})

describe.each([
  ['en', en],
  ['ja', ja],
] as const)('the names on tiles in %s', (locale, t) => {
  /** What fits a tile of a quarter of a wall: a Japanese character is as wide as two Latin ones. */
  const FITS = 18
  const widthOf = (name: string): number =>
    Array.from(name, (each) => ((each.codePointAt(0) ?? 0) < 0x1000 ? 1 : 2)).reduce<number>(
      (sum, width) => sum + width,
      0,
    )
  const names = metricIds.map((id) => shortMetricName(id, { locale, t }))

  it('fit', () => {
    expect(names.filter((name) => widthOf(name) > FITS)).toEqual([])
  })

  it('tell the metrics apart', () => {
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })
})

describe('plural rules', () => {
  it.each([
    [1, '1 tile'],
    [2, '2 tiles'],
    [0, '0 tiles'],
  ])('%d', (n, said) => {
    expect(en.home.widgets(n)).toBe(said)
  })
})

const folder = join(import.meta.dirname, '../client')
const components = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.svelte'),
)

/** Attributes that are read to people, or shown. */
const SPOKEN = new Set(['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'label'])

/** Texts of a component's markup that no catalogue holds. */
function hardCoded(source: string): string[] {
  const found: string[] = []
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit)
    } else if (typeof node === 'object' && node !== null) {
      const { type: kind, data, name, value } = node as Record<string, unknown>
      if (kind === 'Text' && /\p{L}/u.test(String(data))) found.push(String(data).trim())
      if (kind === 'StyleDirective') return
      if (kind === 'Attribute' && !SPOKEN.has(String(name))) {
        // The value of any other attribute is for machines, unless it holds markup.
        visit(Array.isArray(value) ? [] : value)
        return
      }
      Object.values(node).forEach(visit)
    }
  }
  visit(parse(source, { modern: true }).fragment)
  return found
}

describe('the markup', () => {
  it('is looked at', () => {
    expect(components.length).toBeGreaterThan(20)
    expect(hardCoded('<p title="Hello">{x} more</p><a class="big">{y}</a>')).toEqual([
      'Hello',
      'more',
    ])
  })

  it.each(components)('%s holds no text of its own', (file) => {
    expect(hardCoded(readFileSync(join(folder, file), 'utf8'))).toEqual([])
  })
})

describe('the catalogue', () => {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(svelte|ts)$/.test(file) && !file.startsWith('i18n'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n')

  /** `t.wall.silent`, or a group that is asked by key: `t.agentStates[state]`. */
  const isUsed = (path: string): boolean => {
    const [group = '', ...rest] = path.split('.')
    const said = path.replaceAll('.', '\\.')
    // A group within that group, asked by key as well.
    const within = rest
      .slice(0, -1)
      .map((name) => `\\.${name}`)
      .join('')
    return (
      new RegExp(`\\bt\\.${said}\\b`).test(sources) ||
      new RegExp(`\\bt\\.${group}\\[`).test(sources) ||
      new RegExp(`\\bt\\.${path.split('.').slice(0, -1).join('\\.')}\\[`).test(sources) ||
      // A component of one group may name it `t` itself.
      new RegExp(
        `t = \\$derived\\(words\\.t\\.${group}\\)[^]*\\bt(\\.${rest.join('\\.')}\\b|(${within})?\\[)`,
      ).test(sources)
    )
  }

  it.each(required(en).map(({ path }) => path))('%s is said somewhere', (path) => {
    expect(isUsed(path)).toBe(true)
  })
})
