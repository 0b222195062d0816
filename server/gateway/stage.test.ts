import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Directory } from '../../shared/directory.ts'
import {
  amountAt,
  applyFrame,
  cellKey,
  continues,
  emptyMirror,
  keysOf,
  viewOf,
  type Mirror,
} from '../../shared/mirror.ts'
import { scopesOfAgent } from '../../shared/liveScopes.ts'
import type { LiveAgent } from '../../shared/live.ts'
import { evaluateMetric, type Figures, type PartSum } from '../../shared/metrics/evaluate.ts'
import { ownId, ownMetrics } from '../../shared/metrics/own.ts'
import { narrowedName } from '../../shared/narrowing.ts'
import { parseScope } from '../../shared/scope.ts'
import type { Viewer } from '../../shared/rights.ts'
import type { Delta, Snapshot, WatchRequest } from '../../shared/wire.ts'
import { figures } from '../../test/figures.ts'
import {
  emptyBooks,
  history,
  keep,
  naiveBase,
  naiveSums,
  plain,
  type NaiveBooks,
} from '../../test/naiveBooks.ts'
import { ownExamples, ownValue } from '../../test/ownMetrics.ts'
import { createCalendar } from '../books/calendar.ts'
import { createLiveBook, type LiveBook } from '../books/read/liveBook.ts'
import { liveRowsOf } from '../books/read/present.ts'
import { add, type Sums } from '../books/read/sums.ts'
import { createStage, type Stage } from './stage.ts'
import { readRequest, type Watched } from './watched.ts'
import { watcherOf, type Watcher } from './watcher.ts'

const directory = Directory.parse({
  center: { timeZone: 'Asia/Tokyo', intervalMinutes: 15 },
  agents: [{ key: 'anna', names: { full: 'Anna Berg' } }],
  queues: [{ key: 'sales', name: 'Sales' }, { key: 'idle' }],
  metrics: ownExamples.map(({ definition }) => definition),
})
const calendar = createCalendar(directory.center)
const START_MS = Date.UTC(2026, 10, 21, 14, 52)
const scopes = ['center', 'queue:sales', 'queue:support', 'agent:anna', 'agent:ben', 'team:inside']

const asked = (request: Omit<WatchRequest, 'protocolVersion'>): Watched => {
  const read = readRequest({ protocolVersion: 1, ...request })
  if (!read.ok) throw new Error(read.refusal)
  return read.watched
}
const watcher = (viewer: Viewer): Watcher => watcherOf(viewer, directory)
const everybody: Viewer = { kind: 'key', rights: ['read'] }
const rep: Viewer = {
  kind: 'person',
  role: 'agent',
  covers: null,
  agent: 'anna',
  teams: ['inside'],
}
const screen: Viewer = {
  kind: 'person',
  role: 'display',
  covers: new Set(['queue:sales', 'agent:anna', 'agent:ben']),
  agent: null,
  teams: [],
}

/** A client of a room: what it was sent, applied as it came. */
type Client = { mirror: Mirror; snapshots: number; snapshot: Snapshot | null }

function theatre(followed: { book: LiveBook | null }) {
  const clients = new Map<string, Client>()
  const members = new Map<string, Set<string>>()
  const clientOf = (member: string): Client => {
    let client = clients.get(member)
    if (!client) {
      client = { mirror: emptyMirror(), snapshots: 0, snapshot: null }
      clients.set(member, client)
    }
    return client
  }
  /** As over a socket: nobody shares what was sent. */
  const sent = <Frame>(frame: Frame): Frame => JSON.parse(JSON.stringify(frame)) as Frame
  const stage: Stage = createStage({
    book: () => followed.book,
    directory: () => directory,
    completeAtMs: () => START_MS,
    center: () => ({ key: 'main', name: 'Main', timeZone: 'Asia/Tokyo', simulated: false }),
    sources: () => [],
    now: () => followed.book?.nowMs() ?? START_MS,
    idleMs: () => 0,
    delivery: {
      delta: (room: string, delta: Delta) => {
        for (const member of members.get(room) ?? []) {
          const { mirror } = clientOf(member)
          expect(continues(mirror, delta)).toBe(true)
          applyFrame(mirror, sent(delta))
        }
      },
      snapshot: (to, room, snapshot) => {
        for (const member of to) {
          const client = clientOf(member)
          client.mirror = emptyMirror()
          client.snapshots += 1
          client.snapshot = sent(snapshot)
          applyFrame(client.mirror, sent(snapshot))
          members.set(room, (members.get(room) ?? new Set()).add(member))
        }
      },
    },
  })
  return {
    stage,
    clientOf,
    join: (member: string, watched: Watched, by: Watcher) => {
      for (const room of members.values()) room.delete(member)
      stage.join(member, watched, by)
    },
  }
}

