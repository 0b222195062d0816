/** Follows a center's books: loads the stored ones, applies updates as they come, heals gaps. */
import type { CounterId } from '../../../shared/counters.ts'
import type { Directory } from '../../../shared/directory.ts'
import type { Span } from '../../../shared/entry.ts'
import { SECOND_MS } from '../../../shared/time.ts'
import type { Database } from '../../database/database.ts'
import { comparePlaces } from '../../stream/eventLog.ts'
import type { LiveBeat, LiveFeed } from '../../stream/liveChannel.ts'
import { createCalendar } from '../calendar.ts'
import type { LiveUpdate } from '../update.ts'
import { createLiveBook, type LiveBook } from './liveBook.ts'
import { DetailsGivenUp } from './givenUp.ts'
import { loadBase, loadSpan } from './loadBook.ts'
import { keptIn, openedSpan } from './openedWindows.ts'
import { withQuotas } from './progress.ts'

/**
 * What a gateway shows a center by.
 *
 *     loading ─► caught up? ─► shown ─── gap, higher epoch, clock jump ──► loading (shown stays)
 */
export type Followed = {
  /** The books to show; null before they were loaded for the first time. */
  book: () => LiveBook | null
  /** Up to when they are known to be complete, by our clock in UTC milliseconds. */
  completeAtMs: () => number
  /** The newest directory; null before it was read for the first time. */
  directory: () => Directory | null
  /** Resolves when there is a directory. */
  ready: Promise<void>
  /**
   * Shows one more window, by its name, with at least these counters (null: all); resolves when it
   * is there, or cannot be as details are given up. It moves on as the calendar does.
   */
  openWindow: (name: string, counters: ReadonlySet<CounterId> | null) => Promise<void>
  /** Windows tell what the directory says of people, from now on. */
  showStaff: () => void
  /** The span is looked at no more, by one of those who opened it. */
  closeSpan: (name: string) => void
  close: () => Promise<void>
}

export type FollowOptions = {
  center: string
  database: Pick<Database, 'read'>
  feed: LiveFeed
  /** The newest directory; asked for once a second. */
  readDirectory: () => Promise<Directory>
  now: () => number
  /** Something changed in the books that are shown. */
  changed: () => void
  /** Other books are shown: everything may have changed. */
  replaced: () => void
  /** For the log: why the books had to be loaded, or could not be. */
  report: (line: string) => void
}

/** Updates that come while the books are loaded are kept; more, and the oldest are loaded as well. */
const MAX_WAITING = 10_000
/** Between attempts to load, the longer the more have failed. */
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5 * SECOND_MS
/** Who hears of no keeper for so long shows what is stored: it is old, and says so. */
const UNHEARD_MS = 2 * SECOND_MS
/** How often the clock, the directory and the beat are looked at. */
const LOOK_MS = SECOND_MS

/** A window that somebody watches; `isWider`: it lacks counters that were asked for since. */
type OpenedWindow = {
  users: number
  /** Null: all. */
  counters: ReadonlySet<CounterId> | null
  isWider: boolean
}

/** What two ask for; null: all. */
function together(
  one: ReadonlySet<CounterId> | null,
  other: ReadonlySet<CounterId> | null,
): ReadonlySet<CounterId> | null {
  return one && other ? new Set([...one, ...other]) : null
}

