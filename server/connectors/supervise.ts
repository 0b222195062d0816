/** Runs the connectors that the directory names, and starts again what fails. */
import type { SentEvent } from '../../shared/events/sent.ts'
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import type { Connector, ConnectorIo } from './connector.ts'

/** A source of the directory that a connector reads. */
export type ConnectedSource = {
  source: string
  connector: string
  settings: Readonly<Record<string, unknown>>
}

/** How a connector does, for the administrator. */
export type ConnectorStatus = {
  source: string
  connector: string
  /** `failed` is tried again by itself; `refused` waits for somebody to mend its settings. */
  state: 'running' | 'failed' | 'refused'
  /** In a few words: what it is doing, or what is wrong. */
  detail: string
  sinceMs: number
}

export type ConnectorsOptions = {
  /** Every connector there is, by its name. */
  connectors: Readonly<Record<string, Connector<unknown>>>
  /** Stores events, however often that has to be tried again; rejects when stopped. */
  emit: (events: readonly SentEvent[], signal: AbortSignal) => Promise<void>
  reject: (source: string, input: string, reason: string) => void
  /** Where each source is in its feed. */
  places: {
    read: (source: string) => Promise<string | null>
    keep: (source: string, place: string) => Promise<void>
  }
  now: () => number
  /** Resolves after so long, or rejects when the signal aborts. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** For the log. */
  report: (line: string) => void
}

export type Connectors = {
  /** Runs exactly these from now on; one whose settings changed is started again. */
  run: (sources: readonly ConnectedSource[]) => void
  status: () => readonly ConnectorStatus[]
  /** Stops all, and resolves when they have. */
  stop: () => Promise<void>
}

const FIRST_WAIT_MS = SECOND_MS
const LONGEST_WAIT_MS = MINUTE_MS
/** One that ran for so long was well: its next failure is tried again at once. */
const WELL_MS = MINUTE_MS

type Running = {
  /** What it was started with. */
  settings: string
  status: ConnectorStatus
  stop: AbortController
  ended: Promise<void>
}

export function createConnectors(options: ConnectorsOptions): Connectors {
  const running = new Map<string, Running>()

  const start = (wanted: ConnectedSource): Running => {
    const { source, connector } = wanted
    const stop = new AbortController()
    const status: ConnectorStatus = {
      source,
      connector,
      state: 'running',
      detail: 'starting',
      sinceMs: options.now(),
    }
    const say = (state: ConnectorStatus['state'], detail: string): void => {
      if (state !== status.state) status.sinceMs = options.now()
      status.state = state
      status.detail = detail
    }
    const ended = keepRunning(options, wanted, say, stop.signal)
    return { settings: JSON.stringify(wanted), status, stop, ended }
  }

  return {
    run(sources) {
      const wanted = new Map(sources.map((source) => [source.source, source]))
      // Of a copy: what is started again is put back under the same name.
      for (const [source, run] of [...running]) {
        const now = wanted.get(source)
        if (now && JSON.stringify(now) === run.settings) continue
        run.stop.abort()
        running.delete(source)
        // Two runs of one source would both keep its place: the next begins when this one is over.
        if (now) running.set(source, restarted(run, now, start))
      }
      for (const source of sources) {
        if (!running.has(source.source)) running.set(source.source, start(source))
      }
    },
    status: () => [...running.values()].map(({ status }) => status),
    async stop() {
      for (const { stop } of running.values()) stop.abort()
      await Promise.all([...running.values()].map(({ ended }) => ended))
      running.clear()
    },
  }
}

/** A run that begins when another has ended. */
function restarted(
  before: Running,
  wanted: ConnectedSource,
  start: (wanted: ConnectedSource) => Running,
): Running {
  const stop = new AbortController()
  const status = { ...before.status, detail: 'restarting' }
  const run: Running = { ...before, settings: JSON.stringify(wanted), stop, status }
  run.ended = before.ended.then(async () => {
    if (stop.signal.aborted) return
    const next = start(wanted)
    stop.signal.addEventListener('abort', () => {
      next.stop.abort()
    })
    run.status = next.status
    await next.ended
  })
  return run
}

/** Runs one connector until it is stopped; never rejects. */
async function keepRunning(
  options: ConnectorsOptions,
  { source, connector: name, settings: given }: ConnectedSource,
  say: (state: ConnectorStatus['state'], detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const connector = options.connectors[name]
  if (!connector) {
    say('refused', `there is no connector ${name}`)
    return
  }
  const settings = connector.settings.safeParse(given)
  if (!settings.success) {
    const faults = settings.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    say('refused', `bad settings: ${faults.join('; ')}`)
    return
  }
  let waitMs = FIRST_WAIT_MS
  // Asked each time: it may have been aborted while something was waited for.
  const isStopped = (): boolean => signal.aborted
  while (!isStopped()) {
    const startedMs = options.now()
    try {
      say('running', 'starting')
      await connector.run(source, settings.data, await ioOf(options, source, say, signal))
      if (isStopped()) return
      say('failed', 'the feed ended')
    } catch (error) {
      if (isStopped()) return
      const reason = error instanceof Error ? error.message : String(error)
      say('failed', reason)
      options.report(`${source}: ${reason}`)
    }
    if (options.now() - startedMs >= WELL_MS) waitMs = FIRST_WAIT_MS
    await options.wait(waitMs, signal).catch(() => undefined)
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)
  }
}

async function ioOf(
  options: ConnectorsOptions,
  source: string,
  say: (state: ConnectorStatus['state'], detail: string) => void,
  signal: AbortSignal,
): Promise<ConnectorIo> {
  return {
    emit: (events) => options.emit(events, signal),
    reject: (input, reason) => {
      options.reject(source, input, reason)
    },
    place: await options.places.read(source),
    keepPlace: (place) => options.places.keep(source, place),
    report: (detail) => {
      say('running', detail)
    },
    now: options.now,
    signal,
  }
}