function mirrored(mirror: Mirror, scope: string, window: string, nowMs: number): Sums {
  const sums: Sums = new Map()
  const span = mirror.windows.find(({ name }) => name === window)
  for (const [key, counter] of mirror.cells.get(cellKey(scope, window)) ?? []) {
    const [id = '', ...detail] = key.split('/')
    const { booked, live } = amountAt(counter, span, nowMs)
    add(sums, id as never, detail.join('/'), { booked })
    add(sums, id as never, detail.join('/'), { live })
  }
  return sums
}

const windows = ['interval', 'last30', 'today'] as const

function expectAll(client: Client, books: NaiveBooks, book: LiveBook): void {
  const { mirror } = client
  for (const window of windows) {
    const span = book.window(window)?.span
    if (!span) throw new Error('no window')
    expect(mirror.windows.find(({ name }) => name === window)).toMatchObject(span)
    for (const scope of scopes) {
      const nowMs = book.nowMs()
      const expected = plain(naiveSums(books, scope, span, 'voice', nowMs))
      expect([scope, window, plain(mirrored(mirror, scope, window, nowMs))]).toEqual([
        scope,
        window,
        expected,
      ])
    }
  }
  const rows = liveRowsOf([...books.open.values()])
  const isVoice = ({ channel }: { channel: string }) => channel === 'voice'
  expect(new Set(mirror.visits.values())).toEqual(new Set(rows.visits.filter(isVoice)))
  expect(new Set(mirror.legs.values())).toEqual(new Set(rows.legs.filter(isVoice)))
  const asShown = (agent: LiveAgent): LiveAgent => {
    const isFar = agent.next?.state === 'unknown' && agent.next.atMs > book.nowMs()
    return isFar ? { ...agent, next: null } : agent
  }
  expect(new Set(mirror.agents.values())).toEqual(new Set(rows.agents.map(asShown)))
  for (const queue of book.knownQueues()) {
    expect(mirror.staffing.get(queue)).toEqual(book.staffing(queue))
  }
}

/** What a client of the wire makes of its frames: counters of a scope, narrowed ones by name. */
function figuresOf(mirror: Mirror, scope: string, window: string, nowMs: number): Figures {
  const cell = mirror.cells.get(cellKey(scope, window))
  const span = mirror.windows.find(({ name }) => name === window)
  const amount = (keys: readonly string[]): PartSum => {
    const sum = { booked: 0, live: 0 }
    for (const key of keys) {
      const { booked, live } = amountAt(cell?.get(key), span, nowMs)
      sum.booked += booked
      sum.live += live
    }
    return sum
  }
  return {
    ...figures({}),
    balance: (counter) => amount(keysOf(cell, counter)),
    narrowed: (filters) => ({ balance: (counter) => amount([narrowedName(counter, filters)]) }),
  }
}

