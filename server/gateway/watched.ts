/** What a client asks to watch: checked, and put so that the same wish has the same key. */
import { counterIds, counterOf, type CounterId } from '../../shared/counters.ts'
import type { Channel } from '../../shared/events/fields.ts'
import { parseScope, type Scope } from '../../shared/scope.ts'
import {
  liveParts,
  PROTOCOL_VERSION,
  WatchRequest,
  type LivePart,
  type Refusal,
} from '../../shared/wire.ts'
import { liveWindows } from '../../shared/window.ts'
import { spanName } from '../books/read/openedWindows.ts'
import type { Watcher } from './watcher.ts'

/** Kinds of scopes of which all can be asked for at once. */
export type WholeKind = 'queue' | 'agent'

export type Watched = {
  /** Named one by one, as text. */
  scopes: ReadonlySet<string>
  /** All of these kinds that the viewer may see, now and later. */
  wholeKinds: ReadonlySet<WholeKind>
  /** Windows by name; spans that were asked for are named `from/to`. */
  windows: readonly string[]
  /** Those of them that the books open when they are asked for. */
  opened: readonly string[]
  channel: Channel
  /** Null: all. */
  counters: ReadonlySet<CounterId> | null
  /** Whether what the directory says of people is asked for, or may be. */
  staff: boolean
  /** Metrics of the center's own, by id, whose counters are sent as well. */
  own: ReadonlySet<string>
  live: ReadonlySet<LivePart>
  /** The same for the same wish, in whatever order it was made. */
  key: string
}

export type Asked =
  { ok: true; center: string | null; watched: Watched } | { ok: false; refusal: Refusal }

/** Reads what a stranger sent. Whether it may be seen is asked next. */
export function readRequest(request: unknown): Asked {
  // An old client is told so, even where its request would not be understood any more.
  const version = (request as { protocolVersion?: unknown } | null | undefined)?.protocolVersion
  if (typeof version === 'number' && version < PROTOCOL_VERSION) {
    return { ok: false, refusal: 'clientTooOld' }
  }
  const parsed = WatchRequest.safeParse(request)
  if (!parsed.success || parsed.data.protocolVersion > PROTOCOL_VERSION) {
    return { ok: false, refusal: 'badRequest' }
  }
  const { center, scopes, windows, channel, counters, own, live } = parsed.data
  const wholeKinds = new Set<WholeKind>()
  const named = new Set<string>()
  for (const scope of scopes) {
    if (scope === 'queue:*') wholeKinds.add('queue')
    else if (scope === 'agent:*') wholeKinds.add('agent')
    else if (parseScope(scope)) named.add(scope)
    else return { ok: false, refusal: 'badRequest' }
  }
  const spans = windows
    .filter((window) => typeof window !== 'string')
    .map(({ from, to }) => ({ fromMs: from, toMs: to }))
  if (spans.some(({ fromMs, toMs }) => fromMs >= toMs)) return { ok: false, refusal: 'badRequest' }

  const names = windows.map((window) =>
    typeof window === 'string' ? window : spanName({ fromMs: window.from, toMs: window.to }),
  )
  const watched = {
    scopes: new Set([...named].sort()),
    wholeKinds,
    windows: [...new Set(names)].sort(),
    opened: [...new Set(names)].filter((name) => !isLive(name)).sort(),
    channel,
    counters: counters && counters.length < counterIds.length ? new Set(counters) : null,
    staff:
      own !== undefined ||
      (counters?.some((counter) => counterOf(counter).of === 'directory') ?? false),
    own: new Set(own),
    live: new Set(live ?? liveParts),
  }
  return { ok: true, center: center ?? null, watched: { ...watched, key: keyOf(watched) } }
}

const isLive = (name: string): boolean => (liveWindows as readonly string[]).includes(name)

function keyOf(watched: Omit<Watched, 'key'>): string {
  const { scopes, wholeKinds, windows, channel, counters, own, live } = watched
  return JSON.stringify([
    [...scopes],
    [...wholeKinds].sort(),
    windows,
    channel,
    counters && [...counters].sort(),
    [...own].sort(),
    [...live].sort(),
  ])
}

/** Whether somebody may watch all that is named one by one. Of whole kinds they see what they may. */
export function mayWatch({ scopes }: Watched, watcher: Watcher): boolean {
  return [...scopes].every((text) => {
    const scope = parseScope(text)
    return scope !== null && watcher.maySee(scope)
  })
}

/** The kind of which all can be asked for, and so whether a scope belongs to it. */
export function wholeKindOf(scope: Scope): WholeKind | null {
  return scope.kind === 'queue' || scope.kind === 'agent' ? scope.kind : null
}
