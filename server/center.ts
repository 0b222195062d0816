/** Opens one center: its stream and its door, and the parts of it that this process runs. */
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { SentEvent } from '../shared/events/sent.ts'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts'
import { unlessAway } from './api/behind.ts'
import { booksReads } from './api/booksReads.ts'
import type { CenterParts } from './api/parts.ts'
import { createKeeper } from './books/keeper.ts'
import type { Keeper } from './books/keeper.ts'
import type { Backups } from './books/trimming.ts'
import { writerThread } from './books/writerThread.ts'
import type { LiveBook } from './books/read/liveBook.ts'
import type { Role } from './config.ts'
import { connectors as everyConnector, lacksOf } from './connectors/registry.ts'
import { createConnectors } from './connectors/supervise.ts'
import type { Connectors, ConnectorsOptions } from './connectors/supervise.ts'
import type { Database } from './database/database.ts'
import type { Storage } from './database/nightly.ts'
import { isAway, isDamaged } from './database/failure.ts'
import { exchangeBy } from './directory/exchange.ts'
import { directoryStore } from './directory/store.ts'
import type { DirectoryStore } from './directory/store.ts'
import { createEngine } from './engine/fold.ts'
import { openDoor } from './ingest/door.ts'
import type { Door } from './ingest/door.ts'
import { judgeAgain } from './ingest/judgeAgain.ts'
import { LogUnavailable } from './stream/eventLog.ts'
import { beating, localLive, redisLiveFeed, redisLivePublisher } from './stream/liveChannel.ts'
import type { LiveFeed, LiveListener } from './stream/liveChannel.ts'
import { openStream } from './stream/openStream.ts'
import type { CenterStream } from './stream/openStream.ts'
import type { RedisAddress } from './stream/redisAddress.ts'

export type Center = {
  key: string
  simulated: boolean
  database: Database
  stream: CenterStream
  door: Door
  /** Null: its books are kept by another process. */
  keeper: Keeper | null
  directory: DirectoryStore
  /** What the keeper tells those who show live numbers; null: they are shown by other processes. */
  feed: LiveFeed | null
  connectors: Connectors
  /** The center as the API needs it. */
  parts: CenterParts
  /** Stores events of ours, however often that has to be tried again; rejects when stopped. */
  emit: (events: readonly SentEvent[], signal: AbortSignal) => Promise<void>
  /** Where each source is in its feed. */
  places: ConnectorsOptions['places']
  /** Runs until `signal` aborts; rejects with what is a bug, or when others have taken over. */
  run: (signal: AbortSignal) => Promise<void>
  close: () => Promise<void>
}

export type CenterOptions = {
  key: string
  simulated: boolean
  redis: RedisAddress
  /** How many replicas must have what is accepted before it is; null: none. */
  replicas: number | null
  database: Database
  /** The parts that this process runs. */
  roles: ReadonlySet<Role>
  /** Whether other processes may run parts of it, or the same ones: what they share is Redis. */
  isShared: boolean
  /** The backups of its database that the stream is kept for; null: none that are ours. */
  backups: Backups | null
  /** The live books, where a gateway here keeps them; null: not yet, or not here. */
  liveBook: () => LiveBook | null
  /** How the embedded database and its backups are; null: it has none, or is not embedded. */
  storage: () => Promise<Storage | null>
  now: () => number
  /** For the administrator's log, a line at a time. */
  report: (line: string) => void
}

/** Between attempts to store what the stream could not take. */
const STORE_AGAIN_MS = SECOND_MS
/** How often the sources of the directory are compared with the connectors that run. */
const SOURCES_LOOK_MS = 2 * SECOND_MS
/** How often rejected events that are too old are forgotten. */
const FORGET_MS = 10 * MINUTE_MS