describe('a room that watches metrics of the center’s own', () => {
  const own = ownExamples.map(({ definition }) => ownId(definition.key))

  it('is told what they are made from, whatever comes and however time passes', () => {
    const watched = asked({ scopes, windows: [...windows], counters: [], live: [], own })
    fc.assert(
      fc.property(history(START_MS, 12), (updates) => {
        const books = emptyBooks()
        const followed = {
          book: createLiveBook(naiveBase(books, '0', calendar, START_MS), directory),
        }
        const { stage, clientOf, join } = theatre(followed)
        join('first', watched, watcher(everybody))
        stage.flush()
        for (const update of updates) {
          if (!followed.book.advance(update.sentAtMs)) {
            const base = naiveBase(books, update.after, calendar, update.sentAtMs)
            followed.book = createLiveBook(base, directory)
            stage.replaced()
          }
          followed.book.apply(update, update.sentAtMs)
          keep(books, update)
          stage.flush()
          const { mirror, snapshot } = clientOf('first')
          const metrics = ownMetrics({ metrics: snapshot?.center.metrics ?? [] })
          const nowMs = followed.book.nowMs()
          for (const example of ownExamples) {
            const metric = metrics.get(ownId(example.definition.key))
            if (!metric) throw new Error('The snapshot says how it is made')
            for (const window of windows) {
              const span = followed.book.window(window)?.span ?? { fromMs: 0, toMs: 0 }
              for (const scope of scopes) {
                const kind = parseScope(scope)?.kind ?? 'center'
                if (!metric.scopes.includes(kind)) continue
                const { value } = evaluateMetric(
                  metric,
                  kind,
                  figuresOf(mirror, scope, window, nowMs),
                )
                const expected = ownValue(books, example, { scope, span, channel: 'voice', nowMs })
                expect([metric.name, window, scope, value]).toEqual([
                  metric.name,
                  window,
                  scope,
                  expected,
                ])
              }
            }
          }
        }
        stage.close()
      }),
      { numRuns: 25 },
    )
  })

  it('is told nothing else, and nobody else is', () => {
    const books = emptyBooks()
    const [updates = []] = fc.sample(history(START_MS, 20), { numRuns: 1, seed: 4711 })
    const { sentAtMs = START_MS } = updates.at(-1) ?? {}
    for (const update of updates) keep(books, update)
    const followed = { book: createLiveBook(naiveBase(books, '0', calendar, sentAtMs), directory) }
    const { stage, clientOf, join } = theatre(followed)
    const spring = { scopes, windows: [...windows], counters: [], own: ['own:spring'] }
    join('spring', asked(spring), watcher(everybody))
    join('all', asked({ scopes, windows: [...windows] }), watcher(everybody))
    stage.flush()
    expect(clientOf('spring').mirror.counters).toEqual(['handled?campaign=spring'])
    expect(clientOf('spring').snapshot?.center.metrics).toHaveLength(1)
    expect(clientOf('all').mirror.counters.filter((name) => name.includes('?'))).toEqual([])
    expect(clientOf('all').snapshot?.center.metrics).toBeUndefined()
    stage.close()
  })

  it('is not told why one agent is away, where that is not to be known', () => {
    const books = emptyBooks()
    const [updates = []] = fc.sample(history(START_MS, 40), { numRuns: 1, seed: 4711 })
    const { sentAtMs = START_MS } = updates.at(-1) ?? {}
    for (const update of updates) keep(books, update)
    const followed = { book: createLiveBook(naiveBase(books, '0', calendar, sentAtMs), directory) }
    const { stage, clientOf, join } = theatre(followed)
    const lunch = { scopes: ['agent:anna', 'agent:ben'], windows: [...windows], counters: [] }
    join('screen', asked({ ...lunch, own: ['own:lunch'] }), watcher(screen))
    stage.flush()
    expect(clientOf('screen').mirror.counters).not.toContain('notReadyMs?reason=lunch')
    stage.close()
  })
})

