import { watch } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Connector, ConnectorIo } from '../connector.ts'
import { fromJson } from './entries.ts'
import { FilePlace, followFile } from './followFile.ts'
import type { LineSplitter } from './lines.ts'
import { lineSplitter } from './lines.ts'
import { queueLogTranslator } from './queueLogTranslator.ts'
import type { QueueLogTranslator } from './queueLogTranslator.ts'
import { instant, sentEvent } from './reading.ts'

/** Follows Asterisk's queue_log as it is written. What it says: docs/connectors. */

export const QueueLogSettings = z.strictObject({
  /** Where the file is, as this server sees it. */
  path: z.string().min(1).default('/var/log/asterisk/queue_log'),
  /**
   * Members' names by interface, such as `{"PJSIP/101": "Anna Berg"}`: Asterisk writes the
   * interface when a member joins or leaves, unless log_membername_as_agent is on.
   */
  members: z.record(z.string(), z.string()).default({}),
  /** Events that the site's own dialplan writes (QueueLog), to be skipped as known. */
  siteEvents: z.array(z.string()).default([]),
})
export type QueueLogSettings = z.infer<typeof QueueLogSettings>

/** File and translator stop at the same line: kept as one. */
const Place = z.object({ file: FilePlace, state: z.string() })

/** Where changes of a file are not told (network file systems), it is looked at so often. */
const LOOK_EVERY_MS = 1_000

/** Resolves when the file may have changed, after `ms` at the latest, and once `signal` aborts. */
export type Watch = (path: string, ms: number, signal: AbortSignal) => Promise<void>

const watchFile: Watch = (path, ms, signal) =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      watcher?.close()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    const watcher = watcherOf(path, done)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })

/** The folder is watched, for the file may be replaced; null where that is not possible. */
function watcherOf(path: string, onChange: () => void): ReturnType<typeof watch> | null {
  try {
    return watch(dirname(path), onChange).on('error', onChange)
  } catch {
    return null
  }
}

async function readLines(
  bytes: Buffer,
  splitter: LineSplitter,
  translator: QueueLogTranslator,
  io: ConnectorIo,
): Promise<void> {
  const readings = splitter.push(bytes).map((line) => translator.read(line))
  for (const { input, reason } of readings.flatMap(({ rejected }) => rejected)) {
    io.reject(input, reason)
  }
  const events = readings.flatMap((reading) => reading.events)
  if (events.length > 0) await io.emit(events)
}

async function sayGap(
  source: string,
  reason: string,
  translator: QueueLogTranslator,
  io: ConnectorIo,
): Promise<void> {
  const nowMs = io.now()
  const fromMs = Math.min(translator.readUntilMs() ?? nowMs, nowMs)
  const stamp = { atMs: nowMs, precision: 'ms' as const, sequence: String(nowMs) }
  const data = { from: instant(fromMs), to: instant(nowMs), reason }
  await io.emit([sentEvent(`gap-${nowMs}`, source, 'source.gap', stamp, data)])
}

/** The connector, with the waiting passed in. */
export const queueLogConnector = (waitForChange: Watch): Connector<QueueLogSettings> => ({
  name: 'asterisk-queue-log',
  settings: QueueLogSettings,
  reports: {
    'contact.queued': 'observed',
    'contact.dequeued': 'observed',
    'contact.offered': 'derived',
    'contact.offerEnded': 'derived',
    'contact.connected': 'observed',
    'contact.transferred': 'observed',
    'contact.disconnected': 'observed',
    'agent.queueChanged': 'observed',
    'agent.stateChanged': 'observed',
    'source.restarted': 'observed',
    'source.gap': 'observed',
  },
  async run(source, settings, io) {
    const kept = io.place === null ? null : Place.safeParse(fromJson(io.place))
    const from = kept?.success ? kept.data : null
    const translator = queueLogTranslator(source, settings, from?.state ?? null)
    const splitter = lineSplitter()
    for await (const step of followFile(settings.path, from?.file ?? null)) {
      if (step.kind === 'bytes') {
        await readLines(step.bytes, splitter, translator, io)
        await io.keepPlace(JSON.stringify({ file: step.place, state: translator.save() }))
      } else if (step.kind === 'end') {
        const rest = splitter.end()
        if (rest) io.reject(rest.text, 'cut off at the end of the file')
      } else if (step.kind === 'gap') {
        await sayGap(source, step.reason, translator, io)
      } else {
        io.report(step.missing ? `waiting for ${settings.path}` : 'reading as it is written')
        await waitForChange(settings.path, LOOK_EVERY_MS, io.signal)
      }
      if (io.signal.aborted) return
    }
  },
})

export const asteriskQueueLog = queueLogConnector(watchFile)