export function openCenter(options: CenterOptions): Center {
  const { key, simulated, redis, database, roles, liveBook, now, report } = options
  const stream = openStream({
    redis,
    ...(options.replicas === null ? {} : { replicas: options.replicas }),
    center: key,
    now,
    damaged: (place) => {
      report(`${key}: an entry of the stream at ${place} is none of ours; passed over`)
    },
  })
  const directory = directoryStore(database.kysely, key)
  const door = openDoor(stream, now, exchangeBy(directory))
  const local = options.isShared ? null : localLive()
  const publisher = roles.has('engine') ? (local ?? redisLivePublisher(redis, key)) : null
  const feed = roles.has('gateway') ? (local ?? redisLiveFeed(redis, key)) : null
  const writer = writerThread(database)
  const keeping = publisher && {
    publisher,
    keeper: createKeeper({
      center: key,
      database,
      log: stream.log,
      makeEngine: (directories, horizon) => createEngine({ directories, horizon }),
      publish: publisher.update,
      openWriter: writer.open,
      retention: async () => (await directory.current()).directory.center.retention,
      backups: options.backups,
      now,
      report,
    }),
  }

  const emit: Center['emit'] = async (events, signal) => {
    for (;;) {
      signal.throwIfAborted()
      try {
        await door.judge(events, { source: null })
        return
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error
        await pause(STORE_AGAIN_MS, undefined, { signal })
      }
    }
  }

  /** Forgets rejected events that are too old: they hold what people said. */
  const forgetRejected = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        const { retention } = (await directory.current()).directory.center
        await stream.rejected.forgetBefore(now() - retention.rejectedDays * DAY_MS)
      } catch (error) {
        // They are forgotten once it is back.
        if (!isForLater(error)) throw error
      }
      await pause(FORGET_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  const isForLater = (error: unknown): boolean =>
    error instanceof LogUnavailable || isAway(database.kind, error) || isDamaged(error)

  const places = connectorPlaces(database, key, now)
  const connectors = createConnectors({
    connectors: everyConnector,
    emit,
    reject: (source, input, reason) => {
      door.refuse(source, input, reason).catch((error: unknown) => {
        report(`${key}: a refusal of ${source} could not be kept: ${String(error)}`)
      })
    },
    places,
    now,
    wait: (ms, signal) => pause(ms, undefined, { signal }),
    report: (line) => {
      report(`${key}: ${line}`)
    },
  })

  /** Who has sent anything, as it was known last; null: not known yet, as the stream is away. */
  let senders: readonly string[] | null = null

  return {
    key,
    simulated,
    database,
    stream,
    door,
    keeper: keeping?.keeper ?? null,
    directory,
    feed,
    connectors,
    emit,
    places,
    parts: {
      key,
      simulated,
      database,
      directory,
      stream,
      door,
      storage: options.storage,
      reads: booksReads({
        center: key,
        database,
        directory,
        feeds: async () => {
          const counts = await unlessAway(stream.feeds.read())
          const current = await directory.current()
          if (counts) {
            senders = counts.flatMap(({ source, accepted }) =>
              source === null || accepted === 0 ? [] : [source],
            )
          }
          const named = senders ?? current.directory.sources.map(({ source }) => source)
          return named.map((source) => ({ source, lacks: lacksOf(source, current.directory) }))
        },
        liveBook,
        end: stream.log.end,
        now,
      }),
      connectors: () =>
        new Map(
          connectors.status().map(({ source, state, detail }) => [source, `${state}: ${detail}`]),
        ),
      // A keeper elsewhere looks by itself, once a second.
      outboxChanged: () => keeping?.keeper.outboxChanged(),
    },
    run: async (signal) => {
      await Promise.all([
        // Who only shows has nothing to run, and is there all the same.
        aborted(signal),
        keeping && keepAndBeat(keeping.keeper, keeping.publisher, signal),
        roles.has('ingest') ? judgeAgain(door, signal) : null,
        roles.has('ingest') || roles.has('connectors') ? forgetRejected(signal) : null,
        roles.has('connectors')
          ? whileAlone(database, `connectors of ${key}`, signal, () =>
              followSources(directory, connectors, signal),
            )
          : null,
      ])
    },
    close: async () => {
      await connectors.stop()
      await writer.end()
      await publisher?.close()
      await feed?.close()
      stream.close()
    },
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

/** Keeps the books, and tells once a second where they are. */
async function keepAndBeat(
  keeper: Keeper,
  listener: LiveListener,
  signal: AbortSignal,
): Promise<void> {
  const stopBeating = beating(listener, () => {
    const { state, epoch, place } = keeper.status()
    return state === 'waiting' ? null : { epoch, place, catchingUp: state === 'catchingUp' }
  })
  try {
    await keeper.run(signal)
  } finally {
    stopBeating()
  }
}

/**
 * Does what one process at a time should do, as soon as none other does it. Who has lost the lock
 * with its connection goes on beside the next one: what both tell is the same, and counts once.
 */
export async function whileAlone(
  database: Database,
  name: string,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const release = await database.lock(name, signal)
      if (!release) return
      try {
        await work()
      } finally {
        await release()
      }
      return
    } catch (error) {
      // A damaged one is found in order by the next start; until then the stream is filled.
      if (!isAway(database.kind, error) && !isDamaged(error)) throw error
      await pause(STORE_AGAIN_MS, undefined, { signal }).catch(() => undefined)
    }
  }
}

/** Runs the connectors of the directory's sources, as the directory is now. */
async function followSources(
  directory: DirectoryStore,
  connectors: Connectors,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { sources } = (await directory.current()).directory
    connectors.run(
      sources.flatMap(({ source, connector, settings, enabled }) =>
        connector !== undefined && enabled ? [{ source, connector, settings }] : [],
      ),
    )
    await pause(SOURCES_LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
}

function connectorPlaces(database: Database, center: string, now: () => number) {
  return {
    read: async (source: string): Promise<string | null> => {
      const row = await database.kysely
        .selectFrom('connectorPlace')
        .select('place')
        .where('center', '=', center)
        .where('source', '=', source)
        .executeTakeFirst()
      return row?.place ?? null
    },
    keep: async (source: string, place: string): Promise<void> => {
      const row = { center, source, place, atMs: now() }
      await database.kysely
        .insertInto('connectorPlace')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['center', 'source']).doUpdateSet({ place, atMs: row.atMs }),
        )
        .execute()
    },
  }
}
