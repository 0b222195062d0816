import type { z } from 'zod'
import type { EventType } from '../../shared/events/event.ts'
import type { SentEvent } from '../../shared/events/sent.ts'

/** What a connector is given. It gets no engine, no Redis, no environment and no HTTP of ours. */
export type ConnectorIo = {
  /**
   * Resolves once the events are stored, however often that had to be tried again; await it, so
   * that a slow store slows the reading.
   */
  emit: (events: readonly SentEvent[]) => Promise<void>
  /** For input that the connector does not understand. It is counted and shown, never thrown. */
  reject: (input: string, reason: string) => void
  /** The connector's own place in its feed, as last kept by `keepPlace`; null at first. */
  place: string | null
  /** Keeps the place. Call it after what lies before it was emitted. */
  keepPlace: (place: string) => Promise<void>
  /** What the connector is doing now, in a few words, for the administrator. */
  report: (status: string) => void
  /** The clock, in UTC milliseconds: the time of receipt, where a feed gives none. */
  now: () => number
  /** Return from `run` soon after this aborts. */
  signal: AbortSignal
}

/**
 * What a feed can say, so that a metric over it is never a silent 0. A type that is left out is
 * never sent; `derived` is worked out by a rule that the connector's page explains.
 */
export type Reports = Partial<Record<EventType, 'observed' | 'derived'>>

/** A connector translates one vendor's feed into events, and does nothing else. */
export type Connector<Settings> = {
  /** Its name for ever: in the directory's sources and on its page in docs/connectors. */
  name: string
  settings: z.ZodType<Settings>
  reports: Reports
  /** Reads the feed until `signal` aborts. Rejects when the world fails; it is then run again. */
  run: (source: string, settings: Settings, io: ConnectorIo) => Promise<void>
}
