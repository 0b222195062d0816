import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SentEvent } from '../../../shared/events/sent.ts'
import { parseEvent } from '../../../shared/events/parse.ts'
import {
  amiExcerpt,
  amiRecording,
  fixture,
  members,
  oracle,
  queueLogBytes,
} from '../../../test/fixtures/asterisk/recording.ts'
import type { Recording } from '../../../test/fixtures/asterisk/reduce.ts'
import { packetSplitter } from './amiPackets.ts'
import { amiTranslator } from './amiTranslator.ts'
import { lineSplitter } from './lines.ts'
import { queueLogTranslator } from './queueLogTranslator.ts'
import { addReading, emptyReading } from './reading.ts'
import type { Reading } from './reading.ts'

/**
 * A real PBX's recording, counted by this file alone from the events that the translators give,
 * against what Asterisk itself counted.
 */

/** A recording is read thousands of times over, on a machine that may be busy. */
const SLOW_MS = 240_000

function readQueueLog(bytes: Buffer): Reading {
  const translator = queueLogTranslator(
    '/asterisk/pbx-1/queue-log',
    { members, siteEvents: [] },
    null,
  )
  const reading = emptyReading()
  for (const line of lineSplitter().push(bytes)) addReading(reading, translator.read(line))
  return reading
}

/** The pieces of a recording, each with its time; cut further where `cuts` says. */
function piecesOf({ raw, chunks }: Recording, cuts: readonly number[] = []) {
  const sorted = [...cuts].sort((a, b) => a - b)
  let next = 0
  return chunks.flatMap(({ t, off, len }) => {
    const ends = []
    for (; next < sorted.length && (sorted[next] ?? 0) < off + len; next += 1) {
      if ((sorted[next] ?? 0) > off) ends.push(sorted[next] ?? 0)
    }
    const bounds = [off, ...ends, off + len]
    return bounds
      .slice(1)
      .map((end, index) => ({ atMs: t, bytes: raw.subarray(bounds[index], end) }))
  })
}

function readAmi(recording: Recording, cuts: readonly number[] = []): Reading & { bytes: number } {
  const translator = amiTranslator('/asterisk/pbx-1/ami', { besideQueueLog: false }, null)
  const splitter = packetSplitter()
  const reading = emptyReading()
  let bytes = 0
  for (const piece of piecesOf(recording, cuts)) {
    for (const item of splitter.push(piece.bytes)) {
      bytes += item.bytes
      addReading(reading, translator.read(item, piece.atMs))
    }
  }
  addReading(reading, translator.end())
  return { ...reading, bytes: bytes + splitter.pendingBytes() }
}

/** All reports of one type by their key, fields of later ones over those of earlier ones. */
function factsOf(events: readonly SentEvent[], type: string, key: string) {
  const facts = new Map<string, { atMs: number; data: Record<string, unknown> }>()
  for (const event of events) {
    if (event.type !== type) continue
    const id = String(event.data[key])
    const known = facts.get(id)
    facts.set(id, {
      atMs: Date.parse(event.time),
      data: { ...known?.data, ...event.data },
    })
  }
  return facts
}

function countOutcomes(events: readonly SentEvent[]) {
  const table: Record<string, Record<string, number>> = {}
  const count = (queue: unknown, what: string): void => {
    const row = (table[String(queue)] ??= {})
    row[what] = (row[what] ?? 0) + 1
  }
  for (const { data } of factsOf(events, 'contact.queued', 'visitId').values()) {
    count(data['queue'], 'offered')
  }
  for (const { data } of factsOf(events, 'contact.dequeued', 'visitId').values()) {
    count(data['queue'], String(data['outcome']))
  }
  return table
}

const counted = {
  sales: { offered: 144, answered: 97, abandoned: 40, timeout: 6, withdrawn: 1 },
  support: { offered: 207, answered: 146, abandoned: 45, exitKey: 16 },
  billing: { offered: 137, answered: 86, abandoned: 34, empty: 9, exitKey: 8 },
  orders: { offered: 132, answered: 88, abandoned: 39, timeout: 5 },
}

