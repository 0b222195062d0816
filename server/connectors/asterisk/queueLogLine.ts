/** Reads one line of Asterisk's queue_log: `epoch|callid|queue|agent|event|data…`. */

export type QueueLogLine = {
  /** Whole seconds since 1970, UTC, rounded down. */
  epoch: number
  /** The caller's channel, or who did it: `NONE`, `MANAGER`, `CLI`, `REALTIME`. */
  callId: string
  /** Null where the line names no queue. */
  queue: string | null
  /** A member's name, or an interface such as `PJSIP/101`; null where the line names none. */
  agent: string | null
  event: string
  /** What follows, by event. Nothing is escaped: a `|` in a value shifts the columns. */
  data: readonly string[]
}

/** Ten digits from 2001 to 2286; anything else is no line of a queue log. */
const epochSeconds = /^[1-9]\d{9}$/
const eventName = /^[A-Za-z][A-Za-z0-9_-]*$/
/** A full disk or a crash leaves runs of it; Asterisk never writes one. */
const NUL = '\u0000'

const named = (column: string): string | null =>
  column === '' || column === 'NONE' ? null : column

/** The line's columns, or why it is none. */
export function parseQueueLogLine(
  text: string,
): { ok: true; line: QueueLogLine } | { ok: false; reason: string } {
  const [epoch = '', callId, queue, agent, event, ...data] = text.split('|')
  if (text.includes(NUL)) return { ok: false, reason: 'zero bytes in the line' }
  if (!epochSeconds.test(epoch)) return { ok: false, reason: 'does not begin with epoch seconds' }
  if (callId === undefined || queue === undefined || agent === undefined || event === undefined) {
    return { ok: false, reason: 'fewer than five columns' }
  }
  if (!eventName.test(event)) return { ok: false, reason: 'no name of an event in column five' }
  return {
    ok: true,
    line: {
      epoch: Number(epoch),
      callId: callId === '' ? 'NONE' : callId,
      queue: named(queue),
      agent: named(agent),
      event,
      data,
    },
  }
}
