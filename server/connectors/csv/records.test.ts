import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_RECORD_CHARS, readRecords, type CsvRecord, type Dialect } from './records.ts'

const usual: Dialect = { separator: ',', quote: '"' }

async function read(texts: readonly string[], dialect = usual): Promise<CsvRecord[]> {
  const records: CsvRecord[] = []
  for await (const record of readRecords(texts, dialect)) records.push(record)
  return records
}
const fields = async (text: string, dialect?: Dialect) =>
  (await read([text], dialect)).map((record) => (record.fault === null ? record.fields : null))

describe('records', () => {
  it.each<[string, string, (string[] | null)[]]>([
    ['nothing', '', []],
    ['one field', 'a', [['a']]],
    [
      'lines of Unix',
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'lines of Windows',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'lines of old Macs',
      'a,b\rc,d\r',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['no end of the last line', 'a\nb', [['a'], ['b']]],
    [
      'empty fields',
      ',a,\n,,',
      [
        ['', 'a', ''],
        ['', '', ''],
      ],
    ],
    ['empty lines, which are none', 'a\n\n\r\nb\n\n', [['a'], ['b']]],
    ['an empty field in quotes, which is one', 'a\n""\nb', [['a'], [''], ['b']]],
    ['a separator in quotes', '"a,b",c', [['a,b', 'c']]],
    ['a line end in quotes', '"a\r\nb",c', [['a\r\nb', 'c']]],
    ['a quote in quotes', '"say ""hi""",c', [['say "hi"', 'c']]],
    ['nothing but a quote', '""""', [['"']]],
    ['a quote within a field, which is one like others', 'a"b,c', [['a"b', 'c']]],
    ['spaces, which are kept', ' a , "b"', [[' a ', ' "b"']]],
    ['text after a closing quote: the line is lost', '"a"b,c\nd', [null, ['d']]],
    ['a quote that is never closed: the line is lost', 'a\n"b,c\nd', [['a'], null, ['d']]],
  ])('of %s', async (_name, text, expected) => {
    expect(await fields(text)).toEqual(expected)
  })

  it.each([
    ['semicolons', { separator: ';', quote: '"' }, '"a;b";c', [['a;b', 'c']]],
    ['tabs', { separator: '\t', quote: '"' }, 'a,b\tc', [['a,b', 'c']]],
    ['single quotes', { separator: ',', quote: "'" }, `'a,"',b`, [['a,"', 'b']]],
    ['no quotes', { separator: ',', quote: null }, '"a,b"', [['"a', 'b"']]],
  ])('by %s', async (_name, dialect, text, expected) => {
    expect(await fields(text, dialect)).toEqual(expected)
  })

  it('have the number of the line on which they begin, whatever lies between', async () => {
    const text = 'a\n\n"b\r\nb",1\r\n"c"x\nd\n"open\ne'
    expect((await read([text])).map(({ line, fault }) => [line, fault])).toEqual([
      [1, null],
      [3, null],
      [5, 'text after a closing quote'],
      [6, null],
      [7, 'a quote is never closed'],
      [8, null],
    ])
  })

  it('end where they are too long to be meant, and reading goes on', async () => {
    const text = `a\n"${'x\n'.repeat(MAX_RECORD_CHARS)}`
    const records = await read([text.slice(0, 10), text.slice(10, 300_000), text.slice(300_000)])
    const [first, long, next] = records
    expect(first).toEqual({ line: 1, fields: ['a'], fault: null })
    expect(long).toMatchObject({ line: 2, text: '"x' })
    expect(long?.fault).toMatch(/more than 262144 characters/)
    expect(next).toEqual({ line: 3, fields: ['x'], fault: null })
    expect(records).toHaveLength(MAX_RECORD_CHARS + 1)
  })
})

/** Pieces of any text, and where it is cut. */
const odd = fc.string({ unit: fc.constantFrom('a', 'b', ',', '"', '\n', '\r', ' ', 'é', '語') })
const cut = (text: string, at: readonly number[]): string[] => {
  const places = [...new Set(at.map((one) => one % (text.length + 1)))].sort((a, b) => a - b)
  return [0, ...places].map((from, i) => text.slice(from, places[i] ?? text.length))
}

describe('any text', () => {
  it('is the same records however it is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(odd, fc.array(fc.nat()), async (text, at) => {
        expect(await read(cut(text, at))).toEqual(await read([text]))
      }),
      { numRuns: 2_000 },
    )
  })

  it('that was written as RFC 4180 has it is read as it was meant', async () => {
    const field = fc.record({ text: odd, isQuoted: fc.boolean() })
    const row = fc.array(field, { minLength: 1, maxLength: 5 })
    const file = fc.record({
      rows: fc.array(row, { maxLength: 8 }),
      end: fc.constantFrom('\n', '\r\n', '\r'),
      at: fc.array(fc.nat()),
    })
    await fc.assert(
      fc.asyncProperty(file, async ({ rows, end, at }) => {
        const written = rows.map((one) =>
          one.map(({ text, isQuoted }) => {
            const isNeeded = /[",\r\n]/.test(text) || (text === '' && one.length === 1)
            return isQuoted || isNeeded ? `"${text.replaceAll('"', '""')}"` : text
          }),
        )
        const text = written.map((one) => one.join(',') + end).join('')
        const meant = rows.map((one) => one.map((field) => field.text))
        const found = await read(cut(text, at))
        expect(found.map((one) => (one.fault === null ? one.fields : one))).toEqual(meant)
      }),
      { numRuns: 2_000 },
    )
  })
})