let log: Reading
let ami: Reading & { bytes: number }

beforeAll(() => {
  log = readQueueLog(queueLogBytes())
  ami = readAmi(amiRecording())
}, SLOW_MS)

const both = (): [string, Reading][] => [
  ['queue_log', log],
  ['AMI', ami],
]

describe('what a real PBX did in a quarter of an hour', { timeout: SLOW_MS }, () => {
  it.each(['queue_log', 'AMI'])('gives the same outcome of every visit by %s', (name) => {
    const { events } = name === 'AMI' ? ami : log
    expect(countOutcomes(events)).toEqual(counted)
  })

  it('agrees with what Asterisk counted', () => {
    const { completed, abandoned } = oracle()
    for (const [, { events }] of both()) {
      const table = countOutcomes(events)
      for (const [queue, count] of Object.entries(completed)) {
        expect(table[queue]?.['answered']).toBe(count)
      }
      for (const [queue, count] of Object.entries(abandoned)) {
        const row = table[queue] ?? {}
        const given = ['abandoned', 'timeout', 'empty', 'withdrawn'].map((key) => row[key] ?? 0)
        expect(given.reduce((sum, each) => sum + each, 0)).toBe(count)
      }
    }
  })

  it('agrees with who waited, at all 44 instants and in all four queues, by AMI', () => {
    const entered = factsOf(ami.events, 'contact.queued', 'visitId')
    const left = factsOf(ami.events, 'contact.dequeued', 'visitId')
    const waitingAt = (queue: string, atMs: number): number =>
      [...entered].filter(
        ([visitId, visit]) =>
          visit.data['queue'] === queue &&
          visit.atMs <= atMs &&
          (left.get(visitId)?.atMs ?? Infinity) > atMs,
      ).length
    const { snapshots } = oracle()
    expect(snapshots).toHaveLength(44)
    for (const { fromMs, toMs, waiting } of snapshots) {
      for (const [queue, count] of Object.entries(waiting)) {
        expect([waitingAt(queue, fromMs), waitingAt(queue, toMs)]).toContain(count)
      }
    }
  })

  it('leaves nobody waiting, ringing or talking', () => {
    for (const [, { events }] of both()) {
      const open = (from: string, to: string, key: string): string[] => {
        const ended = factsOf(events, to, key)
        return [...factsOf(events, from, key).keys()].filter((id) => !ended.has(id))
      }
      expect(open('contact.queued', 'contact.dequeued', 'visitId')).toEqual([])
      expect(open('contact.offered', 'contact.offerEnded', 'offerId')).toEqual([])
      expect(open('contact.connected', 'contact.disconnected', 'legId')).toEqual([])
    }
    const ended = factsOf(ami.events, 'contact.ended', 'contactId')
    for (const id of factsOf(ami.events, 'contact.queued', 'contactId').keys()) {
      expect(ended.has(id)).toBe(true)
    }
  })

  it('understands every line and packet, or says what it skipped', () => {
    for (const [, { rejected }] of both()) expect(rejected).toEqual([])
    const lines = queueLogBytes().toString().trimEnd().split('\n').length
    const skipped = [...log.skipped.values()].reduce((sum, count) => sum + count, 0)
    expect(log.understood + skipped).toBe(lines)
    expect(ami.bytes).toBe(amiRecording().raw.length)
  })

  it('gives events that the contract accepts, each with an id of its own', () => {
    for (const [, { events }] of both()) {
      const refused = events.filter((event) => !parseEvent(event).ok)
      expect(refused).toEqual([])
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
    }
  })
})

