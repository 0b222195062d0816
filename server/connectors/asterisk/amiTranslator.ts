import type { EventType } from '../../../shared/events/event.ts'
import { agentConnect } from './amiAnswers.ts'
import { agentComplete, forgetOldLegs, held, resumed } from './amiLegs.ts'
import { hangup, hangupRequest, localBridge, newChannel, softHangupRequest } from './amiChannels.ts'
import { dialBegin, dialEnd } from './amiDials.ts'
import type { Lists } from './amiLists.ts'
import {
  callerListed,
  channelListed,
  channelsComplete,
  emptyLists,
  fullyBooted,
  memberRow,
  queueListed,
  queuesComplete,
} from './amiLists.ts'
import {
  extensionStatus,
  memberAdded,
  memberPause,
  memberRemoved,
  memberStatus,
} from './amiMembers.ts'
import { agentCalled, agentDump, ringNoAnswer, settleOldOffers } from './amiOffers.ts'
import type { Packet, PacketItem } from './amiPackets.ts'
import { headersOf } from './amiPackets.ts'
import { AmiState, boundAmiState, emptyAmiState } from './amiState.ts'
import { attendedTransfer, blindTransfer } from './amiTransfers.ts'
import type { AmiTranslation, Fate, Turn } from './amiTurn.ts'
import {
  callerAbandon,
  callerJoin,
  callerLeave,
  leftVisits,
  settle,
  settleOld,
  READ_VARIABLE,
  variableSet,
} from './amiVisits.ts'
import { fromJson, toJson } from './entries.ts'
import type { Reading, SentData } from './reading.ts'
import { deliveryId, emptyReading, instant, reject, sentEvent, skip } from './reading.ts'

/**
 * Translates the packets of an AMI connection into events, one at a time and in their order. No
 * clock, no socket: who calls says when a packet was received, and that time has passed.
 */

/** What each event means. Asterisk has some 180 of them; the others are skipped and counted. */
const handlers: Record<string, (turn: Turn, lists: Lists) => Fate> = {
  FullyBooted: fullyBooted,
  Newchannel: newChannel,
  LocalBridge: localBridge,
  HangupRequest: hangupRequest,
  SoftHangupRequest: softHangupRequest,
  Hangup: hangup,
  VarSet: variableSet,
  QueueCallerJoin: callerJoin,
  QueueCallerAbandon: callerAbandon,
  QueueCallerLeave: callerLeave,
  AgentCalled: agentCalled,
  AgentRingNoAnswer: ringNoAnswer,
  AgentDump: agentDump,
  AgentConnect: agentConnect,
  AgentComplete: agentComplete,
  DialBegin: dialBegin,
  DialEnd: dialEnd,
  Hold: held,
  Unhold: resumed,
  BlindTransfer: blindTransfer,
  AttendedTransfer: attendedTransfer,
  QueueMemberAdded: memberAdded,
  QueueMemberRemoved: memberRemoved,
  QueueMemberPause: memberPause,
  QueueMemberStatus: memberStatus,
  ExtensionStatus: extensionStatus,
  QueueParams: queueListed,
  QueueMember: memberRow,
  QueueEntry: callerListed,
  QueueStatusComplete: queuesComplete,
  CoreShowChannel: channelListed,
  CoreShowChannelsComplete: channelsComplete,
}

export type AmiTranslator = {
  /** `receivedAtMs` null: not known; then only a packet with a Timestamp can be read. */
  read: (item: PacketItem, receivedAtMs: number | null) => Reading
  /** A connection begins. After an earlier one, what lies between was not heard. */
  connected: (nowMs: number) => Reading
  /** Time has passed without a packet: what was still to be explained is decided. */
  passTime: (nowMs: number) => Reading
  /** The connection, or the recording, is at its end: nothing will explain itself any more. */
  end: () => Reading
  /** The newest receipt (or Timestamp, where that is not known); null before the first packet. */
  heardUntilMs: () => number | null
  /** What to take up from, as JSON. */
  save: () => string
}

/** `epoch.microseconds`, as `timestampevents = yes` makes Asterisk write it. */
const timestamp = /^([1-9]\d{9})\.(\d{1,6})$/

function timestampOf(text: string | undefined): number | null {
  const found = timestamp.exec(text ?? '')
  if (!found) return null
  const [, seconds = '', fraction = ''] = found
  return Number(seconds) * 1_000 + Number(fraction.padEnd(3, '0').slice(0, 3))
}

/** Between two looks for what no packet will explain any more. */
const SETTLE_EVERY_MS = 250
/** Between two looks at the bounds of memory. */
const BOUND_EVERY = 10_000

