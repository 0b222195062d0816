import { isAscii } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventTypes } from '../../shared/events/event.ts'
import { parseEvent } from '../../shared/events/parse.ts'
import { exampleEvent } from '../../test/everyEvent.ts'
import { sentEvent } from '../../test/sentEvents.ts'
import { marksOf } from '../stream/deliveries.ts'
import { PlainEvent, plainEvents } from './plainEvents.ts'

const read = (text: string): unknown[] | null => {
  const body = Buffer.from(text)
  return plainEvents(body, isAscii(body))
}
const plainOf = (text: string): PlainEvent | null => {
  const [event] = read(text) ?? []
  return event instanceof PlainEvent ? event : null
}
const isPlain = (text: string): boolean => plainOf(text) !== null

/** Whatever was read of a text is what `JSON.parse` and `parseEvent` say of it. */
function expectSame(text: string): void {
  const events = read(text)
  if (!events) return
  // As bytes, half of a character is none.
  const parsed: unknown = JSON.parse(Buffer.from(text).toString())
  const whole: unknown[] = Array.isArray(parsed) ? parsed : [parsed]
  expect(events.map((one) => (one instanceof PlainEvent ? one.asSent() : one))).toEqual(whole)
  for (const event of events) {
    if (!(event instanceof PlainEvent)) continue
    const judged = parseEvent(event.asSent())
    if (!judged.ok) throw new Error(`${text} is not fine: ${JSON.stringify(judged.errors)}`)
    const { json, mark, source, atMs } = event.ready
    expect(JSON.parse(json)).toEqual(judged.event)
    expect({ mark, source, atMs }).toEqual({
      mark: marksOf([judged.event]),
      source: judged.event.source,
      atMs: judged.event.atMs,
    })
  }
}

