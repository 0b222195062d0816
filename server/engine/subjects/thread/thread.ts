import type { CounterId } from '../../../../shared/counters.ts'
import { afterBusinessMs, businessMs } from '../../../../shared/businessHours.ts'
import type { Accrual, Dimensions } from '../../../../shared/entry.ts'
import { nothingLive } from '../../../../shared/live.ts'
import type { LiveVisit } from '../../../../shared/live.ts'
import { MINUTE_MS } from '../../../../shared/time.ts'
import { defaultQueue } from '../../settings.ts'
import type { Settings } from '../../settings.ts'
import { creditedTo } from '../account.ts'
import { nothingDerived } from '../kind.ts'
import type { Booking, DeriveInput, Derived, Kind } from '../kind.ts'
import { threadFeeds } from './threadFeeds.ts'
import { messageMs, messagesOf, resolveTurns } from './turns.ts'
import type { Message, Turn } from './turns.ts'

/**
 * A mail thread: its messages, and the turns of a customer and an agent that they make (turns.ts
 * holds their diagram). A turn is in target when it is answered within its queue's target of
 * opening hours; one that is not is a miss at the instant at which it was due, answered or not.
 */
export const thread: Kind = { version: 4, derive: deriveThread }

function deriveThread(input: DeriveInput): Derived {
  const { settings } = input
  const messages = messagesOf(input)
  const turns = resolveTurns(input, messages)
  const bookings: Booking[] = []
  const accruals: Accrual[] = []
  bookMessages(settings, messages, bookings)
  for (const turn of turns) bookTurn(settings, turn, bookings, accruals)
  const open = turns.filter(({ end }) => end === null)
  return {
    ...nothingDerived,
    bookings,
    accruals,
    live: { ...nothingLive, visits: open.map((turn) => liveTurn(input, turn)) },
    feeds: threadFeeds(input, messages, turns),
    open: open.length > 0,
    parts: partsOf(input.facts),
  }
}

/** All its messages by their keys, those taken back as well, which a later report restores. */
const partsOf = (facts: DeriveInput['facts']): string[] =>
  facts.filter(({ type }) => type === 'message.recorded').map(({ key }) => key)

function bookMessages(settings: Settings, messages: readonly Message[], bookings: Booking[]): void {
  let queue: string | null = null
  for (const message of messages) {
    const { data } = message
    const atMs = messageMs(message)
    const book = (counter: CounterId, dimensions: Dimensions) => {
      bookings.push({ counter, detail: null, fromMs: atMs, toMs: atMs, amount: 1, ...dimensions })
    }
    queue = data.queue ?? queue
    if (data.direction === 'inbound') {
      book('emailsReceived', inQueue(settings, null, queue, atMs))
    } else if (data.direction === 'outbound' && data.author === 'agent') {
      book('emailsSent', creditedTo(settings, data.agent, atMs))
    }
  }
}

/** Whose something of a queue is: the agent's, with the agent's site and team; else the queue's. */
function inQueue(
  settings: Settings,
  agent: string | null,
  queueName: string | null,
  atMs: number,
): Dimensions {
  const queue = queueName === null ? null : settings.queueKey(queueName)
  const credited = creditedTo(settings, agent, atMs)
  const place = agent === null && queue !== null ? settings.queuePlace(queue, atMs) : {}
  return { ...credited, ...place, queue }
}

/** When a turn is due; null: never, for its queue is never open. */
function dueMsOf(settings: Settings, { queue: name, sinceMs }: Turn): number | null {
  const queue = name === null ? '' : settings.queueKey(name)
  const { emailTargetMinutes } = settings.queueAt(queue, sinceMs) ?? defaultQueue
  return afterBusinessMs(settings.hoursOf(queue), sinceMs, emailTargetMinutes * MINUTE_MS)
}

function bookTurn(settings: Settings, turn: Turn, bookings: Booking[], accruals: Accrual[]): void {
  const { sinceMs, queue, end } = turn
  const dueMs = dueMsOf(settings, turn)
  if (end === null) {
    if (dueMs === null) return
    accruals.push({
      accrues: 'once',
      counter: 'emailsPastTarget',
      detail: null,
      atMs: dueMs,
      // Answered at the due instant is still in target.
      dueMs: dueMs + 1,
      amount: 1,
      ...inQueue(settings, null, queue, dueMs),
    })
    return
  }
  const book = (counter: CounterId, atMs: number, amount = 1, detail: string | null = null) => {
    if (amount === 0) return
    const dimensions = inQueue(settings, end.agent, queue, atMs)
    bookings.push({ counter, detail, fromMs: atMs, toMs: atMs, amount, ...dimensions })
  }
  const isPast = dueMs !== null && end.atMs > dueMs
  book('emailsHandled', end.atMs)
  if (isPast) book('emailsPastTarget', dueMs)
  if (end.how === 'closed') return
  if (!isPast) book('emailsInTarget', end.atMs)
  const calendar = settings.hoursOf(queue === null ? '' : settings.queueKey(queue))
  book('emailsAnswered', end.atMs)
  if (end.untimedBy !== null) book('untimedReplies', end.atMs, 1, end.untimedBy)
  book('emailResponseMs', end.atMs, end.atMs - sinceMs)
  book(
    'emailResponseBusinessMs',
    end.atMs,
    businessMs(calendar, { fromMs: sinceMs, toMs: end.atMs }),
  )
}

/** As late as an instant can be written: for what is never due. */
const NEVER_MS = Date.UTC(9999, 11, 31)

function liveTurn({ key, settings }: DeriveInput, turn: Turn): LiveVisit {
  const queue = turn.queue === null ? '' : settings.queueKey(turn.queue)
  return {
    contact: key,
    visit: `${key}@${String(turn.sinceMs)}`,
    queue,
    ...settings.queuePlace(queue, turn.sinceMs),
    channel: 'email',
    sinceMs: turn.sinceMs,
    pastAtMs: dueMsOf(settings, turn) ?? NEVER_MS,
    priority: null,
    ringing: [],
  }
}