/** `saved` is what an earlier translator's `save` gave; null to begin. */
export function amiTranslator(
  source: string,
  settings: AmiTranslation,
  saved: string | null,
): AmiTranslator {
  const kept = saved === null ? null : AmiState.safeParse(fromJson(saved))
  const state = kept?.success ? kept.data : emptyAmiState()
  let lists = emptyLists()
  let packets = 0

  function turnAt(
    reading: Reading,
    atMs: number,
    receivedAtMs: number,
    headers: ReadonlyMap<string, string>,
  ): Turn {
    const say = <Type extends EventType>(
      type: Type,
      data: SentData<Type>,
      how: { atMs?: number; precision?: 's'; amends?: boolean } = {},
    ): void => {
      state.sequence += 1
      const sequence = String(state.sequence)
      const stamp = {
        atMs: how.atMs ?? atMs,
        precision: how.precision ?? ('ms' as const),
        sequence,
        ...(how.amends ? { recordedAtMs: atMs } : {}),
      }
      const id = deliveryId(source, type, String(stamp.atMs), sequence, JSON.stringify(data))
      reading.events.push(sentEvent(id, source, type, stamp, data))
    }
    return {
      state,
      settings,
      atMs,
      receivedAtMs,
      get: (name) => headers.get(name) ?? '',
      say,
    }
  }

  const none: ReadonlyMap<string, string> = new Map()
  const turnOfTime = (reading: Reading, nowMs: number): Turn =>
    turnAt(reading, Math.max(nowMs, state.seenAtMs ?? nowMs), nowMs, none)

  function settleTime(turn: Turn): void {
    if (turn.receivedAtMs - state.settledAtMs < SETTLE_EVERY_MS) return
    state.settledAtMs = turn.receivedAtMs
    settleOld(turn)
    settleOldOffers(turn)
    forgetOldLegs(turn)
  }

  function understand(packet: Packet, receivedAtMs: number | null, reading: Reading): Fate {
    const { name } = packet
    if (packet.kind !== 'event') return { skipped: `a ${packet.kind}` }
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined
    if (!handler) return { skipped: name }
    if (name === 'VarSet') {
      state.varsSeen = true
      // Most packets of a busy system are other variables: they are not worth taking apart.
      if (!packet.text.includes(READ_VARIABLE)) return { skipped: 'VarSet of another variable' }
    }
    const headers = headersOf(packet)
    if (!headers) return { rejected: `${name}: a line that is no header` }
    const atMs = timestampOf(headers.get('timestamp')) ?? receivedAtMs ?? state.seenAtMs
    if (atMs === null) return { rejected: `${name}: no Timestamp, and no time of receipt` }
    if (receivedAtMs === null) state.seenAtMs = Math.max(state.seenAtMs ?? atMs, atMs)
    const turn = turnAt(reading, atMs, receivedAtMs ?? atMs, headers)
    settleTime(turn)
    const fate = handler(turn, lists)
    if (name === 'QueueStatusComplete') lists = emptyLists()
    return fate !== null && 'rejected' in fate ? { rejected: `${name} ${fate.rejected}` } : fate
  }

  return {
    read(item, receivedAtMs) {
      const reading = emptyReading()
      if (!item.ok) {
        reject(reading, item.input, item.reason)
        return reading
      }
      // Whatever was received shows that the connection stood.
      if (receivedAtMs !== null) {
        state.seenAtMs = Math.max(state.seenAtMs ?? receivedAtMs, receivedAtMs)
      }
      const fate = understand(item.packet, receivedAtMs, reading)
      if (fate === null) reading.understood += 1
      else if ('skipped' in fate) skip(reading, fate.skipped)
      else reject(reading, item.packet.text, fate.rejected)
      packets += 1
      if (packets % BOUND_EVERY === 0) boundAmiState(state)
      return reading
    },
    connected(nowMs) {
      const reading = emptyReading()
      lists = emptyLists()
      if (state.seenAtMs === null) return reading
      const fromMs = state.cutAtMs ?? state.seenAtMs
      state.cutAtMs = fromMs
      const toMs = Math.max(fromMs, nowMs)
      turnAt(reading, toMs, nowMs, none).say('source.gap', {
        from: instant(fromMs),
        to: instant(toMs),
        reason: 'no connection to Asterisk',
      })
      return reading
    },
    passTime(nowMs) {
      const reading = emptyReading()
      settleTime(turnOfTime(reading, nowMs))
      return reading
    },
    end() {
      const reading = emptyReading()
      if (state.seenAtMs === null) return reading
      const turn = turnOfTime(reading, state.seenAtMs)
      for (const visit of leftVisits(state)) settle(turn, visit)
      return reading
    },
    heardUntilMs: () => state.seenAtMs,
    save: () => toJson(state),
  }
}
