import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SentEvent } from '../../shared/events/sent.ts'
import { startStandIn, type StandIn } from '../../test/standInServer.ts'
import { listUsers } from '../auth/users.ts'
import { lockDataDir } from '../dataLock.ts'
import { openDatabase } from '../database/database.ts'
import { runCli } from './cli.ts'
import type { CliIo } from './command.ts'

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../test/fixtures/asterisk/${name}`, import.meta.url))
const LOG = fixture('excerpt.queue_log')
const AMI = fixture('excerpt.ami.txt.gz')
const CHUNKS = fixture('excerpt.ami.chunks.jsonl')

let server: StandIn
let folder: string
beforeEach(async () => {
  server = await startStandIn()
  folder = await mkdtemp(join(tmpdir(), 'ringside-cli-'))
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

type Ran = { code: number; out: string; err: string; drawn: string[]; waited: number[] }

/** Runs a command line beside a clock that only waiting moves. */
async function ringside(args: readonly string[], world: Partial<CliIo> = {}): Promise<Ran> {
  const ran: Ran = { code: -1, out: '', err: '', drawn: [], waited: [] }
  let nowMs = Date.UTC(2026, 10, 22)
  const io: CliIo = {
    env: { RINGSIDE_URL: server.url, RINGSIDE_API_KEY: 'a-key' },
    folder,
    project: folder,
    input: async () => '',
    out: (line) => void (ran.out += `${line}\n`),
    err: (line) => void (ran.err += `${line}\n`),
    draw: null,
    now: () => nowMs,
    wait: async (ms) => {
      ran.waited.push(ms)
      nowMs += ms
    },
    signal: new AbortController().signal,
    ...world,
  }
  ran.code = await runCli(args, io)
  return ran
}

async function file(name: string, content: string | Buffer): Promise<string> {
  await writeFile(join(folder, name), content)
  return name
}

const event = (id: string, more: Partial<SentEvent> = {}): SentEvent => ({
  ...{ specversion: '1.0', id, source: '/pbx/1/feed', type: 'contact.queued' },
  time: '2026-11-21T10:00:00Z',
  data: { contactId: id, visitId: `${id}#1`, queue: 'sales' },
  ...more,
})