export function followBooks(options: FollowOptions): Followed {
  const { center, database, feed, now, report } = options
  /** `coming` is loaded and catching up; it is shown when it has. */
  let shown: LiveBook | null = null
  let coming: LiveBook | null = null
  /** While books are loaded: the updates that came since. */
  let waiting: LiveUpdate[] | null = []
  let directory: Directory | null = null
  let beat: LiveBeat | null = null
  let heardEpoch = 0
  let completeAtMs = 0
  const spans = new Map<string, OpenedWindow>()
  let isStaffed = false
  const startedMs = now()
  let failures = 0
  let isClosed = false
  let loadTimer: ReturnType<typeof setTimeout> | undefined
  let dueTimer: ReturnType<typeof setTimeout> | undefined

  let isReady = (): void => undefined
  const ready = new Promise<void>((resolve) => {
    isReady = resolve
  })

  const stopListening = feed.listen({
    update: (update) => {
      if (update.epoch < heardEpoch) return
      heardEpoch = update.epoch
      if (waiting) wait(update)
      else if (coming) advanceAndApply(coming, update)
      else if (shown) advanceAndApply(shown, update)
    },
    beat: (heard) => {
      if (heard.epoch < heardEpoch) return
      heardEpoch = heard.epoch
      beat = heard
      judge()
    },
  })

  function wait(update: LiveUpdate): void {
    waiting?.push(update)
    if (waiting && waiting.length > MAX_WAITING) waiting.shift()
  }

  function advanceAndApply(book: LiveBook, update: LiveUpdate): void {
    if (comparePlaces(update.place, book.place()) <= 0 && update.epoch === book.epoch) return
    if (!book.continuesWith(update)) {
      reload(`the update after ${update.after} does not continue ${book.place()}`, [update])
    } else if (book.advance(now())) {
      book.apply(update, now())
      if (book === shown) completeAtMs = now()
      settle()
    } else {
      reload('the clock jumped', [])
    }
  }

  /** Compares the beat with what we have: whether it is all, and whether it may be shown. */
  function judge(): void {
    const book = coming ?? shown
    if (!beat || !book || waiting) return
    const isBehind = beat.epoch > book.epoch || comparePlaces(beat.place, book.place()) > 0
    if (isBehind && !beat.catchingUp) {
      reload(`${book.place()} is not yet ${beat.place} of epoch ${String(beat.epoch)}`, [])
      return
    }
    if (!isBehind && book === shown) completeAtMs = now()
    settle()
  }

  /** Shows what is coming, once it has caught up; else tells that what is shown has changed. */
  function settle(): void {
    if (coming === null) {
      options.changed()
      awaitDue()
      return
    }
    const isOfKeeper = beat?.epoch === coming.epoch
    const isUnheard = beat === null && now() - startedMs >= UNHEARD_MS
    if (isOfKeeper ? beat?.catchingUp === true : !isUnheard) return
    shown = coming
    coming = null
    if (isOfKeeper) completeAtMs = now()
    options.replaced()
    awaitDue()
  }

  /** Wakes up when something changes by time alone. */
  function awaitDue(): void {
    clearTimeout(dueTimer)
    if (!shown || isClosed) return
    const inMs = Math.max(0, shown.nextDueMs() - now())
    if (inMs < LOOK_MS) dueTimer = setTimeout(passTime, inMs)
  }

  function passTime(): void {
    const book = shown
    if (!book || waiting) return
    if (!book.advance(now())) reload('the clock jumped', [])
    else if (book === shown) options.changed()
    awaitDue()
  }

  function reload(reason: string, since: LiveUpdate[]): void {
    report(`Loading the books of ${center}: ${reason}.`)
    coming = null
    waiting = since
    loadSoon()
  }

  function loadSoon(): void {
    if (isClosed) return
    const pauseMs = failures === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS)
    clearTimeout(loadTimer)
    loadTimer = setTimeout(() => void load(), pauseMs)
  }

  /** Which loading is the one that counts; a newer one makes older ones void. */
  let loading = 0
  async function load(): Promise<void> {
    const own = ++loading
    try {
      directory = await options.readDirectory()
      isReady()
      const calendar = createCalendar(directory.center)
      const base = await loadBase(database, center, calendar, now())
      const rows = await Promise.all(
        [...spans].map(async ([name, { counters }]) => {
          const span = openedSpan(name, calendar, now())
          const read = await readSpan(name, span, counters)
          return read === 'givenUp' ? [] : [{ name, ...read }]
        }),
      )
      if (isClosed || own !== loading || !waiting) return
      const book = createLiveBook(base, directory)
      heardEpoch = Math.max(heardEpoch, base.epoch)
      if (!book.advance(now()) || !catchUp(book, waiting)) {
        retry()
        return
      }
      if (isStaffed) book.showStaff()
      const areOpen = rows
        .flat()
        .every(({ name, span, rows: found, place, kept }) =>
          book.openSpan(name, span, found, place, kept),
        )
      if (!areOpen) {
        retry()
        return
      }
      failures = 0
      waiting = null
      coming = book
      if (shown === null) completeAtMs = base.committedAtMs
      judge()
    } catch (error) {
      report(`The books of ${center} cannot be loaded: ${String(error)}`)
      retry()
    }
  }

  function retry(): void {
    failures += 1
    loadSoon()
  }

  /** Applies the updates that came meanwhile; false: the stored books do not reach up to them yet. */
  function catchUp(book: LiveBook, updates: readonly LiveUpdate[]): boolean {
    for (const update of updates) {
      if (update.epoch < book.epoch) continue
      if (update.epoch > book.epoch) return false
      if (comparePlaces(update.place, book.place()) <= 0) continue
      if (!book.continuesWith(update)) return false
      book.apply(update, now())
    }
    return true
  }

  /** Once a second: time passes, the directory may be another, a keeper may be unheard of. */
  const looking = setInterval(() => {
    settleOrPass()
    void lookAtDirectory()
    void moveOpened()
  }, LOOK_MS)

  /** `givenUp`: only details would tell, and those of its time are gone: it is not shown. */
  async function readSpan(name: string, span: Span, counters: ReadonlySet<CounterId> | null) {
    const kept = keptIn(name, directory ? withQuotas(counters, directory) : counters)
    try {
      return { span, kept, ...(await loadSpan(database, center, span, now(), kept && [...kept])) }
    } catch (error) {
      if (error instanceof DetailsGivenUp) return 'givenUp'
      throw error
    }
  }

  /** Reads the windows again that have moved on, or that somebody wants more of. */
  let isMoving = false
  async function moveOpened(): Promise<void> {
    if (isMoving) return
    isMoving = true
    try {
      for (const [name, opened] of spans) await moveOne(name, opened)
    } catch (error) {
      report(`The windows of ${center} cannot be moved on: ${String(error)}`)
    } finally {
      isMoving = false
    }
  }
  async function moveOne(name: string, opened: OpenedWindow): Promise<void> {
    const book = shown
    const window = book?.window(name)
    if (!book || !window) return
    const span = openedSpan(name, book.calendar, now())
    const isThere = span.fromMs === window.span.fromMs && span.toMs === window.span.toMs
    const isWhole = !opened.isWider
    if (isThere && isWhole) return
    opened.isWider = false
    const read = await readSpan(name, span, opened.counters)
    if (read === 'givenUp') return
    // Otherwise it is looked at again in a second.
    if (book !== shown || !spans.has(name)) return
    if (book.openSpan(name, span, read.rows, read.place, read.kept)) options.changed()
    else opened.isWider = true
  }

  function settleOrPass(): void {
    if (coming) settle()
    passTime()
  }

  async function lookAtDirectory(): Promise<void> {
    const before = directory
    // A database that is away now is asked again in a second.
    const read = await options.readDirectory().catch(() => null)
    if (!read || read === before || isClosed || directory !== before) return
    directory = read
    if (JSON.stringify(before?.center) !== JSON.stringify(read.center)) {
      reload('the center keeps other hours', waiting ?? [])
      return
    }
    // What is kept narrowed for them has to be read from the stored books.
    if (JSON.stringify(before?.metrics) !== JSON.stringify(read.metrics)) {
      reload('the center has other metrics of its own', waiting ?? [])
      return
    }
    shown?.setDirectory(read)
    coming?.setDirectory(read)
    if (JSON.stringify(before?.quotas) !== JSON.stringify(read.quotas)) {
      for (const opened of spans.values()) opened.isWider = true
    }
    options.changed()
  }

  loadSoon()
  return {
    book: () => shown,
    completeAtMs: () => completeAtMs,
    directory: () => directory,
    ready,
    showStaff: () => {
      isStaffed = true
      shown?.showStaff()
      coming?.showStaff()
    },
    openWindow: async (name, counters) => {
      const known = spans.get(name)
      if (known) {
        known.users += 1
        const wider = together(known.counters, counters)
        if (wider?.size !== known.counters?.size) {
          known.counters = wider
          known.isWider = true
        }
      } else {
        spans.set(name, { users: 1, counters, isWider: false })
      }
      for (let tries = 0; !isClosed && spans.has(name); tries++) {
        const book = shown
        const opened = spans.get(name)
        if (book?.window(name) && opened?.isWider === false) return
        if (book && opened) {
          const span = openedSpan(name, book.calendar, now())
          opened.isWider = false
          const read = await readSpan(name, span, opened.counters).catch(() => null)
          if (read === 'givenUp') return
          const isShown =
            read !== null &&
            book === shown &&
            book.openSpan(name, span, read.rows, read.place, read.kept)
          if (isShown) return
          opened.isWider = true
        }
        // The stored books are about to reach what is shown, or other books to be loaded.
        await new Promise((resolve) => setTimeout(resolve, Math.min(50 * 2 ** tries, SECOND_MS)))
      }
      throw new Error('Nobody waits for this window any more')
    },
    closeSpan: (name) => {
      const known = spans.get(name)
      if (!known || --known.users > 0) return
      spans.delete(name)
      shown?.closeSpan(name)
      coming?.closeSpan(name)
    },
    close: async () => {
      isClosed = true
      stopListening()
      clearInterval(looking)
      clearTimeout(loadTimer)
      clearTimeout(dueTimer)
    },
  }
}
