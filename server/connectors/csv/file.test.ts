import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Directory } from '../../../shared/directory.ts'
import { parseEvent } from '../../../shared/events/parse.ts'
import type { SentEvent } from '../../../shared/events/sent.ts'
import type { MetricId } from '../../../shared/metrics/registry.ts'
import { foldEvents } from '../../../test/foldedEvents.ts'
import { readCsv } from './file.ts'
import { checkMapping, type Mapping } from './mapping.ts'
import { readyMappings } from './ready.ts'

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../../test/fixtures/csv/${name}`, import.meta.url))

function mappingOf(input: unknown): Mapping {
  const checked = checkMapping(input)
  if (!checked.ok) throw new Error(checked.errors.join('\n'))
  return checked.mapping
}
const ready = (name: string): Mapping => mappingOf(readyMappings[name])

type Imported = {
  events: SentEvent[]
  at: number[]
  understood: number
  skipped: number
  rejected: { at: number; input: string; reason: string }[]
}

async function read(bytes: Iterable<Uint8Array>, mapping: Mapping): Promise<Imported> {
  const all: Imported = { events: [], at: [], understood: 0, skipped: 0, rejected: [] }
  for await (const part of readCsv(bytes, mapping, mapping.source)) {
    all.events.push(...part.events)
    all.at.push(...part.at)
    all.rejected.push(...part.rejected)
    all.understood += part.understood
    all.skipped += part.skipped
  }
  return all
}
const told = ({ events }: Imported) =>
  events.map(({ time, type, data }) => [time, type, data['contactId'] ?? data['opportunityId']])

describe('the call list', () => {
  const list = () => read([fixture('call-list.csv')], ready('call-list'))

  it('tells of every call with its instants', async () => {
    const imported = await list()
    expect([imported.understood, imported.skipped, imported.rejected]).toEqual([7, 0, []])
    expect(told(imported).filter(([, , id]) => id === 'ID0002' || id === 'ID0006')).toEqual([
      ['2026-11-02T08:12:58.000Z', 'contact.queued', 'ID0002'],
      ['2026-11-02T08:14:08.000Z', 'contact.dequeued', 'ID0002'],
      ['2026-11-02T08:14:08.000Z', 'contact.connected', 'ID0002'],
      ['2026-11-02T08:18:10.000Z', 'contact.disconnected', 'ID0002'],
      ['2026-11-02T08:18:10.000Z', 'contact.disposed', 'ID0002'],
      ['2026-11-02T08:18:10.000Z', 'contact.ended', 'ID0002'],
      ['2026-11-02T08:18:10.000Z', 'survey.answered', 'ID0002'],
      ['2026-11-02T09:00:29.000Z', 'contact.queued', 'ID0006'],
      ['2026-11-02T09:00:59.000Z', 'contact.dequeued', 'ID0006'],
      ['2026-11-02T09:00:59.000Z', 'contact.ended', 'ID0006'],
    ])
    expect(imported.at.slice(0, 8)).toEqual([2, 2, 2, 2, 2, 2, 2, 3])
  })

  it('marks what is worked out from lengths of time as derived, and not what is read', async () => {
    const { events } = await list()
    const marks = new Map(events.map(({ type, data }) => [type, data['provenance']]))
    expect(marks.get('contact.queued')).toBeUndefined()
    expect(marks.get('contact.connected')).toBe('derived')
  })

  it('gives the numbers that a person would count', async () => {
    const { events } = await list()
    const folded = foldEvents(events, Directory.parse({}))
    const value = (id: MetricId, scope = 'queue:calls') =>
      folded.value(id, scope, Date.UTC(2026, 10, 3))
    expect(value('callsOffered')).toBe(7)
    expect(value('callsAnswered')).toBe(5)
    expect(value('callsAbandoned')).toBe(2)
    // 17, 20 and 4 seconds are in time; 70 and 28 are not, and the two who gave up waited for 30.
    expect(value('serviceLevel')).toBe(3 / 7)
    expect(value('averageSpeedOfAnswer')).toBe((17 + 70 + 20 + 4 + 28) * 200)
    expect(value('averageTalkTime')).toBe((143 + 242 + 131 + 22 + 375) * 200)
    expect(value('callsHandled', 'agent:Becky')).toBe(2)
  })

  it('twice is the same deliveries, however the file is cut and whatever is added to it', async () => {
    const once = await list()
    const bytes = fixture('call-list.csv')
    const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) =>
      bytes.subarray(i * 7, i * 7 + 7),
    )
    expect(await read(pieces, ready('call-list'))).toEqual(once)
    const [head = '', ...rows] = bytes.toString().trim().split('\n')
    const turned = await read(
      [Buffer.from([head, ...rows.reverse()].join('\n'))],
      ready('call-list'),
    )
    const ids = (imported: Imported) => new Set(imported.events.map(({ id }) => id))
    expect(ids(turned)).toEqual(ids(once))
    expect(ids(once).size).toBe(once.events.length)
  })

  it('rejects rows that cannot be read, whole, with their lines and reasons', async () => {
    const imported = await read([fixture('call-list-faults.csv')], ready('call-list'))
    expect(imported.rejected.map(({ at, reason }) => [at, reason])).toEqual([
      [
        3,
        'column "Date", column "Time": "02.11.2026 09:12:58" is not of the form yyyy-MM-dd HH:mm:ss',
      ],
      [4, 'column "Answered": the mapping does not know "perhaps"'],
      [5, 'column "Seconds to answer": "soon" is no number'],
      [6, 'column "Talk duration": "143" is no length of time'],
      [7, 'survey.answered: data.score must lie on the scale, 1 to 5'],
      [8, 'contact.connected: data.agent is required'],
      [9, 'it has 8 fields, and not 10'],
      [10, 'text after a closing quote'],
    ])
    expect(new Set(imported.at)).toEqual(new Set([2, 11]))
    expect(imported.understood).toBe(2)
  })
})

describe('the pipeline of a CRM', () => {
  it('tells of every opportunity by its dates; what has none is of no use', async () => {
    const imported = await read([fixture('crm-pipeline.csv')], ready('crm-pipeline'))
    expect([imported.understood, imported.skipped, imported.rejected]).toEqual([4, 1, []])
    expect(
      imported.events.map(({ time, data }) => [time, data['opportunityId'], data['change']]),
    ).toEqual([
      ['2026-10-20T07:00:00.000Z', '1C1I7A6R', 'created'],
      ['2026-11-01T16:00:00.000Z', '1C1I7A6R', 'won'],
      ['2026-10-25T08:00:00.000Z', 'Z063OYW0', 'created'],
      ['2026-11-11T16:00:00.000Z', 'Z063OYW0', 'won'],
      ['2026-10-25T08:00:00.000Z', 'EC4QE1BX', 'created'],
      ['2026-11-07T16:00:00.000Z', 'EC4QE1BX', 'lost'],
      ['2026-10-25T08:00:00.000Z', 'MV1LWRNH', 'created'],
      ['2026-10-25T08:00:00.000Z', 'MV1LWRNH', 'stage'],
    ])
    const won = imported.events[3]
    expect(won?.data).toEqual({
      ...{ opportunityId: 'Z063OYW0', change: 'won', agent: 'Darcel Schlecht', account: 'Isdom' },
      amount: { value: '4514.50', currency: 'USD' },
    })
    expect(imported.events[0]?.data['product']).toBe('GTX Plus Basic')
    expect(imported.events.filter((event) => !parseEvent(event).ok)).toEqual([])
  })
})

describe('a file as others write it', () => {
  const base = {
    source: '/csv/test/file',
    timeZone: 'Asia/Tokyo',
    events: [
      {
        type: 'contact.started',
        time: { columns: ['日時'], format: 'yyyy/M/d H:mm' },
        data: {
          contactId: { column: '通話番号' },
          channel: { value: 'voice' },
          direction: { column: '応答', map: { '○': 'inbound', '×': 'outbound' } },
          campaign: { column: '件名' },
        },
        extra: {
          担当: { column: '担当者', default: 'nobody' },
          seconds: { column: '通話秒数', as: 'number' },
        },
      },
    ],
  }
  const shiftJis = { ...base, encoding: 'shift_jis', separator: ';', group: ',' }

  it('in Shift_JIS with semicolons, full-width digits and Windows lines', async () => {
    const bytes = fixture('calls-shift-jis.csv')
    // A character of two bytes may be cut in the middle.
    const pieces = [...bytes].map((byte) => Buffer.from([byte]))
    for (const parts of [[bytes], pieces]) {
      const { events, rejected } = await read(parts, mappingOf(shiftJis))
      expect(rejected).toEqual([])
      expect(events.map(({ time, data }) => [time, data])).toEqual([
        [
          '2026-11-02T00:05:00.000Z',
          {
            ...{ contactId: '１', channel: 'voice', direction: 'inbound', campaign: '契約' },
            ...{ 担当: '佐藤 花子', seconds: 1830 },
          },
        ],
        [
          '2026-11-02T00:07:00.000Z',
          {
            ...{ contactId: '2', channel: 'voice', direction: 'inbound', campaign: '障害;再発' },
            ...{ 担当: '鈴木 樹', seconds: 95 },
          },
        ],
        [
          '2026-11-02T00:09:00.000Z',
          {
            ...{ contactId: '3', channel: 'voice', direction: 'outbound', campaign: '請求' },
            担当: 'nobody',
          },
        ],
      ])
    }
  })

  it('in another encoding than the mapping says: the rows say so', async () => {
    const [columns, caf, rest] = [
      '通話番号;担当者;日時;件名;応答;待ち秒数;通話秒数\n',
      'caf',
      ';○;;\n',
    ]
    const row = `4;;2026/11/2 9:05;${caf}`
    const bytes = Buffer.concat([
      ...[Buffer.from(columns + row), Buffer.from([0xe9]), Buffer.from(rest)],
    ])
    const { rejected } = await read([bytes], mappingOf({ ...shiftJis, encoding: 'utf-8' }))
    expect(rejected.map(({ at, reason }) => [at, reason])).toEqual([
      [2, 'column "件名" holds bytes that are none of the file\'s encoding'],
    ])
  })

  it('with a mark at its beginning, and columns by their numbers', async () => {
    const mapping = mappingOf({
      ...{ source: '/csv/test/file', timeZone: 'UTC', header: false, decimal: ',', group: '.' },
      events: [
        {
          type: 'order.changed',
          time: { columns: ['2'], format: 'dd.MM.yyyy', clock: '12:00' },
          recorded: { columns: ['4'], format: 'iso' },
          data: {
            orderId: { template: 'O-{1}' },
            change: { value: 'placed' },
            amount: { money: '3', currency: 'EUR' },
            lines: {
              list: [
                {
                  object: {
                    sku: { value: 'all' },
                    quantity: { value: 1 },
                    amount: { money: '3', currency: { column: '5' } },
                  },
                },
              ],
            },
          },
        },
      ],
    })
    const text = '\ufeff7,01.11.2026,"1.234,50",2026-11-03T08:00:00Z,EUR\n'
    const { events, rejected } = await read([Buffer.from(text)], mapping)
    expect(rejected).toEqual([])
    expect(events[0]).toMatchObject({
      ...{ time: '2026-11-01T12:00:00.000Z', recordedtime: '2026-11-03T08:00:00.000Z' },
      data: {
        ...{ orderId: 'O-7', amount: { value: '1234.50', currency: 'EUR' } },
        lines: [{ sku: 'all', quantity: 1, amount: { value: '1234.50', currency: 'EUR' } }],
      },
    })
  })

  it.each([
    ['no column of that name', 'a,b\n1,2\n', /names a column "日時"; the file has "a", "b"/],
    ['nothing in it', '', /it is empty/],
    ['the column twice', '日時,通話番号,通話番号,応答,件名,担当者,通話秒数\n', /"通話番号".*twice/],
    ['a broken first line', '"a"b\n', /line 1: text after a closing quote/],
  ])('with %s is refused before anything is told', async (_name, text, reason) => {
    await expect(read([Buffer.from(text)], mappingOf(base))).rejects.toThrow(reason)
  })

  it('of any length is read with the memory of a few rows', async () => {
    const row = Buffer.from('x,2026/11/2 9:05,契約,○,,1\n'.repeat(1_000))
    let given = 0
    function* chunks() {
      yield Buffer.from('通話番号,日時,件名,応答,担当者,通話秒数\n')
      for (; given < 30; given++) yield row
    }
    let most = 0
    let rows = 0
    let ahead = 0
    for await (const part of readCsv(chunks(), mappingOf(base), '/csv/test/file')) {
      most = Math.max(most, part.understood)
      rows += part.understood
      ahead = Math.max(ahead, given * 1_000 - rows)
    }
    expect([rows, most]).toEqual([30_000, 500])
    expect(ahead).toBeLessThan(1_500)
  })
})