describe('two feeds of one system', () => {
  const compare = (type: string, key: string) => {
    const fine = factsOf(ami.events, type, key)
    return [...factsOf(log.events, type, key)].map(([id, coarse]) => ({
      id,
      coarse,
      fine: fine.get(id) ?? null,
    }))
  }
  const differing = (pairs: ReturnType<typeof compare>, field: string) =>
    pairs.filter(({ coarse, fine }) => coarse.data[field] !== fine?.data[field])
  const only = (type: string, key: string) => {
    const known = factsOf(log.events, type, key)
    return [...factsOf(ami.events, type, key)].filter(([id]) => !known.has(id))
  }

  it('name the same visits, with the same ends', () => {
    const entries = compare('contact.queued', 'visitId')
    const exits = compare('contact.dequeued', 'visitId')
    expect(entries).toHaveLength(620)
    expect(only('contact.queued', 'visitId')).toEqual([])
    expect(only('contact.dequeued', 'visitId')).toEqual([])
    for (const field of ['contactId', 'queue', 'position']) {
      expect(differing(entries, field)).toEqual([])
    }
    for (const field of ['contactId', 'queue', 'outcome', 'agent']) {
      expect(differing(exits, field)).toEqual([])
    }
  })

  it('say the same instants, the file rounded down to the second', () => {
    const offMs = (type: string): number[] =>
      compare(type, 'visitId').map(({ coarse, fine }) => (fine?.atMs ?? 0) - coarse.atMs)
    const entries = offMs('contact.queued')
    const exits = offMs('contact.dequeued')
    expect(Math.min(...entries, ...exits)).toBeGreaterThanOrEqual(0)
    expect(entries.filter((off) => off > 1_000)).toEqual([])
    // One packet was received 3 ms into the next second.
    expect(exits.filter((off) => off > 1_000)).toEqual([1_003])
  })

  it('say the same reasons, but for transfers that only AMI can see', () => {
    const pairs = differing(compare('contact.queued', 'visitId'), 'reason')
    const said = pairs.map(({ coarse, fine }) => [coarse.data['reason'], fine?.data['reason']])
    // Blind transfers by a phone behind a Local channel; consultations that were answered first.
    expect(said.filter(([reason]) => reason === 'new')).toEqual(Array(5).fill(['new', 'transfer']))
    expect(said.filter(([reason]) => reason === undefined)).toEqual(
      Array(6).fill([undefined, 'transfer']),
    )
    expect(said).toHaveLength(11)
  })

  it('name the same customers, but for those whom an agent transferred', () => {
    const pairs = differing(compare('contact.queued', 'visitId'), 'customer')
    expect(pairs.map(({ coarse }) => coarse.data['customer'])).toEqual(Array(22).fill(undefined))
    expect(pairs.map(({ fine }) => fine?.data['reason'])).toEqual(Array(22).fill('transfer'))
  })

  it('name the same rings, with the same ends where the file can tell', () => {
    const ends = compare('contact.offerEnded', 'offerId')
    expect(ends).toHaveLength(564)
    expect(differing(ends, 'agent')).toEqual([])
    const outcomes = differing(ends, 'outcome')
    expect(new Set(outcomes.map(({ coarse }) => coarse.data['outcome']))).toEqual(
      new Set(['unknown']),
    )
    const refused = outcomes.map(({ fine }) => String(fine?.data['outcome'])).sort()
    expect(refused).toEqual([
      ...Array<string>(17).fill('busy'),
      ...Array<string>(15).fill('rejected'),
      ...Array<string>(10).fill('unavailable'),
    ])
    const rungOut = ends.filter(({ fine }) => fine?.data['outcome'] === 'noAnswer')
    expect(rungOut).toHaveLength(41)
    // Only AMI: colleagues whose phone rang too (35), two agents who hung up and one caller who
    // did, during memberdelay (3), and rings without a queue (21).
    const more = only('contact.offered', 'offerId')
    expect(more.filter(([, { data }]) => data['queue'] === undefined)).toHaveLength(21)
    const inQueue = new Set(
      more.flatMap(([id, { data }]) => (data['queue'] === undefined ? [] : [id])),
    )
    const moreEnds = [...factsOf(ami.events, 'contact.offerEnded', 'offerId')]
      .filter(([id]) => inQueue.has(id))
      .map(([, { data }]) => String(data['outcome']))
    expect(moreEnds.filter((outcome) => outcome === 'answeredElsewhere')).toHaveLength(35)
    expect(moreEnds.filter((outcome) => outcome === 'rejected')).toHaveLength(2)
    expect(moreEnds.filter((outcome) => outcome === 'customerLeft')).toHaveLength(1)
    expect(moreEnds).toHaveLength(38)
  })

  it('name the same talks, begun at the same instants', () => {
    const begins = compare('contact.connected', 'legId')
    expect(begins).toHaveLength(417)
    for (const field of ['contactId', 'visitId', 'queue', 'agent']) {
      expect(differing(begins, field)).toEqual([])
    }
    for (const { coarse, fine } of begins) {
      expect(Math.abs((fine?.atMs ?? 0) - coarse.atMs)).toBeLessThanOrEqual(1_000)
    }
  })

  it('end talks alike, unless a phone behind a Local channel handed the call on', () => {
    const ends = compare('contact.disconnected', 'legId')
    const offMs = ({ coarse, fine }: (typeof ends)[number]): number =>
      (fine?.atMs ?? 0) - coarse.atMs
    // One packet was received 2 ms into the next second.
    expect(ends.map(offMs).filter((off) => off >= 1_000)).toEqual([1_002])
    const late = ends.filter((end) => offMs(end) < 0)
    expect(late).toHaveLength(19)
    for (const { coarse, fine } of late) {
      // AMI saw the phone leave; Asterisk's queue noticed only when the caller hung up.
      expect(fine?.atMs).toBeLessThan(coarse.atMs)
      expect(fine?.data['provenance']).toBe('reconciled')
      expect(fine?.data['by']).toBe('transfer')
    }
    const by = differing(ends, 'by').map(({ fine }) => fine?.data['by'])
    expect(by).toEqual(Array(25).fill('transfer'))
  })

  it('name the same memberships and pauses within a second of each other', () => {
    const changes = (events: readonly SentEvent[]) =>
      events.filter(({ type }) => type === 'agent.queueChanged')
    const left = changes(ami.events)
    const unmatched = changes(log.events).filter((coarse) => {
      const at = left.findIndex(
        (fine) =>
          ['agent', 'queue', 'action'].every((field) => fine.data[field] === coarse.data[field]) &&
          Math.abs(Date.parse(fine.time) - Date.parse(coarse.time)) <= 1_000,
      )
      if (at >= 0) left.splice(at, 1)
      return at < 0
    })
    expect(unmatched).toEqual([])
    // Members of the configuration, whom only the list at the beginning names.
    expect(left.map(({ data }) => data['action'])).toEqual(Array(20).fill('joined'))
  })
})