/** The text of an event, its fields in the order given and some again. */
const textOf = (fields: readonly (readonly [string, unknown])[]): string =>
  `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${textIn(value)}`).join(',')}}`
const textIn = (value: unknown): string =>
  value instanceof Fields ? textOf(value.list) : JSON.stringify(value)
class Fields {
  readonly list: readonly (readonly [string, unknown])[]
  constructor(list: readonly (readonly [string, unknown])[]) {
    this.list = list
  }
}

const usual = sentEvent(1, { data: { ...sentEvent(1).data, channel: 'voice' } })
const usualText = JSON.stringify(usual)
const withData = (data: object): string =>
  JSON.stringify({ ...usual, data: { ...usual.data, ...data } })

describe('plain', () => {
  it('are the events of most feeds', () => {
    const types = eventTypes.filter((type) => isPlain(JSON.stringify(exampleEvent(type))))
    expect(types).toEqual(
      expect.arrayContaining([
        'contact.started',
        'contact.queued',
        'contact.offered',
        'contact.connected',
        'contact.disconnected',
        'contact.wrapUpEnded',
        'contact.ended',
        'agent.stateChanged',
        'agent.queueChanged',
        'message.tracked',
        'case.changed',
        'lead.changed',
      ]),
    )
  })

  it.each([
    ['names in any script', withData({ queue: '営業 💥', agent: 'é' })],
    ['fields that are not known', withData({ 'x-color': 'green', n: 17, yes: true, none: null })],
    ['another order', textOf(Object.entries(usual).reverse())],
    ['white space', JSON.stringify(usual, null, 2).replaceAll('\n', '\r\n\t')],
    [
      'all attributes',
      JSON.stringify({
        ...usual,
        recordedtime: '2026-11-21T19:31:08+09:00',
        sequence: '17',
        subject: 'call 42',
        correlationid: 'x',
        causationid: 'y',
        datacontenttype: 'application/json',
      }),
    ],
    [
      'whole seconds with a sequence',
      JSON.stringify({
        ...usual,
        sequence: '1',
        data: { ...usual.data, precision: 's' },
      }),
    ],
  ])('%s', (_name, text) => {
    expect(isPlain(text)).toBe(true)
    expectSame(text)
    expectSame(`[${text}, ${usualText} ,${text}]`)
  })

  it.each([
    ['an escape', withData({ queue: 'a"b' })],
    ['half of a character', withData({ queue: '\ud800' })],
    ['a character 0', withData({ queue: '\0' })],
    ['a line break that is not escaped', usualText.replace('sales', 'sa\nles')],
    ['a list', withData({ tags: [] })],
    ['an object within', withData({ more: {} })],
    ['a fraction', withData({ 'x-rate': 1.5 })],
    ['zero below zero', usualText.replace('"sales"', '"sales","x":-0')],
    ['a number that begins with 0', usualText.replace('"sales"', '"sales","x":07')],
    ['a number of twenty digits', usualText.replace('"sales"', '"sales","x":12345678901234567890')],
    ['a prototype', usualText.replace('"sales"', '"sales","__proto__":"x"')],
    ['an unknown field twice', usualText.replace('"sales"', '"sales","x":"a","x":"b"')],
    ['a field twice', usualText.replace('"sales"', '"sales","queue":"support"')],
    ['an attribute twice', usualText.replace('"id"', '"id":"other","id"')],
    ['data twice', usualText.replace('"data"', '"data":{},"data"')],
    ['no name', withData({ queue: '' })],
    ['a name that is too long', withData({ queue: 'x'.repeat(257) })],
    ['a channel that there is none', withData({ channel: 'fax' })],
    ['a number for a name', withData({ queue: 5 })],
    ['null for a name', withData({ queue: null })],
    ['a field that is missing', withData({ queue: undefined })],
    ['whole seconds without a sequence', withData({ precision: 's' })],
    ['another version', JSON.stringify({ ...usual, specversion: '1.1' })],
    ['a number for a version', JSON.stringify({ ...usual, specversion: 1 })],
    ['no id', JSON.stringify({ ...usual, id: '' })],
    ['an id that is too long', JSON.stringify({ ...usual, id: 'x'.repeat(513) })],
    ['a source with a space', JSON.stringify({ ...usual, source: '/a b' })],
    ['a type that is longer', JSON.stringify({ ...usual, type: 'com.acme.contact.queued' })],
    ['an unknown type', JSON.stringify({ ...usual, type: 'constructor' })],
    ['noon', JSON.stringify({ ...usual, time: 'noon' })],
    ['a clock that was never set', JSON.stringify({ ...usual, time: '1999-12-31T23:59:59Z' })],
    ['an unknown attribute that is no JSON', usualText.replace('"id"', '"x":-1-1,"id"')],
    ['a sequence that is a number', JSON.stringify({ ...usual, sequence: 1 })],
    ['data that is text', JSON.stringify({ ...usual, data: 'x' })],
    ['no data', JSON.stringify({ ...usual, data: undefined })],
    ['an order with lines', JSON.stringify(exampleEvent('order.changed'))],
    ['what is judged together', JSON.stringify(exampleEvent('cost.recorded'))],
  ])('not: %s', (_name, text) => {
    expect(isPlain(text)).toBe(false)
    expectSame(text.includes('\ud800') ? '[]' : `[${usualText},${usualText}]`)
    try {
      JSON.parse(text)
    } catch {
      expect(read(text)).toBeNull()
      return
    }
    expectSame(`[${text},${usualText}]`)
  })

  it('is a source in another script, whatever its bytes are taken for', () => {
    const twice = [
      JSON.stringify({ ...usual, source: '/é' }),
      JSON.stringify({ ...usual, source: '/Ã©' }),
    ]
    for (const text of [...twice, `[${twice.join(',')}]`]) expectSame(text)
  })
})

it.each([
  '',
  ' ',
  'x',
  '5',
  '[',
  '[5',
  '[5,]',
  '[,5]',
  '[5]x',
  '[5]]',
  '["a]',
  '{',
  '{"a":1',
  '{"a" 1}',
  '{"a":}',
  '{"a":1,}',
  `${usualText},`,
  `[${usualText}`,
  `[${usualText}]]`,
  `[${usualText} ${usualText}]`,
  '\ufeff[]',
  `[${'['.repeat(100)}${']'.repeat(100)}]`,
])('reads nothing of %j', (text) => {
  expect(read(text)).toBeNull()
})

const value = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('voice', 's', 'ms', 'sales', 'observed', 'true', '__proto__', 'x'.repeat(257)),
  fc.integer(),
  fc.constantFrom(0, -0, 1.5, 1e21, 1e-7, true, false, null, [], {}, [{ a: 1 }]),
)
const name = fc.oneof(
  fc.constantFrom('x', 'y', 'queue', 'agent', 'precision', 'provenance', '__proto__', 'id', 'data'),
  fc.string({ maxLength: 4 }),
)
const mixedUp = fc
  .record({
    type: fc.constantFrom(...eventTypes),
    dataMore: fc.array(fc.tuple(name, value), { maxLength: 3 }),
    more: fc.array(
      fc.tuple(
        fc.constantFrom('subject', 'sequence', 'recordedtime', 'correlationid', 'x', 'id', 'time'),
        fc.oneof(value, fc.constantFrom('2026-11-21T10:31:08Z', '1970-01-01T00:00:00Z', '17')),
      ),
      { maxLength: 2 },
    ),
    order: fc.array(fc.nat(20), { minLength: 30, maxLength: 30 }),
  })
  .map(({ type, dataMore, more, order }) => {
    const { data, ...attributes } = exampleEvent(type)
    const shuffled = <Item>(items: Item[]): Item[] =>
      items
        .map((item, n) => ({ item, at: order[n] ?? 0 }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item)
    const inside = new Fields(shuffled([...Object.entries(data), ...dataMore]))
    return textOf(shuffled([...Object.entries(attributes), ['data', inside] as const, ...more]))
  })

it('says of every batch what parsing and judging it says', () => {
  fc.assert(
    fc.property(fc.array(mixedUp, { maxLength: 4 }), (texts) => {
      expectSame(`[${texts.join(', ')}]`)
    }),
    { numRuns: 1_000 },
  )
})

it('reads nothing as JSON that is none, wherever a text is damaged', () => {
  const damage = fc.tuple(
    fc.nat(),
    fc.nat(2),
    fc.constantFrom('"', '\\', '{', '}', '[', ']', ':', ',', ' ', '\n', '0', '-', 'e', 'é', '\0'),
  )
  fc.assert(
    fc.property(mixedUp, fc.array(damage, { minLength: 1, maxLength: 3 }), (text, damages) => {
      let damaged = `[${text},${usualText}]`
      for (const [place, length, put] of damages) {
        const at = place % damaged.length
        damaged = damaged.slice(0, at) + put + damaged.slice(at + length)
      }
      expectSame(damaged)
    }),
    { numRuns: 2_000 },
  )
})
