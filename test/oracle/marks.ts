import type { People } from './people.ts'
import type { Scope, Span } from './span.ts'
import type { World } from './world.ts'

/**
 * The oracle's only store: marks. A mark says that something happened at an instant (or went on
 * over a span), for whom, and how much it counts. Sums look at every mark there is.
 */
export type Mark = {
  of: string
  atMs: number
  /** A span over which the amount is spread; left out: an instant. */
  toMs?: number
  amount: number
  detail?: string
  queue?: string | null
  agent?: string | null
  team: string | null
  site: string | null
  channel?: string | null
  /** Filters that its subject carries. */
  filters?: Readonly<Record<string, string>>
}

export type Asked = { scope: Scope; span: Span; channel: string | null }

/** What a formula is made from: the marks of a scope in a span. */
export type OwnSums = {
  scope: Scope['kind']
  /** The sum of the marks of any of these names. */
  of: (...names: string[]) => number
  /** The sum from the beginning to the span's end. */
  level: (...names: string[]) => number
  /** The sum from the beginning to the span's start. */
  before: (...names: string[]) => number
  /** The marks of instants in the span. */
  list: (name: string) => Mark[]
  details: (name: string) => Map<string, number>
}
/** The same, with what a span is compared with, and what the directory says of its people. */
export type Sums = OwnSums & {
  previous: () => Sums
  /** The last calendar month that was over at the span's end, or is by now. */
  lastMonth: () => Sums
  world: World
  people: () => People
}

const isIn = (mark: Mark, { kind, key }: Scope): boolean => kind === 'center' || mark[kind] === key

function within(mark: Mark, { fromMs, toMs }: Span): number {
  if (mark.toMs === undefined || mark.toMs <= mark.atMs) {
    return mark.atMs >= fromMs && mark.atMs < toMs ? mark.amount : 0
  }
  // In whole units, so that the parts of a span add up to it.
  const lastsMs = mark.toMs - mark.atMs
  const until = (atMs: number) =>
    Math.round((mark.amount * Math.min(Math.max(atMs - mark.atMs, 0), lastsMs)) / lastsMs)
  return Math.max(0, until(toMs) - until(fromMs))
}

export type Book = ReadonlyMap<string, readonly Mark[]>
export function bookOf(marks: readonly Mark[]): Book {
  const book = new Map<string, Mark[]>()
  for (const mark of marks) {
    const own = book.get(mark.of)
    if (own) own.push(mark)
    else book.set(mark.of, [mark])
  }
  return book
}

export function sumsOf(book: Book, { scope, span, channel }: Asked): OwnSums {
  const counts = (mark: Mark) =>
    isIn(mark, scope) && (channel === null || !mark.channel || mark.channel === channel)
  const sum = (names: readonly string[], over: Span) =>
    names
      .flatMap((name) => book.get(name) ?? [])
      .filter(counts)
      .reduce((total, mark) => total + within(mark, over), 0)
  const here = (name: string) => (book.get(name) ?? []).filter(counts)
  return {
    scope: scope.kind,
    of: (...names) => sum(names, span),
    level: (...names) => sum(names, { fromMs: -Infinity, toMs: span.toMs }),
    before: (...names) => sum(names, { fromMs: -Infinity, toMs: span.fromMs }),
    list: (name) => here(name).filter(({ atMs }) => atMs >= span.fromMs && atMs < span.toMs),
    details: (name) => {
      const byDetail = new Map<string, number>()
      for (const mark of here(name)) {
        const detail = mark.detail ?? ''
        byDetail.set(detail, (byDetail.get(detail) ?? 0) + within(mark, span))
      }
      return new Map([...byDetail].filter(([, amount]) => amount !== 0))
    },
  }
}

export type Formula = (sums: Sums) => number | null
export const ratio = (part: number, whole: number): number | null =>
  whole === 0 ? null : part / whole
