/** Runs the simulated center beside the real clock, as if it were a feed. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SentEvent } from '../../shared/events/sent.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import type { ConnectorIo } from '../connectors/connector.ts'
import { businessDayAt } from './businessDay.ts'
import { EARLY_MS } from './day.ts'
import { simulate, tellsFrom, type SimulateOptions } from './simulate.ts'
import { VERSION } from './told.ts'

/** What the simulator is given: the same as a connector, and a way to wait. */
export type SimulatorIo = Pick<
  ConnectorIo,
  'emit' | 'now' | 'signal' | 'report' | 'place' | 'keepPlace'
> & {
  /** Resolves after so many milliseconds, or soon after `signal` aborts. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** Another seed is another center. */
  seed: number
  /**
   * How fast the time before the start is told: `max`, within seconds, or so many times as fast as
   * it went by, from 1 on. What comes after that is told as it happens.
   */
  speed: number | 'max'
}

/** Emitted at once; so many are folded in a moment. */
const BATCH_EVENTS = 1_000
/** At least so much of the past is told, so that a wall has something to show after midnight. */
const LEAST_PAST_MS = 3 * HOUR_MS
/** Looks at the clock at least so often: it may have been set, or the machine was asleep. */
const LOOK_EVERY_MS = SECOND_MS
/** How often the place is kept. What is told twice after a start has the ids that it had. */
const KEEP_EVERY_MS = 15 * SECOND_MS
/** How often the telling of the past is reported. */
const REPORT_EVERY_EVENTS = 10_000

/**
 * Tells the business day so far, at least three hours, and then what happens, as it happens. After
 * a start with a place it goes on from there: a business day that was told in part is told to its
 * end, and those in between, of which nothing was told, are left out.
 */
export async function runSimulator(io: SimulatorIo): Promise<void> {
  const beganMs = io.now()
  const parts = partsToTell(io, beganMs)
  const pastMs = parts[0]?.fromMs ?? beganMs
  const clock = (): number => {
    const nowMs = io.now()
    return io.speed === 'max' ? nowMs : Math.min(nowMs, pastMs + (nowMs - beganMs) * io.speed)
  }

  let batch: SentEvent[] = []
  let told = 0
  let keptAtMs = 0
  const flush = async (atMs: number, part: SimulateOptions): Promise<void> => {
    if (batch.length === 0) return
    const events = batch
    batch = []
    await io.emit(events)
    const before = told
    told += events.length
    const isReported =
      Math.floor(told / REPORT_EVERY_EVENTS) > Math.floor(before / REPORT_EVERY_EVENTS)
    if (isReported && atMs < beganMs) io.report(`telling the day so far: ${told} events`)
    // Before that there are only the beginnings of what went on then.
    if (atMs < part.fromMs || io.now() - keptAtMs < KEEP_EVERY_MS) return
    keptAtMs = io.now()
    await io.keepPlace(placeText({ seed: io.seed, atMs, sinceMs: part.sinceMs }))
  }

  io.report('telling the day so far')
  let isLive = false
  for (const part of parts) {
    for (const step of simulate(part)) {
      if (step.events.length === 0) await nextTurn()
      if (batch.length + step.events.length > BATCH_EVENTS) await flush(step.atMs - 1, part)
      if (step.atMs > clock()) {
        await flush(step.atMs - 1, part)
        if (!isLive && step.atMs > beganMs) {
          isLive = true
          io.report('live')
        }
      }
      while (step.atMs > clock() && !io.signal.aborted) {
        await io.wait(Math.min(step.atMs - clock(), LOOK_EVERY_MS), io.signal)
      }
      if (io.signal.aborted) return
      batch.push(...step.events)
    }
    await flush(part.untilMs ?? beganMs, part)
  }
}

/** What is to be told, one after the other; the last one goes on for ever. */
function partsToTell(io: SimulatorIo, nowMs: number): SimulateOptions[] {
  const { seed } = io
  const today = businessDayAt(nowMs)
  const fromMs = Math.min(tellsFrom(today), nowMs - LEAST_PAST_MS)
  const fresh: SimulateOptions = {
    ...{ seed, fromMs, whole: true, sinceMs: fromMs },
    mailToldMs: null,
    untilMs: null,
  }
  const place = io.place === null ? null : readPlace(io.place)
  // A place in the future: the clock was wrong then, or is now.
  if (place?.seed !== seed || place.atMs > nowMs + MINUTE_MS) return [fresh]
  const { atMs, sinceMs } = place
  const goOn = { seed, fromMs: atMs + 1, whole: false, sinceMs, mailToldMs: null, untilMs: null }
  // The first words of the next day may have been told: then it is a day told in part as well.
  const untilMs = atMs + EARLY_MS
  if (businessDayAt(untilMs).endMs >= today.startMs) return [goOn]
  return [
    { ...goOn, untilMs },
    { ...fresh, mailToldMs: atMs },
  ]
}

type Place = { seed: number; atMs: number; sinceMs: number }

/** Up to when everything was told, by whom, and since when: `1.2@1795283607000@1795200000000`. */
const placeText = ({ seed, atMs, sinceMs }: Place): string =>
  `${seed}.${VERSION}@${atMs}@${sinceMs}`

/** Null: what another release has told is not gone on with. */
function readPlace(text: string): Place | null {
  const [, seed, version, atMs, sinceMs] = /^(\d+)\.(\d+)@(\d+)@(\d+)$/.exec(text) ?? []
  if (Number(version) !== VERSION) return null
  return { seed: Number(seed), atMs: Number(atMs), sinceMs: Number(sinceMs) }
}
