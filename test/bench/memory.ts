/** What live books keep of an agent who has had a busy day. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Directory } from '../../shared/directory.ts'
import type { Accrual, Entry } from '../../shared/entry.ts'
import type { CounterId } from '../../shared/counters.ts'
import { MINUTE_MS } from '../../shared/time.ts'
import { createCalendar } from '../../server/books/calendar.ts'
import { createLiveBook } from '../../server/books/read/liveBook.ts'
import { emptyBooks, naiveBase } from '../naiveBooks.ts'
import type { BenchRow } from './row.ts'

const AGENTS = 2_000
const NOW_MS = Date.UTC(2026, 10, 21, 7, 30)
/** Of the last half hour; earlier ones add to the same sums. */
const CALLS_AN_AGENT = 6
const STATES_AN_AGENT = 24

const ofCall: readonly CounterId[] = [
  'offers',
  'ownAnsweredInTime',
  'ownAnsweredWaitMs',
  'handled',
  'talkMs',
  'holdMs',
  'wrapMs',
]
const ofTime: readonly CounterId[] = ['availableMs', 'ringingMs', 'onContactMs', 'wrapUpMs']

// The flag may be set while running; a new context then has the function.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes of the heap and of buffers beside it, after everything that is garbage has gone. */
function used(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

export function liveBookMemory(): BenchRow {
  const directory = Directory.parse({})
  const before = used()
  const base = naiveBase(emptyBooks(), '0', createCalendar(directory.center), NOW_MS)
  const book = createLiveBook(base, directory)
  let sums = 0
  for (let n = 0; n < AGENTS; n++) {
    const { entries, accrual, agent, queue, team, site } = dayOf(n)
    sums += new Set(entries.map(({ counter }) => counter)).size
    book.apply(
      {
        epoch: 1,
        after: book.place(),
        place: `${String(n + 1)}-0`,
        entries,
        subjects: [
          {
            key: `agentTime/${agent}/2026-11-21T07:30`,
            open: true,
            accruals: [accrual],
            live: {
              visits: [],
              legs: [],
              agent: {
                agent,
                site,
                team,
                state: 'available',
                sinceMs: NOW_MS,
                reason: null,
                next: null,
                signedInSinceMs: NOW_MS,
                joined: [queue],
                paused: [],
              },
            },
          },
        ],
        sentAtMs: NOW_MS,
      },
      // Long ago: what the tail keeps for a minute is not an agent's.
      n * 10 * MINUTE_MS,
    )
  }
  const figure = (used() - before) / AGENTS / 1_024
  // Three windows of one number for each counter.
  const floor = (sums * 3 * 8) / AGENTS / 1_024
  return {
    name: `live books: memory an agent, ${String(CALLS_AN_AGENT)} calls in the last half hour`,
    figure,
    unit: 'kB',
    floor,
    ratio: figure / floor,
    target: '≤ 8 kB an agent with a day’s balances; the floor is the bare sums',
    wants: { atMost: 8 },
  }
}

function dayOf(n: number) {
  const of = {
    agent: `agent-${String(n)}`,
    queue: `queue-${String(n % 40)}`,
    team: `team-${String(n % 50)}`,
    site: `site-${String(n % 2)}`,
    filters: null,
    detail: null,
  }
  const entries: Entry[] = []
  for (let call = 0; call < CALLS_AN_AGENT; call++) {
    const atMs = NOW_MS - (call * 5 + 1) * MINUTE_MS
    for (const counter of ofCall) {
      const subject = `contact/a#${String(n)}`
      entries.push({
        ...of,
        channel: 'voice',
        counter,
        fromMs: atMs,
        toMs: atMs,
        amount: 7,
        subject,
      })
    }
  }
  for (let state = 0; state < STATES_AN_AGENT; state++) {
    const fromMs = NOW_MS - (state + 2) * MINUTE_MS
    const counter = ofTime[state % ofTime.length] ?? 'availableMs'
    const time = { ...of, queue: null, channel: null, subject: 'agentTime' }
    entries.push({ ...time, counter, fromMs, toMs: fromMs + MINUTE_MS, amount: MINUTE_MS })
  }
  const accrual: Accrual = {
    ...of,
    queue: null,
    channel: null,
    counter: 'availableMs',
    accrues: 'time',
    fromMs: NOW_MS - MINUTE_MS,
    untilMs: null,
  }
  return { ...of, entries, accrual }
}