describe('a room', () => {
  it('knows what the books know, whoever joins when, and however changes are gathered', () => {
    const everything = asked({ scopes: [...scopes, 'queue:*'], windows: [...windows] })
    fc.assert(
      fc.property(
        history(START_MS, 16),
        fc.array(fc.record({ flush: fc.boolean(), join: fc.boolean() }), {
          minLength: 16,
          maxLength: 16,
        }),
        (updates, acts) => {
          const books = emptyBooks()
          const followed = {
            book: createLiveBook(naiveBase(books, '0', calendar, START_MS), directory),
          }
          const { stage, clientOf, join } = theatre(followed)
          const joined: string[] = ['first']
          join('first', everything, watcher(everybody))
          stage.flush()
          updates.forEach((update, i) => {
            if (!followed.book.advance(update.sentAtMs)) {
              const base = naiveBase(books, update.after, calendar, update.sentAtMs)
              followed.book = createLiveBook(base, directory)
              stage.replaced()
            }
            followed.book.apply(update, update.sentAtMs)
            keep(books, update)
            if (acts[i]?.join) {
              joined.push(`client ${String(i)}`)
              join(`client ${String(i)}`, everything, watcher(everybody))
            }
            if (!acts[i]?.flush) return
            stage.flush()
            for (const member of joined) expectAll(clientOf(member), books, followed.book)
          })
          stage.flush()
          for (const member of joined) expectAll(clientOf(member), books, followed.book)
          stage.close()
        },
      ),
      { numRuns: 60 },
    )
  })

  it('shows a rep own numbers and the sums of the team, and nobody else', () => {
    const own = asked({ scopes: ['agent:anna', 'team:inside', 'agent:*'], windows: ['today'] })
    fc.assert(
      fc.property(history(START_MS, 12), (updates) => {
        const books = emptyBooks()
        const book = createLiveBook(naiveBase(books, '0', calendar, START_MS), directory)
        const { stage, clientOf, join } = theatre({ book })
        join('rep', own, watcher(rep))
        for (const update of updates) {
          book.apply(update, START_MS)
          keep(books, update)
          stage.flush()
        }
        const { mirror, snapshot } = clientOf('rep')
        const said = JSON.stringify([
          snapshot,
          [...mirror.agents],
          [...mirror.cells],
          mirror.scopes,
        ])
        expect(said).not.toContain('ben')
        expect([...mirror.agents.keys()].filter((key) => key !== 'anna')).toEqual([])
        expect([...mirror.legs.values()].filter(({ agent }) => agent !== 'anna')).toEqual([])
        for (const visit of mirror.visits.values()) expect(visit.ringing).toContain('anna')
        const span = book.window('today')?.span ?? { fromMs: 0, toMs: 0 }
        for (const scope of ['agent:anna', 'team:inside']) {
          expect(plain(mirrored(mirror, scope, 'today', book.nowMs()))).toEqual(
            plain(naiveSums(books, scope, span, 'voice', book.nowMs())),
          )
        }
        stage.close()
      }),
      { numRuns: 60 },
    )
  })

  it('names nobody to a shared screen, and does not say why somebody is away', () => {
    const wall = asked({ scopes: ['queue:sales', 'agent:*'], windows: ['today'] })
    fc.assert(
      fc.property(history(START_MS, 12), (updates) => {
        const books = emptyBooks()
        const book = createLiveBook(naiveBase(books, '0', calendar, START_MS), directory)
        const { stage, clientOf, join } = theatre({ book })
        join('tv', wall, watcher(screen))
        for (const update of updates) {
          book.apply(update, START_MS)
          keep(books, update)
          stage.flush()
        }
        const { mirror, snapshot } = clientOf('tv')
        const rows = [...mirror.visits, ...mirror.legs, ...mirror.agents, ...mirror.cells]
        const said = JSON.stringify([
          snapshot,
          rows.map(([key, row]) => [key, row instanceof Map ? [...row] : row]),
          mirror.scopes,
        ]).replaceAll('agentDay/', '')
        for (const name of ['anna', 'Anna', 'ben', 'lunch']) expect(said).not.toContain(name)
        const agents = liveRowsOf([...books.open.values()]).agents
        const seen = agents.filter((agent) =>
          scopesOfAgent(agent).some((scope) =>
            ['queue:sales', 'agent:anna', 'agent:ben'].includes(scope),
          ),
        )
        expect([...mirror.agents.values()].map(({ state }) => state).sort()).toEqual(
          seen.map(({ state }) => state).sort(),
        )
        stage.close()
      }),
      { numRuns: 60 },
    )
  })

  it('is told of the mails that wait for a reply, whatever its channel', () => {
    const books = emptyBooks()
    const book = createLiveBook(naiveBase(books, '0', calendar, START_MS), directory)
    const { stage, clientOf, join } = theatre({ book })
    join('a', asked({ scopes: ['center'], windows: ['today'] }), watcher(everybody))
    const turn = {
      ...{ contact: 'thread/mail/1#t', visit: 'thread/mail/1#t@1', queue: 'support' },
      ...{ site: null, team: null, channel: 'email' as const, sinceMs: START_MS },
      ...{ pastAtMs: START_MS + 1, priority: null, ringing: [] },
    }
    const chat = { ...turn, contact: 'contact/chat/1#c', visit: 'c#1', channel: 'chat' as const }
    const subject = (visit: typeof chat | typeof turn) => ({
      ...{ key: visit.contact, open: true, accruals: [] },
      live: { visits: [visit], legs: [], agent: null },
    })
    const update = { epoch: 1, after: '0', place: '1-0', entries: [], sentAtMs: START_MS }
    book.apply({ ...update, subjects: [subject(turn), subject(chat)] }, START_MS)
    stage.flush()
    const { mirror } = clientOf('a')
    const figures = viewOf(mirror, { kind: 'center' }, 'voice')
    expect([figures.turns?.length, figures.visits.length]).toEqual([1, 0])
    expect([...mirror.visits.keys()]).toHaveLength(1)
    stage.close()
  })

  it('is told the queues in their order, and of none by a mail that came to none', () => {
    const books = emptyBooks()
    const book = createLiveBook(naiveBase(books, '0', calendar, START_MS), directory)
    const { stage, clientOf, join } = theatre({ book })
    const turn = {
      ...{ contact: 'thread/mail/1#t', visit: 'thread/mail/1#t@1', queue: '' },
      ...{ site: null, team: null, channel: 'email' as const, sinceMs: START_MS },
      ...{ pastAtMs: START_MS + 1, priority: null, ringing: [] },
    }
    const other = { ...turn, visit: 'thread/mail/1#t@2', queue: 'idle' }
    const live = { visits: [turn, other], legs: [], agent: null }
    const subjects = [{ key: turn.contact, open: true, accruals: [], live }]
    const update = { epoch: 1, after: '0', place: '1-0', entries: [], sentAtMs: START_MS }
    book.apply({ ...update, subjects }, START_MS)
    join('a', asked({ scopes: ['center', 'queue:*'], windows: ['today'] }), watcher(everybody))
    stage.flush()
    const { snapshot } = clientOf('a')
    expect(Object.keys(snapshot?.live?.visits ?? {})).toHaveLength(2)
    expect(Object.keys(snapshot?.names?.queues ?? {})).toEqual(['sales', 'idle'])
    stage.close()
  })

  it('is sent nothing where nothing changed that it watches', () => {
    const books = emptyBooks()
    const book = createLiveBook(naiveBase(books, '0', calendar, START_MS), directory)
    const { stage, clientOf, join } = theatre({ book })
    join('a', asked({ scopes: ['queue:support'], windows: ['today'] }), watcher(everybody))
    stage.flush()
    const sequence = clientOf('a').mirror.sequence
    const entry = {
      counter: 'handled' as const,
      detail: null,
      queue: 'sales',
      agent: null,
      team: null,
      site: null,
      channel: 'voice' as const,
      filters: null,
      fromMs: START_MS,
      toMs: START_MS,
      amount: 1,
      subject: 'contact/x#1',
    }
    const update = { epoch: 1, after: '0', place: '1-0', subjects: [], sentAtMs: START_MS }
    book.apply({ ...update, entries: [entry] }, START_MS)
    stage.flush()
    expect(clientOf('a').mirror.sequence).toBe(sequence)
    stage.close()
  })
})

