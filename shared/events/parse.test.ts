import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { EVERY_TIME, everyEvent, exampleEvent } from '../../test/everyEvent.ts'
import { eventSchemas, eventTypes, systemOf, type EventType } from './event.ts'
import { naturalKey } from './key.ts'
import { parseEvent, type EventFault } from './parse.ts'

const faultsOf = (sent: unknown): EventFault[] => {
  const parsed = parseEvent(sent)
  return parsed.ok ? [] : parsed.errors
}
const pathsOf = (sent: unknown): string[] => faultsOf(sent).map(({ path }) => path)
const withData = (type: EventType, changes: Record<string, unknown>): object => ({
  ...exampleEvent(type),
  data: { ...exampleEvent(type).data, ...changes },
})
const anyType = fc.constantFrom(...eventTypes)

describe.each(eventTypes)('%s', (type) => {
  const { data, key } = everyEvent[type]
  const schema = eventSchemas[type]

  it('is understood with all its fields, and each of them is in the example', () => {
    expect(faultsOf(exampleEvent(type))).toEqual([])
    const optional = ['provenance', 'precision']
    const named = Object.keys(schema.shape).filter((field) => !optional.includes(field))
    const early = type === 'survey.sent' ? ['score', 'scale', 'comment'] : []
    expect([...Object.keys(data), ...optional, ...early].sort()).toEqual(
      expect.arrayContaining(named.sort()),
    )
  })

  it('has the key that the contract says', () => {
    const parsed = parseEvent(exampleEvent(type))
    if (!parsed.ok) throw new Error('not understood')
    const atMs = String(Date.parse(EVERY_TIME))
    expect(naturalKey(parsed.event)).toBe(key.endsWith('@') ? key + atMs : key)
  })

  it.each(Object.keys(data))('names a fault in %s', (field) => {
    for (const wrong of [null, {}, []]) {
      // An empty list is a list.
      if (Array.isArray(data[field]) && Array.isArray(wrong)) continue
      const paths = pathsOf(withData(type, { [field]: wrong }))
      expect(paths.filter((path) => path.startsWith(`data.${field}`))).not.toEqual([])
    }
    const shape: Record<string, z.ZodType> = schema.shape
    const isOptional = shape[field]?.safeParse(undefined).success
    const faults = faultsOf(withData(type, { [field]: undefined }))
    if (!isOptional)
      expect(faults).toContainEqual({ path: `data.${field}`, message: 'is required' })
  })

  it('keeps fields that it does not know', () => {
    const unknown = { 'x-color': 'green', nested: { a: [1, { b: null }] } }
    const parsed = parseEvent(withData(type, unknown))
    expect(parsed).toMatchObject({ ok: true, event: { data: unknown } })
  })
})

describe('the envelope', () => {
  const sent = exampleEvent('contact.ended')

  it('leaves as the stream holds it', () => {
    const full = {
      ...sent,
      recordedtime: '2026-11-21T19:31:08+09:00',
      sequence: 17,
      subject: 'call 42',
      correlationid: 'x',
      causationid: 'y',
      traceparent: 'not ours',
    }
    expect(parseEvent(full)).toEqual({
      ok: true,
      event: {
        id: 'contact.ended-1',
        source: '/acme/suite-1/feed',
        type: 'contact.ended',
        atMs: Date.parse(EVERY_TIME),
        recordedAtMs: Date.parse('2026-11-21T10:31:08Z'),
        sequence: '17',
        subject: 'call 42',
        correlationId: 'x',
        causationId: 'y',
        data: sent.data,
      },
    })
  })

  it.each([
    ['com.acme.contact.ended', true],
    ['jp.co.acme.contact.ended', true],
    ['acme.contact.ended', true],
    ['contact.ended.v2', false],
    ['contact.exploded', false],
    ['ended', false],
    ['constructor', false],
    ['__proto__', false],
    ['a.__proto__.constructor', false],
  ])('type %s: %s', (type, isKnown) => {
    expect(pathsOf({ ...sent, type })).toEqual(isKnown ? [] : ['type'])
  })

  it.each([
    ['/asterisk/pbx-1/ami', '/asterisk/pbx-1'],
    ['asterisk/pbx-1', '/asterisk/pbx-1'],
    ['/crm', '/crm'],
    ['https://acme.example/crm/hooks', '/https:/acme.example'],
  ])('source %s is of the system %s', (source, system) => {
    expect(pathsOf({ ...sent, source })).toEqual([])
    expect(systemOf(source)).toBe(system)
  })

  it('names all its faults together with those of the data', () => {
    const { data: _data, ...rest } = exampleEvent('contact.held')
    const wrong = { ...rest, id: '', time: 'noon', data: { contactId: 5, legId: '' } }
    expect(pathsOf(wrong)).toEqual(['id', 'time', 'data.contactId', 'data.legId', 'data.agent'])
  })

  it('is not fooled by names of its own language', () => {
    const data = JSON.parse('{"__proto__":{"agent":"x"},"contactId":"c","legId":"l"}') as unknown
    expect(pathsOf({ ...exampleEvent('contact.held'), data })).toEqual(['data.agent'])
  })
})

it('never throws, whatever it is given', () => {
  fc.assert(fc.property(fc.anything(), (input) => void parseEvent(input)))
})

it('names each of two faults', () => {
  fc.assert(
    fc.property(
      anyType,
      fc.nat(),
      fc.constantFrom('id', 'source', 'time', 'specversion'),
      (type, n, attribute) => {
        const fields = Object.keys(everyEvent[type].data)
        const field = fields[n % fields.length]!
        const sent = { ...withData(type, { [field]: null }), [attribute]: null }
        const paths = pathsOf(sent)
        expect(paths).toContain(attribute)
        expect(paths).toContain(`data.${field}`)
      },
    ),
  )
})

it('says where each fault is, and takes what has none to the stream and back', () => {
  fc.assert(
    fc.property(anyType, fc.nat(), fc.jsonValue({ maxDepth: 3 }), (type, n, value) => {
      const fields = Object.keys(everyEvent[type].data)
      const field = fields[n % fields.length]!
      const sent = withData(type, { [field]: value }) as { data: unknown }
      const parsed = parseEvent(sent)
      // The schema made into code says what the schema says.
      const data = eventSchemas[type].safeParse(sent.data)
      if (parsed.ok) {
        expect(parsed.event.data).toEqual(data.data)
        expect(JSON.parse(JSON.stringify(parsed.event))).toEqual(parsed.event)
        return
      }
      expect(parsed.errors).not.toEqual([])
      expect(data.success).toBe(parsed.errors.every(({ path }) => path === 'sequence'))
      for (const { path, message } of parsed.errors) {
        expect(path).toMatch(/^(data\.|sequence$)/)
        expect(message).not.toBe('')
      }
    }),
    { numRuns: 1_000 },
  )
})