describe('bytes', { timeout: SLOW_MS }, () => {
  /** The part of a recording that was received by `from` up to `to` bytes, as one of its own. */
  function part({ raw, chunks }: Recording, from: number, to: number): Recording {
    const within = chunks.flatMap(({ t, off, len }) => {
      const begin = Math.max(off, from)
      const end = Math.min(off + len, to)
      return begin < end ? [{ t, off: begin - from, len: end - begin }] : []
    })
    return { raw: raw.subarray(from, to), chunks: within }
  }
  const textOf = (recording: Recording, cuts: readonly number[]): string =>
    JSON.stringify(readAmi(recording, cuts))

  it.each([
    ['the login and the lists', 0, 1_500],
    ['calls, with letters of several bytes', 343_000, 347_000],
  ])('give the same events wherever they are split: %s', (_name, from, to) => {
    const sample = part(amiRecording(), from, to)
    const whole = textOf(sample, [])
    expect(readAmi(sample).events.length).toBeGreaterThan(3)
    for (let cut = 1; cut < to - from; cut += 1) {
      if (textOf(sample, [cut]) !== whole) expect(readAmi(sample, [cut])).toEqual(readAmi(sample))
    }
    const everywhere = Array.from({ length: to - from }, (_, index) => index)
    expect(textOf(sample, everywhere)).toBe(whole)
  })

  it('give the same events when the whole recording is split at random places', () => {
    const recording = amiRecording()
    const cut = fc.nat(recording.raw.length)
    fc.assert(
      fc.property(fc.array(cut, { minLength: 50, maxLength: 3_000 }), (cuts) => {
        expect(readAmi(recording, cuts).events).toEqual(ami.events)
      }),
      { numRuns: 4 },
    )
  })

  it('give the same events after a restart at any packet', () => {
    const recording = amiRecording()
    const items = splitAll(recording)
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(items.length - 1), { minLength: 1, maxLength: 20 }),
        (at) => {
          const stops = new Set(at)
          let translator = amiTranslator('/asterisk/pbx-1/ami', { besideQueueLog: false }, null)
          const events: SentEvent[] = []
          for (const [index, { item, atMs }] of items.entries()) {
            if (stops.has(index)) {
              const settings = { besideQueueLog: false }
              translator = amiTranslator('/asterisk/pbx-1/ami', settings, translator.save())
            }
            events.push(...translator.read(item, atMs).events)
          }
          events.push(...translator.end().events)
          expect(events).toEqual(ami.events)
        },
      ),
      { numRuns: 5 },
    )
  })

  it('of the file give the same events after a restart at any line', () => {
    const lines = lineSplitter().push(queueLogBytes())
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(lines.length - 1), { minLength: 1, maxLength: 50 }),
        (at) => {
          const stops = new Set(at)
          const settings = { members, siteEvents: [] }
          const source = '/asterisk/pbx-1/queue-log'
          let translator = queueLogTranslator(source, settings, null)
          const events: SentEvent[] = []
          for (const [index, line] of lines.entries()) {
            if (stops.has(index))
              translator = queueLogTranslator(source, settings, translator.save())
            events.push(...translator.read(line).events)
          }
          expect(events).toEqual(log.events)
        },
      ),
      { numRuns: 10 },
    )
  })
})

