/** What the API asks the books, answered from the database at one committed place. */
import type { Directory } from '../../shared/directory.ts'
import type { Span } from '../../shared/entry.ts'
import type { Figures } from '../../shared/metrics/evaluate.ts'
import { lackingOf, type Feed } from '../../shared/metrics/lacking.ts'
import { liveIn } from '../../shared/metrics/liveIn.ts'
import type { PastWaits } from '../../shared/pastWaits.ts'
import { readCommitted, type Committed } from '../books/read/committed.ts'
import { createCalendar } from '../books/calendar.ts'
import { explain } from '../books/read/explain.ts'
import { readLiveAt, readLiveNow } from '../books/read/liveAt.ts'
import { createEngine } from '../engine/fold.ts'
import { defaultQueue } from '../engine/settings.ts'
import type { LiveBook } from '../books/read/liveBook.ts'
import { reconcile } from '../books/read/reconcile.ts'
import { readPastWaits } from '../books/read/pastWaits.ts'
import { readTimeline } from '../books/read/timeline.ts'
import type { Database } from '../database/database.ts'
import type { DirectoryStore } from '../directory/store.ts'
import { comparePlaces, placeMs, type Place } from '../stream/eventLog.ts'
import { unlessAway } from './behind.ts'
import {
  chosenOf,
  partsIn,
  questionOfOne,
  readCenterFigures,
  readFiguresOf,
  readValues,
} from './figures.ts'
import { readGaps } from './gaps.ts'
import { readPeople } from './people.ts'
import type { ExplainAsked, Reads, Taken } from './reads.ts'

export type BooksOf = {
  center: string
  database: Database
  directory: DirectoryStore
  /** The center's feeds and what each never reports. */
  feeds: () => readonly Feed[] | Promise<readonly Feed[]>
  /** The live books, where they are at hand: they are compared with the stored ones. */
  liveBook: () => LiveBook | null
  /** The stream's end. */
  end: () => Promise<Place>
  now: () => number
}

export function booksReads(of: BooksOf): Reads {
  const { center, database, now } = of
  /** Before the books are read: what comes to the stream meanwhile is not asked for. */
  const beforehand = async () => {
    const [end, feeds, { directory }] = await Promise.all([
      unlessAway(of.end()),
      of.feeds(),
      of.directory.current(),
    ])
    return { end, directory, lacking: lackingOf(feeds), nowMs: now() }
  }
  return {
    figures: async (asked) => {
      const { end, directory, lacking, nowMs } = await beforehand()
      return readCommitted(database, center, async (committed) => {
        const [first, last] = [asked.spans[0], asked.spans.at(-1)]
        const whole = { fromMs: first?.fromMs ?? nowMs, toMs: last?.toMs ?? nowMs }
        const figures = await readValues(committed, asked, { directory, lacking, nowMs })
        return { ...figures, ...(await takenOf(committed, whole, end, nowMs)) }
      })
    },
    centerFigures: async (asked) => {
      const { end, directory, lacking, nowMs } = await beforehand()
      return readCommitted(database, center, async (committed) => {
        const figures = await readCenterFigures(committed, asked, { directory, lacking, nowMs })
        return { figures, ...(await takenOf(committed, asked.span, end, nowMs)) }
      })
    },
    live: async ({ scope, atMs, channel }) => {
      const end = await unlessAway(of.end())
      const asOfMs = atMs ?? now()
      return readCommitted(database, center, async (committed) => {
        const rows =
          atMs === null
            ? await readLiveNow(committed)
            : await readLiveAt(committed, atMs, (directories) => createEngine({ directories }))
        const live = liveIn(scope, { ...rows, staffing: new Map() }, channel)
        const instant = { fromMs: asOfMs, toMs: asOfMs }
        return { live, ...(await takenOf(committed, instant, end, asOfMs)) }
      })
    },
    explain: async (asked) => {
      const { end, directory, lacking, nowMs } = await beforehand()
      return readCommitted(database, center, async (committed) => {
        const { scope, span, channel, queue, filters, after, limit } = asked
        const of = { directory, lacking, nowMs }
        const figures = await readFiguresOf(committed, asked, of)
        // What a relative metric turned out to be of is what its entries are of.
        const metric = { ...asked.metric, of: chosenOf(asked.metric, scope, figures) }
        const parts = partsIn(metric, scope, asked, of)
        const question = { scope, channel, queue, filters, parts, nowMs, after, limit }
        const { entries, next, accruing, givenUp } = await explain(committed, question)
        const behind = { scope, parts, quotasOf: metric.of }
        const people = after ? [] : await readPeople(committed, questionOfOne(asked, of), behind)
        return {
          ...{ entries, next, accruing, givenUp, people, figures, of: metric.of },
          pastWaits: await pastWaitsOf(committed, asked, figures, directory),
          ...(await takenOf(committed, span, end, nowMs)),
        }
      })
    },
    timeline: async (key) => {
      const end = await unlessAway(of.end())
      const nowMs = now()
      return readCommitted(database, center, async (committed) => {
        const timeline = await readTimeline(committed, key)
        if (!timeline) return null
        const instant = { fromMs: nowMs, toMs: nowMs }
        return { timeline, ...(await takenOf(committed, instant, end, nowMs)) }
      })
    },
    reconcile: async (day) => {
      const [end, { directory }] = await Promise.all([unlessAway(of.end()), of.directory.current()])
      const nowMs = now()
      const calendar = createCalendar(directory.center)
      const fromMs = calendar.startOf(day)
      const span = { fromMs, toMs: calendar.nextDayStart(fromMs) }
      const reconciled = await reconcile({
        database,
        center,
        day,
        directory,
        calendar,
        live: of.liveBook(),
        makeEngine: (directories) => createEngine({ directories }),
        nowMs,
      })
      const taken = await readCommitted(database, center, (committed) =>
        takenOf(committed, span, end, nowMs),
      )
      return { ...reconciled, ...taken }
    },
  }
}

/** How good an expected wait has been; null: it is another metric that is explained. */
async function pastWaitsOf(
  committed: Committed,
  { metric, scope, after }: ExplainAsked,
  { live, nowMs }: Figures,
  directory: Directory,
): Promise<PastWaits | null> {
  if (metric.id !== 'expectedWait' || scope.kind !== 'queue' || after !== null) return null
  const { channel } = directory.queues.find(({ key }) => key === scope.key) ?? defaultQueue
  return readPastWaits(
    committed,
    {
      key: scope.key,
      channel,
      waiting: live.visits.filter((visit) => visit.channel === channel).length,
      agents: live.agents.map(({ agent }) => agent),
    },
    nowMs,
  )
}

/**
 * What an answer is of. It is complete where the books hold everything that reached the stream
 * before the span ended, nothing of it is being judged anew, and nothing is known to be missing in
 * what has passed of the span. `end` is null while the stream cannot be asked for it.
 */
async function takenOf(
  committed: Committed,
  span: Span,
  end: Place | null,
  nowMs: number,
): Promise<Taken> {
  const { place, reading, center } = committed
  const isAtEnd = end !== null && comparePlaces(place, end) >= 0
  const holdsAll = !committed.isJudgedAnew && (isAtEnd || placeMs(place) >= span.toMs)
  const gaps = holdsAll ? await readGaps(reading, center) : []
  const untilMs = Math.max(Math.min(span.toMs, nowMs), span.fromMs + 1)
  const isWhole = gaps.every(({ fromMs, toMs }) => toMs <= span.fromMs || fromMs >= untilMs)
  return { asOfMs: nowMs, place, complete: holdsAll && isWhole }
}