it('leaves other work as long as sending took, and waits for nothing where there is none', () => {
  vi.useFakeTimers({ now: START_MS })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const sentAfterMs: number[] = []
  let idleMs = 0
  const book = createLiveBook(naiveBase(emptyBooks(), '0', calendar, START_MS), directory)
  const stage = createStage({
    book: () => book,
    directory: () => directory,
    completeAtMs: () => START_MS,
    center: () => ({ key: 'main', name: 'Main', timeZone: 'Asia/Tokyo', simulated: false }),
    sources: () => [],
    now: Date.now,
    idleMs: () => idleMs,
    delivery: {
      delta: () => undefined,
      snapshot: () => {
        sentAfterMs.push(Date.now() - START_MS)
        vi.setSystemTime(Date.now() + 150)
      },
    },
  })
  const watched = asked({ scopes, windows: [...windows] })
  stage.join('first', watched, watcher(everybody))
  vi.advanceTimersByTime(1)
  stage.join('second', watched, watcher(everybody))
  vi.advanceTimersByTime(1_000)
  expect(sentAfterMs).toEqual([0, 300])
  vi.setSystemTime(START_MS + 450)
  idleMs += 2
  stage.join('third', watched, watcher(everybody))
  vi.advanceTimersByTime(1)
  expect(sentAfterMs).toEqual([0, 300, 450])
  stage.close()
})