describe('import', () => {
  it('sends a queue_log in batches, and returns when it is in the numbers', async () => {
    server.lag = 3
    const ran = await ringside(['import', 'asterisk-queue-log', fixture('queue_log.gz')])
    expect(ran.code, ran.err).toBe(0)
    expect(server.accepted).toHaveLength(3_764)
    expect(Math.max(...server.posts.map(({ events }) => events.length))).toBeLessThanOrEqual(1_000)
    expect(new Set(server.accepted.map(({ source }) => source))).toEqual(
      new Set(['/asterisk/pbx-1/queue-log']),
    )
    expect(server.statusAsked).toBe(4)
    expect(ran.out).toContain('lines: 2,293 understood, 291 known and of no use')
    expect(ran.out).toMatch(/accepted {4}3,764\n/)
  })

  it('sent again changes nothing, and says so', async () => {
    await ringside(['import', 'asterisk-queue-log', LOG])
    const { length } = server.accepted
    const again = await ringside(['import', 'asterisk-queue-log', LOG])
    expect(again.code).toBe(0)
    expect(server.accepted).toHaveLength(length)
    expect(again.out).toContain(`accepted    0\nduplicates  ${String(length)}\nrejected    0\n`)
  })

  it('shows lines that nobody understands with their numbers, and ends with 3', async () => {
    const lines = [
      '1795283607|1795283607.0|sales|NONE|ENTERQUEUE||100|1',
      'nonsense',
      '1795283608|1795283607.0|sales|NONE|TELEPORT',
      '1795283609|1795283607.0|sales|NONE|ABANDON|1|1|2',
    ]
    const path = await file('queue_log', `${lines.join('\n')}\n`)
    const ran = await ringside(['import', 'asterisk-queue-log', path])
    expect(ran.code).toBe(3)
    expect(ran.out).toContain('queue_log: lines: 2 understood, 2 not understood\n')
    expect(ran.out).toMatch(/ {2}line 2: .*: "nonsense"\n/)
    expect(ran.out).toMatch(/ {2}line 3: unknown event TELEPORT: "1795283608/)
    expect(server.accepted.length).toBeGreaterThan(0)
  })

  it('takes an AMI capture with its times of receipt, of the same system as the queue_log', async () => {
    const ran = await ringside(['import', 'asterisk-ami', AMI, '--chunks', CHUNKS])
    expect(ran.code, ran.out + ran.err).toBe(0)
    expect(server.accepted.length).toBeGreaterThan(50)
    expect(server.accepted[0]?.source).toBe('/asterisk/pbx-1/ami')
  })

  it('takes another source, server, key and center', async () => {
    const options = ['--url', `${server.url}/`, '--key', 'another', '--center', 'tokyo']
    const args = [
      'import',
      'asterisk-queue-log',
      LOG,
      '--source',
      '/asterisk/pbx-2/log',
      ...options,
    ]
    const ran = await ringside(args, { env: { RINGSIDE_URL: 'http://127.0.0.1:9' } })
    expect(ran.code, ran.err).toBe(0)
    expect(server.posts[0]).toMatchObject({ url: '/api/events?center=tokyo', key: 'another' })
    expect(server.accepted[0]?.source).toBe('/asterisk/pbx-2/log')
  })

  const ndjson = [event('a'), event('b'), event('c')].map((one) => JSON.stringify(one)).join('\n')
  it.each([
    ['a line an event', ndjson],
    ['a line an event, packed', gzipSync(ndjson)],
    ['with empty lines and a mark at the beginning', `\ufeff${ndjson.replace('\n', '\r\n\r\n')}\n`],
    ['in an array', JSON.stringify([event('a'), event('b'), event('c')], null, 2)],
  ])('takes events of the contract %s', async (_name, content) => {
    const path = await file('events', content)
    const ran = await ringside(['import', 'cloudevents', path])
    expect(ran.code, ran.out + ran.err).toBe(0)
    expect(server.accepted.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })

  it('groups what the server refuses by its reasons, the commonest first', async () => {
    const bad = { ...event('x'), time: 'yesterday' }
    const lines = [
      JSON.stringify(event('a')),
      JSON.stringify({ ...event('y'), type: 'contact.vanished' }),
      JSON.stringify(bad),
      '{"broken"',
      JSON.stringify({ ...bad, id: 'z' }),
    ]
    const path = await file('events.ndjson', lines.join('\n'))
    const ran = await ringside(['import', 'cloudevents', path])
    expect(ran.code).toBe(3)
    expect(ran.out).toContain('  event 4: not JSON: "{\\"broken\\""\n')
    const refusals = ran.out.slice(ran.out.indexOf('rejected'))
    expect(refusals).toMatch(
      /^rejected {4}3\n {2}2 × time must .* \(first: events.ndjson:3, id x\)\n {2}1 × type unknown event type contact.vanished \(first: events.ndjson:2, id y\)\n/,
    )
  })

  it.each([
    ['no file', ['import', 'asterisk-queue-log', 'missing'], 1, /missing cannot be read: ENOENT/],
    ['a folder', ['import', 'cloudevents', '.'], 1, /cannot be read: EISDIR/],
    ['no format', ['import'], 2, /takes a format and a file/],
    [
      'an unknown format',
      ['import', 'asterisk-queuelog', 'x'],
      2,
      /did you mean asterisk-queue-log/,
    ],
    [
      'chunks of a queue_log',
      ['import', 'asterisk-queue-log', 'x', '--chunks', 'y'],
      2,
      /--chunks/,
    ],
    ['a source of events', ['import', 'cloudevents', 'x', '--source', '/a/b'], 2, /themselves/],
    ['a table without a mapping', ['import', 'csv', 'x'], 2, /needs --mapping FILE, or one of/],
    ['a mapping of events', ['import', 'cloudevents', 'x', '--mapping', 'y'], 2, /belongs to csv/],
    [
      'a mapping that is not there',
      ['import', 'csv', 'x', '--mapping', 'y'],
      1,
      /y cannot be read/,
    ],
    ['a table to replay', ['replay', LOG, '--format', 'csv'], 2, /import it/],
  ])('refuses %s', async (_name, args, code, message) => {
    const ran = await ringside(args)
    expect(ran.code).toBe(code)
    expect(ran.err).toMatch(message)
  })

  describe('of a table', () => {
    const table = (name: string): string =>
      fileURLToPath(new URL(`../../test/fixtures/csv/${name}`, import.meta.url))
    const calls = ['import', 'csv', '--mapping', 'call-list', table('call-list.csv')]

    it('sends what its rows tell, and a second time changes nothing', async () => {
      const ran = await ringside(calls)
      expect(ran.code, ran.out + ran.err).toBe(0)
      expect(ran.out).toContain('call-list.csv: lines: 7 understood\n')
      expect(server.accepted).toHaveLength(40)
      expect(server.accepted[0]?.source).toBe('/csv/call-list/import')
      const again = await ringside(calls)
      expect(again.code).toBe(0)
      expect(again.out).toContain('accepted    0\nduplicates  40\nrejected    0\n')
    })

    it('is of the source that is named, and may be packed', async () => {
      const packed = await file('calls.gz', gzipSync(await readFile(table('call-list.csv'))))
      const ran = await ringside([...calls.slice(0, -1), packed, '--source', '/pbx/1/list'])
      expect(ran.code, ran.out + ran.err).toBe(0)
      expect(server.accepted[0]?.source).toBe('/pbx/1/list')
    })

    it('lists rows that are refused, writes all of them to a file, and ends with 3', async () => {
      const faults = table('call-list-faults.csv')
      const args = ['import', 'csv', '--mapping', 'call-list', faults, '--rejected', 'faults.csv']
      const ran = await ringside(args)
      expect(ran.code).toBe(3)
      expect(ran.out).toContain('lines: 2 understood, 8 not understood\n')
      expect(ran.out).toContain(
        '  line 5: column "Seconds to answer": "soon" is no number: "ID0104 ',
      )
      const written = await readFile(join(folder, 'faults.csv'), 'utf8')
      const lines = written.split('\r\n')
      expect(lines[0]).toBe('\ufeffline,reason,input')
      expect(lines).toHaveLength(10)
      expect(lines[7]).toMatch(/^9,"it has 8 fields, and not 10",ID0108 /)
    })

    it('names each fault of a mapping, and sends nothing', async () => {
      const mapping = {
        ...{ source: '/csv/x/y', timeZone: 'UTC' },
        events: [{ type: 'contact.vanished', time: { columns: ['a'], format: 'iso' }, data: {} }],
      }
      const path = await file('mapping.json', JSON.stringify(mapping))
      const ran = await ringside(['import', 'csv', '--mapping', path, table('call-list.csv')])
      expect(ran.code).toBe(1)
      expect(ran.err).toMatch(/mapping\.json is refused:\n {2}events\.0\.type: .*contact\.vanished/)
      expect(server.posts).toEqual([])
    })

    it('names the column that a file does not have', async () => {
      const path = await file('other.csv', 'a,b\n1,2\n')
      const ran = await ringside(['import', 'csv', '--mapping', 'call-list', path])
      expect(ran.code).toBe(1)
      expect(ran.err).toMatch(/other\.csv cannot be read: the mapping names a column "\w+/)
      expect(server.posts).toEqual([])
    })

    it('is refused where the mapping is no JSON', async () => {
      const path = await file('mapping.json', '{')
      const ran = await ringside(['import', 'csv', '--mapping', path, table('call-list.csv')])
      expect(ran.code).toBe(1)
      expect(ran.err).toMatch(/mapping\.json is no JSON/)
    })
  })

  it('fails where a packed file is damaged', async () => {
    const path = await file('log.gz', gzipSync(ndjson.repeat(500)).subarray(0, 60))
    const ran = await ringside(['import', 'cloudevents', path])
    expect(ran.code).toBe(1)
    expect(ran.err).toMatch(/log\.gz cannot be read: unexpected end of file/)
  })
})

describe('a server in trouble', () => {
  const sendOne = async (world: Partial<CliIo> = {}) =>
    ringside(['import', 'cloudevents', await file('one', JSON.stringify(event('a')))], world)

  it('is left alone for as long as it asks', async () => {
    server.troubles = [{ status: 503, headers: { 'retry-after': '2' } }, { status: 503 }]
    const ran = await sendOne()
    expect(ran.code, ran.err).toBe(0)
    expect(ran.waited.slice(0, 2)).toEqual([2_000, 500])
    expect(ran.out).not.toContain('sent twice')
  })

  it.each([
    ['what it stored before the connection broke', 'lostAnswer' as const],
    ['what it may have stored', { status: 500 }],
  ])('is sent again %s', async (_name, trouble) => {
    server.troubles = [trouble]
    const ran = await sendOne()
    expect(ran.code, ran.err).toBe(0)
    expect(server.accepted.map(({ id }) => id)).toEqual(['a'])
    const isStored = trouble === 'lostAnswer'
    expect(ran.out.includes('duplicates  1 (1 of them maybe sent twice by us)')).toBe(isStored)
  })

  it('is given up when it stays away', async () => {
    server.troubles = Array.from({ length: 200 }, () => ({ status: 503 }))
    const ran = await sendOne()
    expect(ran.code).toBe(1)
    expect(ran.err).toMatch(/has not answered for 120 s: it answers 503/)
  })

  it('is given up when the engine stands still', async () => {
    server.lag = null
    const ran = await sendOne()
    expect(ran.code).toBe(1)
    expect(ran.err).toMatch(/Everything is stored, but the engine stands still at 0-0, before 1-0/)
  })

  it('is waited for while the past is judged anew, as long as that goes on', async () => {
    // Two minutes and a half, in which the engine stays where it is and commits.
    server.judgingLooks = 1_500
    const ran = await sendOne()
    expect(ran.code, ran.err).toBe(0)
    expect(server.judgingLooks).toBe(0)
  })

  it('is not waited for where it was never there', async () => {
    const ran = await sendOne({ env: { RINGSIDE_URL: 'http://127.0.0.1:9' } })
    expect(ran.code).toBe(1)
    expect(ran.waited).toEqual([])
    expect(ran.err).toMatch(/does not answer at http:\/\/127\.0\.0\.1:9 .*npm start/)
  })

  it('says why it refuses', async () => {
    const body = { title: 'Unauthorized', detail: 'This key is unknown or was revoked.' }
    server.troubles = [{ status: 401, body }]
    const ran = await sendOne()
    expect(ran.code).toBe(1)
    expect(ran.err).toMatch(/refuses \(401\): This key is unknown .*RINGSIDE_API_KEY/)
  })

  it('may take smaller bodies than ours', async () => {
    const events = Array.from({ length: 40 }, (_, i) => event(`e${String(i)}`))
    events.push(event('huge', { data: { ...event('huge').data, note: 'x'.repeat(2_000) } }))
    server.maxBytes = 1_500
    const ran = await ringside([
      'import',
      'cloudevents',
      await file('many', JSON.stringify(events)),
    ])
    expect(ran.code).toBe(3)
    expect(server.accepted).toHaveLength(40)
    expect(ran.out).toContain('1 × larger than the server takes (first: many:41)')
  })
})

describe('replay', () => {
  const at = (seconds: number, id: string) =>
    event(id, { time: new Date(Date.UTC(2026, 10, 21, 10, 0, seconds)).toISOString() })

  /** Each event with the seconds of the replay's clock at which it was sent. */
  async function sentAt(args: readonly string[]): Promise<[id: string, seconds: number][]> {
    const sent: [string, number][] = []
    let nowMs = 0
    let seen = 0
    const look = () => {
      const ids = server.accepted.slice(seen).map(({ id }) => id)
      seen = server.accepted.length
      for (const id of ids) sent.push([id, nowMs / 1_000])
    }
    const ran = await ringside(args, {
      now: () => nowMs,
      wait: async (ms) => {
        look()
        nowMs += ms
      },
    })
    look()
    expect(ran.code, ran.err).toBe(0)
    return sent
  }
  const recording = () => JSON.stringify([at(0, 'a'), at(2, 'b'), at(2, 'c'), at(30, 'd')])

  it.each([
    ['at its own speed', [], [0, 2, 2, 30]],
    ['ten times as fast', ['--speed', '10'], [0, 0.2, 0.2, 3]],
    ['ten times as fast, as people write it', ['--speed', '10x'], [0, 0.2, 0.2, 3]],
    ['at once', ['--speed', 'max'], [0, 0, 0, 0]],
  ])('tells a recording %s', async (_name, options, seconds) => {
    const path = await file('events', recording())
    const sent = await sentAt(['replay', path, ...options])
    expect(sent).toEqual(['a', 'b', 'c', 'd'].map((id, i) => [id, seconds[i]]))
    expect(server.accepted.map(({ time }) => time)).toEqual(
      (JSON.parse(recording()) as SentEvent[]).map(({ time }) => time),
    )
  })

  it('goes by when an event was received, where that is said', async () => {
    const late = { ...at(1, 'a'), recordedtime: '2026-11-21T10:00:09Z' }
    const path = await file('events', JSON.stringify([at(0, 'first'), late]))
    expect(await sentAt(['replay', path])).toEqual([
      ['first', 0],
      ['a', 9],
    ])
  })

  it('tells several files together, each of the format that it begins as', async () => {
    const ran = await ringside(['replay', LOG, AMI, '--chunks', CHUNKS, '--speed', 'max'])
    expect(ran.code, ran.err).toBe(0)
    const sources = server.accepted.map(({ source }) => source)
    expect(new Set(sources)).toEqual(new Set(['/asterisk/pbx-1/queue-log', '/asterisk/pbx-1/ami']))
    // They take turns: one does not follow the other as a whole.
    const turns = sources.filter((source, i) => source !== sources[i - 1]).length
    expect(turns).toBeGreaterThan(20)
  })

  it('told live, ends now, and is about contacts of its own', async () => {
    const path = await file('events', recording())
    let nowMs = Date.UTC(2026, 11, 24, 12)
    const wait = async (ms: number) => void (nowMs += ms)
    const ran = await ringside(['replay', path, '--live', '--speed', '2'], {
      now: () => nowMs,
      wait,
    })
    expect(ran.code, ran.err).toBe(0)
    const times = server.accepted.map(({ time }) => Date.parse(time))
    expect(times.at(-1)).toBe(Date.UTC(2026, 11, 24, 12, 0, 15))
    expect(times.at(-1)! - times[0]!).toBe(30_000)

    nowMs += 1_000
    await ringside(['replay', path, '--live', '--speed', 'max'], { now: () => nowMs, wait })
    const contacts = server.accepted.map(({ data }) => data['contactId'])
    expect(new Set(contacts).size).toBe(8)
    expect(new Set(server.accepted.map(({ id }) => id)).size).toBe(8)
  })

  it.each([
    ['no file', ['replay'], /at least one file/],
    ['no speed', ['replay', LOG, '--speed', 'fast'], /neither a number above 0 nor max/],
    ['a speed of nothing', ['replay', LOG, '--speed', '0'], /neither a number above 0 nor max/],
    ['chunks of nothing', ['replay', LOG, '--chunks', CHUNKS], /belongs to files of asterisk-ami/],
    ['too many formats', ['replay', LOG, '--format', 'a', '--format', 'b'], /unknown format a/],
    [
      'a misspelt option',
      ['replay', LOG, '--sped', '1'],
      /unknown option --sped; did you mean --speed/,
    ],
  ])('refuses %s', async (_name, args, message) => {
    const ran = await ringside(args)
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(message)
    expect(server.posts).toEqual([])
  })

  it('asks what a file is that begins as nothing it knows', async () => {
    const ran = await ringside(['replay', await file('notes', 'Dear diary')])
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(/what is .*notes\? Say so with --format/)
  })

  it('is stopped by Ctrl-C', async () => {
    const stop = new AbortController()
    const path = await file('events', recording())
    const ran = await ringside(['replay', path], {
      signal: stop.signal,
      wait: async () => {
        stop.abort()
      },
    })
    expect(ran.code).toBe(130)
    expect(ran.err).toBe('ringside replay: stopped\n')
    expect(server.accepted.map(({ id }) => id)).toEqual(['a'])
  })
})

describe('reconcile', () => {
  it('says that the books agree', async () => {
    server.answers.set('/api/reconcile', { day: '2026-11-21', checked: 7234, differences: [] })
    const ran = await ringside(['reconcile', '--day', '2026-11-21'])
    expect([ran.code, ran.out]).toEqual([0, '2026-11-21: 7,234 sums compared, no difference\n'])
  })

  it('lists where they do not, and ends with 3', async () => {
    const difference = { between: 'live', of: 'queue:sales talkMs', expected: 10, found: 12 }
    const differences = [difference]
    server.answers.set('/api/reconcile', { day: '2026-11-21', checked: 9, differences, more: 4 })
    const ran = await ringside(['reconcile'])
    expect(ran.code).toBe(3)
    expect(ran.out).toContain('9 sums compared, 5 differences\n')
    expect(ran.out).toContain('  live: queue:sales talkMs: expected 10, found 12\n  and 4 more\n')
  })
})

describe('status', () => {
  const source = {
    ...{ source: '/asterisk/pbx-1/ami', doing: 'connected', lacks: ['contact.wrapUpStarted'] },
    ...{ lastEventAt: '2026-11-21T18:06:47.000Z', lagMs: 130_000 },
    ...{ accepted: 12_000, duplicates: 3, conflicting: 0, rejected: 2 },
    reasons: [{ reason: 'time is required', count: 2 }],
    gaps: [{ from: '2026-11-21T10:00:00Z', to: '2026-11-21T10:01:00Z', reason: 'no connection' }],
  }
  const answer = {
    center: { key: 'main', name: 'Ringside', simulated: false },
    asOf: '2026-11-21T18:09:00Z',
    stream: { end: '9-0', gaps: [] },
    engine: { place: '8-0', delayMs: 1_500, committedAt: null },
    events: {
      ...{ folded: 11_990, duplicates: 0, conflicting: 0, poison: 1, unstorable: 0 },
      ...{ rejectedKept: 2, ahead: { kept: 0 } },
    },
    sources: [source],
    storage: null,
    unopened: { facts: 4, subjects: 2 },
    flagged: { subjects: 0 },
  }

  it('tells of the backups of the embedded database, and of damage', async () => {
    const storage = {
      damage: null,
      backup: {
        file: '/data/backups/ringside-2026-11-21.db',
        at: '2026-11-21T03:30:00Z',
        bytes: 8192,
      },
      backupFailure: null,
      kept: ['/data/main.db.damaged-2026-11-20T01-00-00-000Z'],
    }
    server.answers.set('/api/status', { ...answer, storage })
    const { out } = await ringside(['status'])
    expect(out).toContain(
      'backup   2026-11-21T03:30:00Z, 8,192 bytes, /data/backups/ringside-2026-11-21.db\n' +
        '         was damaged, and is kept: /data/main.db.damaged-2026-11-20T01-00-00-000Z\n',
    )
    const worse = {
      ...{ damage: 'malformed', backup: null, kept: [] },
      backupFailure: { at: '2026-11-21T03:30:00Z', message: 'disk full' },
    }
    server.answers.set('/api/status', { ...answer, storage: worse })
    const told = await ringside(['status'])
    expect(told.out).toContain('DAMAGED  malformed: restart Ringside')
    expect(told.out).toContain('backup   none yet\n         failed 2026-11-21T03:30:00Z: disk full')
  })

  it('tells of the engine and of each feed', async () => {
    server.answers.set('/api/status', answer)
    const ran = await ringside(['status'])
    expect(ran.code, ran.err).toBe(0)
    expect(ran.out).toMatchInlineSnapshot(`
      "Ringside (center main), 2026-11-21T18:09:00Z
      engine   2 s behind, at 8-0 of 9-0
      events   11,990 in the numbers
               2 rejected, kept for a look
               1 dead letters
               4 facts that wait for the beginning of their contact

      /asterisk/pbx-1/ami
        connected
        last event 2026-11-21T18:06:47.000Z, 2 min late
        12,000 accepted, 3 duplicates, 0 conflicting, 2 rejected
          2 × time is required
        missed 2026-11-21T10:00:00Z to 2026-11-21T10:01:00Z: no connection
        does not report contact.wrapUpStarted
      "
    `)
  })

  it('tells from when on details are kept, and what came too late for them', async () => {
    const events = { ...answer.events, late: 1_204 }
    const detailsFrom = '2026-08-01T00:00:00.000Z'
    server.answers.set('/api/status', { ...answer, events, detailsFrom })
    const { out } = await ringside(['status'])
    expect(out).toContain('\ndetails  kept from 2026-08-01T00:00:00.000Z on\n')
    expect(out).toContain('\n         1,204 late, for contacts whose details are given up\n')
  })

  it('gives all of it to programs', async () => {
    server.answers.set('/api/status', { anything: 1 })
    const ran = await ringside(['status', '--json'])
    expect(JSON.parse(ran.out)).toEqual({ anything: 1 })
  })

  it('says so where the answer is not Ringside’s', async () => {
    server.answers.set('/api/status', { anything: 1 })
    const ran = await ringside(['status'])
    expect([ran.code, ran.err]).toEqual([1, expect.stringMatching(/does not answer as Ringside/)])
  })
})

describe('the data folder', () => {
  const env = () => ({ DATA_DIR: 'data' })
  const users = async () => {
    const database = await openDatabase({ url: null, file: join(folder, 'data', 'main.db') })
    try {
      return (await listUsers(database.kysely)).map(({ name, role, scopes }) => [
        name,
        role,
        scopes,
      ])
    } finally {
      await database.close()
    }
  }
  const add = (...args: string[]) =>
    ringside(['user', 'add', ...args], { env: env(), input: async () => 'a long password\n' })

  it('gets people, and prints a password that was made for them', async () => {
    const made = await add('Anna', '--role', 'supervisor', '--scope', 'team:support')
    expect(made.code, made.err).toBe(0)
    expect(made.out).toMatch(/^Anna may sign in as supervisor\npassword \S{16} \(shown this once/)
    const given = await add('Ben', '--role', 'administrator', '--password-stdin')
    expect([given.code, given.out]).toEqual([0, 'Ben may sign in as administrator\n'])
    expect(await users()).toEqual([
      ['Anna', 'supervisor', ['team:support']],
      ['Ben', 'administrator', []],
    ])
  })

  it.each([
    ['nobody', [], 2, /takes one name/],
    ['somebody without a role', ['Anna'], 2, /--role is needed/],
    ['an unknown role', ['Anna', '--role', 'admnistrator'], 2, /did you mean administrator/],
    ['an agent that is nobody', ['Anna', '--role', 'agent'], 2, /exactly one agent: scope/],
    ['a scope that is none', ['Anna', '--role', 'agent', '--scope', 'x'], 2, /must be a scope/],
  ])('refuses %s', async (_name, args, code, message) => {
    const ran = await add(...args)
    expect(ran.code).toBe(code)
    expect(ran.err).toMatch(message)
  })

  it('refuses a name that is taken', async () => {
    await add('Anna', '--role', 'administrator')
    const again = await add('anna', '--role', 'evaluator')
    expect([again.code, again.err]).toEqual([1, 'ringside user add: anna: the name is taken\n'])
  })

  it('is backed up, and put back as it was, the other kept', async () => {
    await add('Anna', '--role', 'administrator')
    const backup = await ringside(['backup'], { env: env() })
    expect(backup.code, backup.err).toBe(0)
    expect(backup.out).toMatch(/backups.ringside-2026-11-22\.db, [\d,]+ bytes, checked/)
    const list = await ringside(['backup', '--list'], { env: env() })
    const file = list.out.trim()
    expect(file).toBe(join(folder, 'data', 'backups', 'ringside-2026-11-22.db'))

    await add('Ben', '--role', 'evaluator')
    expect(await users()).toHaveLength(2)
    const restored = await ringside(['restore', file], { env: env() })
    expect(restored.code, restored.err).toBe(0)
    expect(restored.out).toMatch(/what was there is kept as .*main\.db\.before-/)
    expect(await users()).toEqual([['Anna', 'administrator', []]])
  })

  it('is left alone while a server works on it', async () => {
    await add('Anna', '--role', 'administrator')
    const backup = await ringside(['backup', '--to', 'elsewhere'], { env: env() })
    expect(backup.code, backup.err).toBe(0)
    const held = lockDataDir(join(folder, 'data'), Date.UTC(2026, 10, 22))
    if (!held.ok) throw new Error('The folder is not free')
    try {
      const file = join('elsewhere', 'ringside-2026-11-22.db')
      for (const args of [
        ['restore', file],
        ['user', 'add', 'Ben', '--role', 'evaluator'],
      ]) {
        const ran = await ringside(args, { env: env() })
        expect(ran.code).toBe(1)
        expect(ran.err).toMatch(/is in use by another Ringside: process \d+/)
      }
    } finally {
      held.release()
    }
  })

  it.each([
    ['backup', ['backup'], /main\.db cannot be backed up: .*ENOENT/],
    ['restore', ['restore', 'none.db'], /none\.db cannot be restored: .*ENOENT/],
  ])('%s says what is missing', async (_name, args, message) => {
    const ran = await ringside(args, { env: env() })
    expect(ran.code).toBe(1)
    expect(ran.err).toMatch(message)
  })

  it('does not hold a PostgreSQL, which has tools of its own', async () => {
    const ran = await ringside(['backup'], { env: { DATABASE_URL: 'postgres://host/ringside' } })
    expect([ran.code, ran.err]).toEqual([1, expect.stringMatching(/pg_dump/)])
  })
})

describe('help', () => {
  it.each([['--help'], ['-h'], ['help']])('%s lists every command', async (word) => {
    const ran = await ringside([word])
    expect(ran.code).toBe(0)
    for (const name of [
      'import',
      'replay',
      'status',
      'reconcile',
      'backup',
      'restore',
      'user add',
    ]) {
      expect(ran.out).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    }
  })

  it.each([
    [['import', '--help'], /<format> <file>[\s\S]*asterisk-ami[\s\S]*--chunks FILE/],
    [['replay', 'x', '-h'], /<file …>[\s\S]*--speed SPEED[\s\S]*--live/],
    [['help', 'status'], /Usage: npm run ringside -- status/],
  ])('%j tells of the command', async (args, expected) => {
    const ran = await ringside(args)
    expect([ran.code, ran.out]).toEqual([0, expect.stringMatching(expected)])
  })

  it.each([
    [[], 2, /Usage: npm run ringside -- <command>/],
    [['imprt'], 2, /unknown command imprt; did you mean import\?/],
  ])('%j is answered with it', async (args, code, expected) => {
    const ran = await ringside(args)
    expect([ran.code, ran.err]).toEqual([code, expect.stringMatching(expected)])
  })
})

describe('progress', () => {
  it('is drawn where somebody looks on, and cleared at the end', async () => {
    const drawn: string[] = []
    const now = (() => {
      let ms = 0
      return () => (ms += 60)
    })()
    const path = fixture('queue_log.gz')
    const draw = (line: string) => void drawn.push(line)
    await ringside(['import', 'asterisk-queue-log', path], { draw, now })
    expect(drawn.some((line) => /^\[#+\.*\] +\d+ % [\d,]+ events$/.test(line))).toBe(true)
    expect(drawn.at(-1)).toBe('')
  })
})
