import { describe, expect, it } from 'vitest'
import { checkMapping } from './mapping.ts'
import { readyMappings } from './ready.ts'

const event = {
  type: 'contact.started',
  time: { columns: ['at'], format: 'iso' },
  data: {
    contactId: { column: 'id' },
    channel: { value: 'voice' },
    direction: { value: 'inbound' },
  },
}
const mapping = { source: '/csv/x/y', timeZone: 'UTC', events: [event] }
const errorsOf = (input: unknown): readonly string[] => {
  const checked = checkMapping(input)
  return checked.ok ? [] : checked.errors
}

it.each(Object.keys(readyMappings))('the ready mapping %s holds', (name) => {
  expect(errorsOf(readyMappings[name])).toEqual([])
})

describe('a mapping', () => {
  it('holds', () => {
    expect(errorsOf(mapping)).toEqual([])
  })

  const withEvent = (more: object) => ({ ...mapping, events: [{ ...event, ...more }] })
  const withData = (more: object) => withEvent({ data: { ...event.data, ...more } })
  it.each<[string, unknown, RegExp]>([
    ['that is none', 'text', /^the mapping: /],
    [
      'with an unknown type',
      withEvent({ type: 'contact.vanished' }),
      /events\.0\.type: .*"contact\.vanished"/,
    ],
    [
      'with an unknown field',
      withData({ colour: { value: 'red' } }),
      /events\.0\.data\.colour: contact\.started has no such field; it has contactId, /,
    ],
    [
      'without a field that is needed',
      withEvent({ data: {} }),
      /events\.0\.data\.contactId: is missing/,
    ],
    [
      'with a field of the contract as an extra',
      withEvent({ extra: { customer: { column: 'c' } } }),
      /extra\.customer: .* belongs into data/,
    ],
    ['with a misspelt option', { ...mapping, seperator: ';' }, /seperator/],
    [
      'with a misspelt cell',
      withData({ customer: { colum: 'c' } }),
      /events\.0\.data\.customer: must be an object with one of value, column/,
    ],
    ['with an unknown encoding', { ...mapping, encoding: 'klingon' }, /encoding: "klingon"/],
    ['with an unknown zone', { ...mapping, timeZone: 'Mars/Base' }, /timeZone: "Mars\/Base"/],
    [
      'with an unknown zone of a time',
      withEvent({ time: { ...event.time, timeZone: 'Mars/Base' } }),
      /events\.0: "Mars\/Base"/,
    ],
    [
      'with a format that is none',
      withEvent({ time: { columns: ['a'], format: 'YYYY' } }),
      /format "YYYY" cannot be read: "YYYY" is no part/,
    ],
    ['with the separator as its quote', { ...mapping, separator: '"' }, /quote: is the separator/],
    [
      'with a separator of two',
      { ...mapping, separator: '||' },
      /separator: must be one character/,
    ],
    [
      'with a condition of nothing',
      withEvent({ when: [{ column: 'a' }] }),
      /when\.0: needs is, isNot or present/,
    ],
    [
      'with a length of nothing',
      withEvent({ time: { ...event.time, plus: [{ unit: 'seconds' }] } }),
      /needs either column or value/,
    ],
    ['without events', { ...mapping, events: [] }, /^events: /],
    ['without a source', { ...mapping, source: undefined }, /^source: /],
  ])('%s is refused, and says why', (_name, input, reason) => {
    expect(errorsOf(input).join('\n')).toMatch(reason)
  })

  it('names every fault, not only the first', () => {
    const faulty = {
      ...withData({ colour: { value: 1 }, size: { value: 2 } }),
      timeZone: 'Mars/Base',
    }
    expect(errorsOf(faulty)).toHaveLength(3)
  })
})
