import fc from 'fast-check'
import type { Event } from '../../shared/events/event.ts'
import { parseEvent } from '../../shared/events/parse.ts'
import type { FoldedEvent } from '../../server/engine/stream.ts'
import {
  activityStory as desk,
  agentsSeenStory,
  memberStory,
  planStory,
  shiftStory,
} from './agentStories.ts'
import {
  callbackStory,
  callStory,
  dialStory,
  directStory,
  foundStory,
  gapStory,
  openStory,
  restartStory,
} from './callStories.ts'
import { nameOf } from './facts.ts'
import { directories, HOUR, NOW_MS, rfc } from './center.ts'
import type { Said, Story } from './center.ts'
import { changing, written } from './changes.ts'
import {
  activityStory,
  costStory,
  customerStory,
  evaluationStory,
  leadStory,
  mailStory,
  opportunityStory,
  orderStory,
  outreachStory,
  quoteStory,
  surveyStory,
} from './salesStories.ts'

import type { Put } from './world.ts'

/** Whole histories: many stories at once, and what goes wrong between a source and us. */

const stories: { weight: number; arbitrary: fc.Arbitrary<Story> }[] = [
  { weight: 12, arbitrary: callStory },
  { weight: 2, arbitrary: directStory },
  { weight: 3, arbitrary: openStory },
  { weight: 4, arbitrary: dialStory },
  { weight: 2, arbitrary: callbackStory },
  { weight: 1, arbitrary: restartStory },
  { weight: 1, arbitrary: gapStory },
  { weight: 2, arbitrary: foundStory },
  { weight: 2, arbitrary: agentsSeenStory },
  { weight: 2, arbitrary: desk },
  { weight: 4, arbitrary: shiftStory },
  { weight: 3, arbitrary: memberStory },
  { weight: 2, arbitrary: planStory },
  { weight: 7, arbitrary: leadStory },
  { weight: 8, arbitrary: opportunityStory },
  { weight: 3, arbitrary: quoteStory },
  { weight: 4, arbitrary: orderStory },
  { weight: 3, arbitrary: customerStory },
  { weight: 8, arbitrary: activityStory },
  { weight: 2, arbitrary: costStory },
  { weight: 5, arbitrary: evaluationStory },
  { weight: 9, arbitrary: surveyStory },
  { weight: 4, arbitrary: mailStory },
  { weight: 4, arbitrary: outreachStory },
]

/** What happens to an event on its way; most arrive as they are. */
const way = fc.constantFrom(
  ...Array.from({ length: 24 }, () => 'once' as const),
  'twice' as const,
  'late' as const,
  'coarse' as const,
  'derived' as const,
  'retracted' as const,
  'restored' as const,
)
type Way = typeof way extends fc.Arbitrary<infer Value> ? Value : never

/** Types whose second, coarse report by another feed is the same fact for certain. */
const isTold = (type: string) =>
  ['contact.queued', 'contact.dequeued', 'contact.connected', 'contact.disconnected'].includes(type)
/** Whatever was said, but of gaps and of what was found, which are no facts to take back. */
const isTakenBack = ({ type }: Said) =>
  !['source.gap', 'source.snapshot', 'fact.retracted'].includes(type)

function sent(said: Said, index: number): Event {
  const { source, type, atMs, data, recordedAtMs } = said
  const parsed = parseEvent({
    specversion: '1.0',
    id: `e${String(index)}`,
    source,
    type,
    time: rfc(atMs),
    sequence: String(index),
    ...(recordedAtMs !== undefined && { recordedtime: rfc(recordedAtMs) }),
    data,
  })
  if (!parsed.ok) throw new Error(`${JSON.stringify(said)}: ${JSON.stringify(parsed.errors)}`)
  return parsed.event
}

function onTheWay(said: Said, way: Way): Said[] {
  const { source, type, atMs, data } = said
  const system = source.split('/').slice(0, 3).join('/')
  switch (way) {
    case 'coarse':
      if (!isTold(type)) return [said]
      return [
        said,
        {
          source: `${system}/log`,
          type,
          atMs: Math.floor(atMs / 1_000) * 1_000,
          data: { ...data, precision: 's' },
        },
      ]
    case 'derived':
      // Somebody else's guess, which what was seen outranks.
      if (!isTold(type)) return [said]
      return [
        said,
        {
          source: `${system}/guess`,
          type,
          atMs: atMs + 7_000,
          data: { ...data, provenance: 'derived' },
        },
      ]
    case 'retracted':
    case 'restored': {
      if (!isTakenBack(said)) return [said]
      const { name, isDated } = nameOf(sent(said, 0))
      const takenBackMs = Math.min(atMs + HOUR, NOW_MS - 10)
      const retraction = {
        source,
        type: 'fact.retracted',
        atMs: takenBackMs,
        data: { type, key: isDated ? `${name}@${rfc(atMs)}` : name },
      }
      return way === 'retracted'
        ? [said, retraction]
        : [said, retraction, { ...said, recordedAtMs: takenBackMs + 5 }]
    }
    default:
      return [said]
  }
}

export type History = {
  /** As they happened. */
  events: readonly Event[]
  /** As they arrived: doubled, late, out of order; a new directory before all that is later. */
  arrivals: readonly FoldedEvent[]
  /** After which arrivals the engine was started again. */
  restarts: readonly number[]
  /** Who and what there is in the center, and what becomes of it. */
  puts: readonly Put[]
}

export const histories = (length: number): fc.Arbitrary<History> =>
  fc
    .record({
      stories: fc.array(fc.oneof(...stories), { minLength: length, maxLength: length }),
      ways: fc.array(fc.tuple(way, fc.nat()), { minLength: 97, maxLength: 97 }),
      isShuffled: fc.boolean(),
      restarts: fc.array(fc.nat(), { maxLength: 3 }),
      puts: changing(directories),
    })
    .map(({ stories, ways, isShuffled, restarts, puts }) => {
      const wayOf = (index: number) => ways[index % ways.length]!
      const told = stories
        .flatMap((story, n) => story(n))
        .filter(({ atMs }) => atMs <= NOW_MS)
        .sort((one, other) => one.atMs - other.atMs)
        .flatMap((said, index) => onTheWay(said, wayOf(index)[0]))
      const events = told.map(sent)
      const placed = events.flatMap((event, index) => {
        const [how, n] = wayOf(index * 7 + 3)
        // Late by days, by minutes, or not at all.
        const lateBy = isShuffled ? n % events.length : how === 'late' ? (n % 300) + 1 : 0
        const once = { event, place: (isShuffled ? 0 : index) + lateBy }
        return how === 'twice' ? [once, { event, place: once.place + (n % 50) }] : [once]
      })
      const arrivals: FoldedEvent[] = placed
        .sort((one, other) => one.place - other.place)
        .map(({ event }) => event)
      for (const [index, { fromMs, directory }] of puts.entries()) {
        if (index === 0) continue
        const id = `put${String(index)}`
        const put = {
          id,
          type: 'directory.changed',
          atMs: fromMs,
          data: { directory: written(directory) },
        } as const
        const at = arrivals.findIndex(({ atMs }) => atMs >= fromMs)
        arrivals.splice(at === -1 ? arrivals.length : at, 0, put)
      }
      return { events, arrivals, restarts: restarts.map((n) => n % arrivals.length), puts }
    })
