import type { EventType } from '../../../shared/events/event.ts'
import { SECOND_MS } from '../../../shared/time.ts'
import { fromJson, toJson } from './entries.ts'
import type { Line } from './lines.ts'
import { MAX_LINE_BYTES } from './lines.ts'
import {
  addMember,
  agentState,
  pause,
  queueStart,
  removeMember,
  unpause,
} from './queueLogAgents.ts'
import type { Fate, Turn } from './queueLogEvents.ts'
import {
  agentDump,
  connect,
  enterQueue,
  incompatible,
  leftQueue,
  ringCanceled,
  ringNoAnswer,
} from './queueLogEvents.ts'
import { parseQueueLogLine } from './queueLogLine.ts'
import { emptyQueueLogState, forgetOld, numberLine, QueueLogState } from './queueLogState.ts'
import { attendedTransfer, blindTransfer, complete } from './queueLogTalks.ts'
import type { Reading, SentData } from './reading.ts'
import { deliveryId, emptyReading, reject, sentEvent, skip } from './reading.ts'

/**
 * Translates lines of a queue_log into events, one line at a time and in the order of the file. The
 * same lines give the same events with the same ids, wherever reading is broken off and taken up.
 */

/** What each event means. What is in neither list is not understood, and counted. */
const handlers: Record<string, (turn: Turn) => Fate> = {
  ENTERQUEUE: enterQueue,
  RINGNOANSWER: ringNoAnswer,
  RINGCANCELED: ringCanceled,
  AGENTDUMP: agentDump,
  CONNECT: connect,
  SYSCOMPAT: incompatible,
  ABANDON: leftQueue('abandoned', 2),
  EXITWITHTIMEOUT: leftQueue('timeout', 2),
  EXITEMPTY: leftQueue('empty', 2),
  EXITWITHKEY: leftQueue('exitKey', 3),
  WITHDRAW: leftQueue('withdrawn', 2),
  COMPLETECALLER: complete('customer'),
  COMPLETEAGENT: complete('agent'),
  BLINDTRANSFER: blindTransfer,
  // Asterisk 11 and before.
  TRANSFER: blindTransfer,
  ATTENDEDTRANSFER: attendedTransfer,
  ADDMEMBER: addMember,
  REMOVEMEMBER: removeMember,
  PAUSE: pause,
  UNPAUSE: unpause,
  AGENTLOGIN: agentState('available'),
  AGENTLOGOFF: agentState('signedOut'),
  AGENTCALLBACKLOGIN: agentState('available'),
  AGENTCALLBACKLOGOFF: agentState('signedOut'),
  QUEUESTART: queueStart,
}

/** Known, and of no meaning here, with the reason. */
const skipped: Record<string, string> = {
  CONFIGRELOAD: 'CONFIGRELOAD: the log was reopened',
  PAUSEALL: 'PAUSEALL: a PAUSE for each queue follows',
  UNPAUSEALL: 'UNPAUSEALL: an UNPAUSE for each queue follows',
  PENALTY: 'PENALTY: a setting of a member',
  RINGINUSE: 'RINGINUSE: a setting of a member',
  OUTCALL: 'OUTCALL: what the dialplan says of its own calls',
  // Written by widespread dialplans, never by Asterisk itself.
  INFO: 'INFO: a note',
  DID: 'DID: the number that was dialled',
  CALLSTATUS: 'CALLSTATUS: a note',
  JOINEMPTY: 'JOINEMPTY: a caller who never entered the queue',
  FULL: 'FULL: a caller who never entered the queue',
  CLOSED: 'CLOSED: a caller who never entered the queue',
}

export type QueueLogTranslation = {
  /** Names of members by interface, for the lines in which Asterisk writes the interface. */
  members: Readonly<Record<string, string>>
  /** Events of the site's own (the `QueueLog()` application) that are to be skipped. */
  siteEvents: readonly string[]
}

export type QueueLogTranslator = {
  read: (line: Line) => Reading
  /** The newest second read, in UTC milliseconds; null before the first line. */
  readUntilMs: () => number | null
  /** What to take up from, as JSON. */
  save: () => string
}

/** Lines of a second that keep their order; far more than a PBX writes. */
const SEQUENCE_DIGITS = 5
/** Events of one line keep their order in one more digit; no line gives more. */
const LAST_IN_LINE = 9

/** `saved` is what an earlier translator's `save` gave; null to begin. */
export function queueLogTranslator(
  source: string,
  settings: QueueLogTranslation,
  saved: string | null,
): QueueLogTranslator {
  const kept = saved === null ? null : QueueLogState.safeParse(fromJson(saved))
  const state = kept?.success ? kept.data : emptyQueueLogState()
  const members = new Map(Object.entries(settings.members))
  const siteEvents = new Set(settings.siteEvents)

  function translate(text: string, reading: Reading): Fate {
    const parsed = parseQueueLogLine(text)
    if (!parsed.ok) return { rejected: parsed.reason }
    const { line } = parsed
    const handler = Object.hasOwn(handlers, line.event) ? handlers[line.event] : undefined
    const known = Object.hasOwn(skipped, line.event) ? skipped[line.event] : undefined
    const numbers = numberLine(state, line.epoch, text)
    if (known !== undefined) return { skipped: known }
    if (siteEvents.has(line.event)) return { skipped: `${line.event}: the site's own` }
    if (!handler) return { rejected: `unknown event ${line.event}` }

    const inSecond = String(numbers.inSecond).padStart(SEQUENCE_DIGITS, '0')
    const sequence = `${line.epoch}${inSecond}`
    const atMs = line.epoch * SECOND_MS
    const say = <Type extends EventType>(
      type: Type,
      data: SentData<Type>,
      how: { atMs?: number; sequence?: string; amends?: boolean } = {},
    ): void => {
      const nth = reading.events.length
      const id = deliveryId(source, text, String(numbers.same), String(nth))
      const stamp = {
        atMs: how.atMs ?? atMs,
        precision: 's' as const,
        sequence: `${how.sequence ?? sequence}${Math.min(nth, LAST_IN_LINE)}`,
        ...(how.amends ? { recordedAtMs: atMs } : {}),
      }
      reading.events.push(sentEvent(id, source, type, stamp, data))
    }
    const agent = line.agent === null ? null : (members.get(line.agent) ?? line.agent)
    return handler({ state, line, agent, atMs, sequence, say })
  }

  return {
    read(line) {
      const reading = emptyReading()
      if (line.tooLong) {
        reject(reading, line.text, `longer than ${MAX_LINE_BYTES} bytes`)
        return reading
      }
      if (line.text.trim() === '') {
        skip(reading, 'an empty line')
        return reading
      }
      const fate = translate(line.text, reading)
      if (fate === null) reading.understood += 1
      else if ('skipped' in fate) skip(reading, fate.skipped)
      else reject(reading, line.text, fate.rejected)
      forgetOld(state)
      return reading
    },
    readUntilMs: () => (state.epoch === null ? null : state.epoch * SECOND_MS),
    save: () => toJson(state),
  }
}