function splitAll(recording: Recording) {
  const splitter = packetSplitter()
  return piecesOf(recording).flatMap(({ atMs, bytes }) =>
    splitter.push(bytes).map((item) => ({ item, atMs })),
  )
}

describe('the first minute, untouched', { timeout: SLOW_MS }, () => {
  const golden = '../../../test/fixtures/asterisk'
  const jsonl = (events: readonly SentEvent[]): string =>
    events.map((event) => `${JSON.stringify(event)}\n`).join('')

  it('gives these events by the file', async () => {
    const { events } = readQueueLog(fixture('excerpt.queue_log'))
    await expect(jsonl(events)).toMatchFileSnapshot(`${golden}/excerpt.queue_log.golden.jsonl`)
  })

  it('gives these events by the connection', async () => {
    const { events, rejected } = readAmi(amiExcerpt())
    expect(rejected).toEqual([])
    await expect(jsonl(events)).toMatchFileSnapshot(`${golden}/excerpt.ami.golden.jsonl`)
  })

  it('gives the same events from the reduced recording, as far as that goes', () => {
    const { events } = readAmi(amiExcerpt())
    const open = new Set(['contact.ended', 'contact.dequeued'])
    // What is undecided where the excerpt ends may be decided otherwise by what follows.
    const settled = events.slice(0, -1).filter(({ type }) => !open.has(type))
    expect(settled.length).toBeGreaterThan(200)
    expect(ami.events.slice(0, events.length).filter(({ type }) => !open.has(type))).toEqual(
      expect.arrayContaining(settled),
    )
  })
})
