import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseEvent } from '../../../shared/events/parse.ts'
import type { SentEvent } from '../../../shared/events/sent.ts'
import { amiRecording } from '../../../test/fixtures/asterisk/recording.ts'
import { packetSplitter } from './amiPackets.ts'
import type { PacketItem } from './amiPackets.ts'
import { amiTranslator } from './amiTranslator.ts'
import { addReading, emptyReading } from './reading.ts'
import type { Reading } from './reading.ts'

const SOURCE = '/asterisk/pbx-1/ami'
const START_MS = 1_795_183_200_000

/** `+250 Hold Uniqueid=phone.1`: a packet received a quarter of a second after the start. */
function packetOf(line: string): { item: PacketItem; atMs: number } {
  const [, at = '', name = '', rest = ''] = /^(\S+) (\w+) ?(.*)$/.exec(line.trim()) ?? []
  const headers = rest === '' ? [] : rest.split(/ (?=[A-Za-z]+=)/)
  const text = [`Event: ${name}`, ...headers.map((header) => header.replace('=', ': '))].join(
    '\r\n',
  )
  const [item] = packetSplitter().push(Buffer.from(`${text}\r\n\r\n`))
  if (!item) throw new Error(`no packet: ${line}`)
  return { item, atMs: START_MS + Number(at) }
}

type Options = { beside?: boolean; saved?: string | null; connectAt?: number; passUntil?: number }

function play(lines: string, options: Options = {}): Reading & { saved: string } {
  const { beside = false, saved = null, connectAt, passUntil } = options
  const translator = amiTranslator(SOURCE, { besideQueueLog: beside }, saved)
  const reading = emptyReading()
  if (connectAt !== undefined) addReading(reading, translator.connected(START_MS + connectAt))
  for (const line of lines.split('\n').filter((each) => each.trim() !== '')) {
    const { item, atMs } = packetOf(line)
    addReading(reading, translator.read(item, atMs))
  }
  if (passUntil !== undefined) addReading(reading, translator.passTime(START_MS + passUntil))
  return { ...reading, saved: translator.save() }
}

/** An event in one line, with the fields that matter here. */
function told(events: readonly SentEvent[]): string[] {
  return events.map(({ type, time, data, recordedtime }) => {
    const fields = ['contactId', 'visitId', 'offerId', 'legId', 'fromLegId', 'attemptId', 'agent']
    fields.push('queue', 'reason', 'outcome', 'by', 'role', 'direction', 'result', 'kind', 'toType')
    if (type === 'contact.transferred') fields.push('to')
    fields.push('action', 'state', 'final', 'parentContactId', 'precision', 'provenance')
    const drop =
      data['visitId'] !== undefined || data['offerId'] !== undefined || data['legId'] !== undefined
    const said = fields.flatMap((field) =>
      data[field] === undefined || (field === 'contactId' && drop)
        ? []
        : [`${field}=${data[field] as string}`],
    )
    const amended = recordedtime === undefined ? [] : ['amended']
    return [`+${Date.parse(time) - START_MS}`, type, ...said, ...amended].join(' ')
  })
}

const waiting = `
  +0 Newchannel Channel=PJSIP/trunk-00000001 ChannelState=4 CallerIDNum=+4930 Uniqueid=call.1 Linkedid=call.1
  +100 QueueCallerJoin CallerIDNum=+4930 Uniqueid=call.1 Queue=sales Position=1
`
const answered = `${waiting}
  +200 AgentCalled Uniqueid=call.1 DestUniqueid=phone.2 Queue=sales Interface=PJSIP/101 MemberName=Anna Berg
  +210 DialBegin Uniqueid=call.1 DestUniqueid=phone.2 DialString=101
  +3100 DialEnd Uniqueid=call.1 DestUniqueid=phone.2 DialStatus=ANSWER
  +3100 QueueCallerLeave Uniqueid=call.1 Queue=sales
  +3101 AgentConnect Uniqueid=call.1 DestUniqueid=phone.2 Queue=sales Interface=PJSIP/101 MemberName=Anna Berg HoldTime=3 RingTime=2
`
/** A variable that is not read: it shows that variables are sent. */
const variables = '+0 VarSet Uniqueid=call.1 Variable=QUEUENAME Value=sales'

const last = (reading: Reading): string | undefined => told(reading.events).at(-1)

describe('a call on AMI', () => {
  it('is told from its first ring to its end', () => {
    const reading = play(`${answered}
      +5000 Hold Uniqueid=phone.2
      +5500 Hold Uniqueid=phone.2
      +9000 Unhold Uniqueid=phone.2
      +9000 Hold Uniqueid=call.1
      +20000 AgentComplete Uniqueid=call.1 DestUniqueid=phone.2 Queue=sales MemberName=Anna Berg HoldTime=3 TalkTime=17 Reason=agent
      +20001 Hangup Uniqueid=phone.2 Cause=16
      +20005 Hangup Uniqueid=call.1 Cause=16
    `)
    expect(told(reading.events)).toEqual([
      '+0 contact.started contactId=call.1 direction=inbound',
      '+100 contact.queued visitId=call.1#1 queue=sales reason=new',
      '+200 contact.offered visitId=call.1#1 offerId=call.1#1/Anna Berg/1 agent=Anna Berg queue=sales',
      '+3101 contact.offerEnded offerId=call.1#1/Anna Berg/1 agent=Anna Berg outcome=accepted',
      '+3101 contact.dequeued visitId=call.1#1 agent=Anna Berg queue=sales outcome=answered',
      '+3101 contact.connected visitId=call.1#1 legId=phone.2 agent=Anna Berg queue=sales',
      '+5000 contact.held legId=phone.2 agent=Anna Berg',
      '+9000 contact.resumed legId=phone.2 agent=Anna Berg',
      '+20000 contact.disconnected legId=phone.2 agent=Anna Berg by=agent',
      '+20005 contact.ended contactId=call.1 final=handled',
    ])
    expect(reading.rejected).toEqual([])
    // Nothing of it is remembered but the talk, for what Asterisk may still say of that.
    const saved = JSON.parse(reading.saved) as Record<string, unknown>
    for (const kept of ['channels', 'contacts', 'visits', 'waiting', 'offers', 'dials']) {
      expect(saved[kept]).toEqual([])
    }
  })

  it('comes back after its talk, and not after a transfer', () => {
    const back = (reason: string): string | undefined =>
      last(
        play(`${answered}
          +9000 AgentComplete Uniqueid=call.1 DestUniqueid=phone.2 Queue=sales MemberName=Anna Berg HoldTime=3 TalkTime=6 Reason=${reason}
          +9001 QueueCallerJoin Uniqueid=call.1 Queue=sales
        `),
      )
    expect(back('agent')).toContain('reason=requeue')
    expect(back('transfer')).toContain('reason=transfer')
  })

  it('ends when the last phone is out of it', () => {
    const reading = play(`${answered}
      +20000 HangupRequest Uniqueid=call.1
      +20001 Hangup Uniqueid=call.1 Cause=16
      +20007 Hangup Uniqueid=phone.2 Cause=16
    `)
    expect(told(reading.events).slice(-2)).toEqual([
      '+20007 contact.disconnected legId=phone.2 agent=Anna Berg',
      '+20007 contact.ended contactId=call.1 final=handled',
    ])
  })

  it('that rang out is decided though its phone never hangs up', () => {
    const rang = `${waiting}
      +200 AgentCalled Uniqueid=call.1 DestUniqueid=phone.2 Queue=sales MemberName=Anna Berg
      +8200 AgentRingNoAnswer Uniqueid=call.1 DestUniqueid=phone.2 Queue=sales MemberName=Anna Berg RingTime=8000
    `
    expect(last(play(rang, { passUntil: 10_199 }))).toContain('contact.offered')
    const decided =
      '+8200 contact.offerEnded offerId=call.1#1/Anna Berg/1 agent=Anna Berg outcome=noAnswer'
    expect(last(play(rang, { passUntil: 10_200 }))).toBe(decided)
    // Any packet shows that time has passed.
    expect(last(play(`${rang} \n +10200 Hold Uniqueid=other`))).toBe(decided)
  })

  it('happens when its Timestamp says, not when it was received', () => {
    const stamped = '+9999 QueueCallerJoin Timestamp=1795183200.118999 Uniqueid=call.1 Queue=sales'
    expect(play(stamped).events[0]?.time).toBe('2026-11-20T14:00:00.118Z')
  })

  it('cannot be told by a packet without any time', () => {
    const translator = amiTranslator(SOURCE, { besideQueueLog: false }, null)
    const { item } = packetOf('+0 QueueCallerJoin Uniqueid=call.1 Queue=sales')
    const { events, rejected } = translator.read(item, null)
    expect(events).toEqual([])
    expect(rejected[0]?.reason).toBe('QueueCallerJoin: no Timestamp, and no time of receipt')
  })
})

describe('a caller whom nobody answered', () => {
  const gone = `
    +9000 QueueCallerAbandon Uniqueid=call.1 Queue=sales HoldTime=9
    +9001 QueueCallerLeave Uniqueid=call.1 Queue=sales
  `
  const ended = (outcome: string, rest = ''): string =>
    `+9001 contact.dequeued visitId=call.1#1 queue=sales outcome=${outcome}${rest}`

  it('hung up, if the phone asked to', () => {
    const reading = play(`${waiting} \n +8900 HangupRequest Uniqueid=call.1 \n ${gone}`)
    expect(last(reading)).toBe(ended('abandoned'))
  })

  it('was timed out, if it did not and nothing more is told', () => {
    expect(last(play(`${waiting} ${gone}`))).toBe(ended('timeout', ' provenance=derived'))
  })

  it.each([
    ['TIMEOUT', 'timeout'],
    ['LEAVEEMPTY', 'empty'],
    ['LEAVEUNAVAIL', 'empty'],
    ['WITHDRAW', 'withdrawn'],
  ])('left as QUEUESTATUS=%s says', (status, outcome) => {
    const reading = play(
      `${variables} \n ${waiting} ${gone} \n +9002 VarSet Uniqueid=call.1 Variable=QUEUESTATUS Value=${status}`,
    )
    expect(told(reading.events).slice(2)).toEqual([ended(outcome)])
  })

  it('is corrected by a QUEUESTATUS that was not expected', () => {
    const reading = play(
      `${waiting} ${gone} \n +9002 VarSet Uniqueid=call.1 Variable=QUEUESTATUS Value=LEAVEEMPTY`,
    )
    expect(told(reading.events).slice(2)).toEqual([
      ended('timeout', ' provenance=derived'),
      '+9002 contact.dequeued visitId=call.1#1 queue=sales outcome=empty',
    ])
  })

  it('is an abandon where variables are sent and none explains it, also when moved on', () => {
    const moved = play(
      `${variables} \n ${waiting} ${gone} \n +9002 QueueCallerJoin Uniqueid=call.1 Queue=support Position=2`,
    )
    expect(told(moved.events).slice(2)).toEqual([
      ended('abandoned'),
      '+9002 contact.queued visitId=call.1#2 queue=support reason=transfer',
    ])
    for (const end of ['SoftHangupRequest', 'Hangup']) {
      const reading = play(
        `${variables} \n ${waiting} ${gone} \n +9003 ${end} Uniqueid=call.1 Cause=16`,
      )
      expect(told(reading.events)[2]).toBe(ended('abandoned'))
    }
  })

  it('is decided after two seconds in which nothing explains it', () => {
    const lines = `${variables} \n ${waiting} ${gone}`
    expect(play(lines, { passUntil: 11_000 }).events).toHaveLength(2)
    expect(last(play(lines, { passUntil: 11_001 }))).toBe(ended('abandoned'))
  })

  it('pressed a key, if it left without that packet and without an answer', () => {
    const left = `${waiting} \n +9001 QueueCallerLeave Uniqueid=call.1 Queue=sales`
    expect(play(left, { passUntil: 10_900 }).events).toHaveLength(2)
    const key = ended('exitKey', ' provenance=derived')
    expect(last(play(left, { passUntil: 11_001 }))).toBe(key)
    const overflow = play(`${left} \n +9010 QueueCallerJoin Uniqueid=call.1 Queue=billing`)
    expect(told(overflow.events).slice(2)).toEqual([
      key,
      '+9010 contact.queued visitId=call.1#2 queue=billing reason=overflow',
    ])
  })
})

describe('the end of a talk', () => {
  it('is the phone’s, and Asterisk’s own is said to be late where it is', () => {
    const reading = play(`${answered}
      +20001 Hangup Uniqueid=phone.2 Cause=16
      +50000 AgentComplete Uniqueid=call.1 DestUniqueid=phone.2 Queue=sales MemberName=Anna Berg HoldTime=3 TalkTime=46 Reason=caller
    `)
    expect(told(reading.events).slice(-2)).toEqual([
      '+20001 contact.disconnected legId=phone.2 agent=Anna Berg',
      '+20001 contact.disconnected legId=phone.2 agent=Anna Berg provenance=reconciled amended',
    ])
  })

  it('is found where Asterisk does not name the agent’s channel', () => {
    const complete = (holdS: number) =>
      play(
        `${answered} \n +20000 AgentComplete Queue=sales MemberName=Anna Berg HoldTime=${holdS} TalkTime=17 Reason=caller`,
      )
    expect(last(complete(3))).toBe(
      '+20000 contact.disconnected legId=phone.2 agent=Anna Berg by=customer',
    )
    expect([...complete(4).skipped]).toContainEqual([
      'about a call that began before this connection',
      1,
    ])
  })

  it('says who hung up when that is told a moment later', () => {
    const reading = play(`${answered}
      +20000 Hangup Uniqueid=phone.2 Cause=16
      +20001 AgentComplete Uniqueid=call.1 DestUniqueid=phone.2 Queue=sales MemberName=Anna Berg HoldTime=3 TalkTime=17 Reason=caller
    `)
    expect(last(reading)).toBe(
      '+20000 contact.disconnected legId=phone.2 agent=Anna Berg by=customer amended',
    )
  })
})

describe('a call that is handed on', () => {
  const consulting = `${answered}
    +8000 Newchannel Channel=PJSIP/101-00000009 ChannelState=4 CallerIDNum=101 Uniqueid=second.3 Linkedid=second.3
  `

  it('blindly into a queue is a transfer there', () => {
    const reading = play(`${answered}
      +9000 BlindTransfer Result=Success TransfererUniqueid=phone.2 TransfereeUniqueid=call.1 Extension=6001
      +9000 AgentComplete Uniqueid=call.1 DestUniqueid=phone.2 Queue=sales MemberName=Anna Berg HoldTime=3 TalkTime=6 Reason=transfer
      +9005 QueueCallerJoin Uniqueid=call.1 Queue=support Position=1
    `)
    expect(told(reading.events).slice(6)).toEqual([
      '+9000 contact.transferred contactId=call.1 fromLegId=phone.2 result=completed kind=blind toType=unknown to=6001',
      '+9000 contact.disconnected legId=phone.2 agent=Anna Berg by=transfer',
      '+9005 contact.queued visitId=call.1#2 queue=support reason=transfer',
    ])
    const failed = play(
      `${answered} \n +9000 BlindTransfer Result=Fail TransfererUniqueid=phone.2 TransfereeUniqueid=call.1 Extension=7`,
    )
    expect(last(failed)).toContain('result=failed')
  })

  it('into a queue where the agent waited goes on as the agent’s visit, under another channel', () => {
    const reading = play(`${consulting}
      +8100 QueueCallerJoin CallerIDNum=101 Uniqueid=second.3 Queue=support Position=2
      +12000 AttendedTransfer Result=Success OrigTransfererUniqueid=phone.2 SecondTransfererUniqueid=second.3 TransfereeUniqueid=call.1 TransfereeLinkedid=call.1 DestType=App DestApp=Queue
      +12001 Hangup Uniqueid=phone.2 Cause=16
      +12002 Hangup Uniqueid=second.3 Cause=16
      +15000 QueueCallerLeave Uniqueid=call.1 Queue=support
      +15001 AgentConnect Uniqueid=call.1 DestUniqueid=phone.4 Queue=support MemberName=Ben Ode HoldTime=7
      +30000 AgentComplete Uniqueid=call.1 DestUniqueid=phone.4 Queue=support MemberName=Ben Ode HoldTime=7 TalkTime=15 Reason=caller
      +30001 Hangup Uniqueid=call.1 Cause=16
    `)
    expect(told(reading.events).slice(6)).toEqual([
      '+8100 contact.queued visitId=second.3#1 queue=support',
      '+8100 contact.queued visitId=second.3#1 queue=support reason=transfer amended',
      '+12000 contact.started contactId=second.3 direction=inbound parentContactId=call.1',
      '+12000 contact.transferred contactId=call.1 fromLegId=phone.2 result=completed kind=attended toType=queue to=support',
      '+12000 contact.disconnected legId=phone.2 agent=Anna Berg by=transfer',
      '+15001 contact.dequeued visitId=second.3#1 agent=Ben Ode queue=support outcome=answered',
      '+15001 contact.connected visitId=second.3#1 legId=phone.4 agent=Ben Ode queue=support',
      '+30000 contact.disconnected legId=phone.4 agent=Ben Ode by=customer',
      '+30001 contact.ended contactId=call.1 final=handled',
      '+30001 contact.ended contactId=second.3 final=handled',
    ])
    expect(reading.events.filter(({ data }) => data['customer'] === '+4930')).toHaveLength(4)
  })

  it('into a queue is found by its wait where the transfer itself was not seen', () => {
    const reading = play(`${consulting}
      +8100 QueueCallerJoin CallerIDNum=101 Uniqueid=second.3 Queue=support Position=2
      +15001 AgentConnect Uniqueid=call.1 DestUniqueid=phone.4 Queue=support MemberName=Ben Ode HoldTime=7
    `)
    expect(last(reading)).toBe(
      '+15001 contact.connected visitId=second.3#1 legId=phone.4 agent=Ben Ode queue=support',
    )
  })

  it('to a colleague who was consulted is that colleague’s talk from then on', () => {
    const reading = play(`
      +0 QueueMember Queue=sales Name=Ben Ode Location=PJSIP/102 Membership=static LoginTime=0 Status=1 Paused=0
      ${consulting}
      +8001 Newchannel Channel=PJSIP/102-0000000a ChannelState=0 Uniqueid=phone.5 Linkedid=second.3
      +8002 DialBegin Uniqueid=second.3 DestUniqueid=phone.5 DialString=102
      +9000 DialEnd Uniqueid=second.3 DestUniqueid=phone.5 DialStatus=ANSWER
      +12000 AttendedTransfer Result=Success OrigTransfererUniqueid=phone.2 SecondTransfererUniqueid=second.3 TransfereeUniqueid=call.1 TransferTargetUniqueid=phone.5 DestType=Bridge
      +12001 Hangup Uniqueid=phone.2 Cause=16
      +12002 Hangup Uniqueid=second.3 Cause=16
      +30000 HangupRequest Uniqueid=phone.5
      +30001 Hangup Uniqueid=phone.5 Cause=16
      +30002 Hangup Uniqueid=call.1 Cause=16
    `)
    expect(told(reading.events).slice(8)).toEqual([
      '+8000 contact.started contactId=second.3 direction=internal',
      '+9000 contact.connected legId=second.3 agent=Anna Berg role=consult direction=internal',
      '+9000 contact.connected legId=phone.5 agent=Ben Ode role=consult direction=internal',
      '+12000 contact.disconnected legId=phone.5 agent=Ben Ode by=transfer',
      '+12000 contact.connected legId=phone.5/2 agent=Ben Ode',
      '+12000 contact.transferred contactId=call.1 fromLegId=phone.2 result=completed kind=attended toType=agent to=Ben Ode',
      '+12000 contact.disconnected legId=phone.2 agent=Anna Berg by=transfer',
      '+12000 contact.disconnected legId=second.3 agent=Anna Berg by=transfer',
      '+12002 contact.ended contactId=second.3 final=handled',
      '+30001 contact.disconnected legId=phone.5/2 agent=Ben Ode by=agent',
      '+30002 contact.ended contactId=call.1 final=handled',
    ])
    expect(
      reading.events.find(({ data }) => data['legId'] === 'phone.5/2')?.data['contactId'],
    ).toBe('call.1')
  })

  it('in a conference or in vain is said to be', () => {
    const transfer = (rest: string): string | undefined =>
      last(
        play(
          `${answered} \n +9000 AttendedTransfer OrigTransfererUniqueid=phone.2 TransfereeUniqueid=call.1 ${rest}`,
        ),
      )
    expect(transfer('Result=Success DestType=Threeway')).toContain(
      'result=completed kind=conference',
    )
    expect(transfer('Result=Fail DestType=Fail')).toContain('result=failed kind=attended')
  })
})

describe('calls outside of queues', () => {
  const anna = `
    +0 QueueMember Queue=sales Name=Anna Berg Location=PJSIP/101 Membership=static LoginTime=0 Status=1 Paused=0
    +10 Newchannel Channel=PJSIP/101-00000001 ChannelState=4 CallerIDNum=101 Uniqueid=out.1 Linkedid=out.1
    +20 Newchannel Channel=PJSIP/trunk-00000002 ChannelState=0 Uniqueid=far.2 Linkedid=out.1
    +30 DialBegin Uniqueid=out.1 DestUniqueid=far.2 DestCallerIDNum=90049301 DialString=0049301@trunk
  `

  it.each([
    ['BUSY', 'busy'],
    ['NOANSWER', 'noAnswer'],
    ['CANCEL', 'noAnswer'],
    ['CONGESTION', 'failed'],
    ['CHANUNAVAIL', 'failed'],
  ])('that an agent dials may end in %s', (status, result) => {
    const reading = play(`${anna}
      +5000 DialEnd Uniqueid=out.1 DestUniqueid=far.2 DialStatus=${status}
      +5001 Hangup Uniqueid=out.1 Cause=17
    `)
    expect(told(reading.events).slice(2)).toEqual([
      '+10 contact.started contactId=out.1 direction=outbound',
      '+30 outbound.attempted contactId=out.1 attemptId=out.1 agent=Anna Berg',
      `+5000 outbound.completed attemptId=out.1 result=${result}`,
      '+5001 contact.ended contactId=out.1',
    ])
    expect(reading.events.at(-3)?.data['customer']).toBe('0049301')
  })

  it('that an agent dials may end in a talk', () => {
    const reading = play(`${anna}
      +5000 DialEnd Uniqueid=out.1 DestUniqueid=far.2 DialStatus=ANSWER
      +9000 HangupRequest Uniqueid=out.1
      +9001 Hangup Uniqueid=out.1 Cause=16
    `)
    expect(told(reading.events).slice(4)).toEqual([
      '+5000 outbound.completed legId=out.1 attemptId=out.1 result=connected',
      '+5000 contact.connected legId=out.1 agent=Anna Berg direction=outbound',
      '+9001 contact.disconnected legId=out.1 agent=Anna Berg by=agent',
      '+9001 contact.ended contactId=out.1 final=handled',
    ])
  })

  it('of a phone that was only seen to ring behind a Local channel are its agent’s', () => {
    const reading = play(`${waiting}
      +200 Newchannel Channel=Local/201@q-00000001;1 ChannelState=0 Uniqueid=one.2
      +200 Newchannel Channel=Local/201@q-00000001;2 ChannelState=4 Uniqueid=two.3
      +201 LocalBridge LocalOneUniqueid=one.2 LocalTwoUniqueid=two.3
      +202 AgentCalled Uniqueid=call.1 DestUniqueid=one.2 Queue=sales Interface=Local/201@q/n MemberName=Kim
      +203 Newchannel Channel=PJSIP/201-00000004 ChannelState=0 Uniqueid=phone.4
      +204 DialBegin Uniqueid=two.3 DestUniqueid=phone.4 DialString=201
      +8000 Newchannel Channel=PJSIP/201-00000005 ChannelState=4 Uniqueid=out.5 Linkedid=out.5
      +8001 DialBegin Uniqueid=out.5 DestUniqueid=far.6 DialString=0049301@trunk
    `)
    expect(last(reading)).toBe('+8001 outbound.attempted contactId=out.5 attemptId=out.5 agent=Kim')
  })

  it('may reach an agent directly, also through a Local channel', () => {
    const reading = play(`
      +0 QueueMember Queue=sales Name=Anna Berg Location=PJSIP/101 Membership=static LoginTime=0 Status=1 Paused=0
      +10 Newchannel Channel=PJSIP/trunk-00000001 ChannelState=4 CallerIDNum=+4930 Uniqueid=call.1 Linkedid=call.1
      +11 Newchannel Channel=Local/101@in-00000002;1 ChannelState=0 Uniqueid=one.2
      +12 Newchannel Channel=Local/101@in-00000002;2 ChannelState=4 Uniqueid=two.3
      +13 LocalBridge LocalOneUniqueid=one.2 LocalTwoUniqueid=two.3
      +14 DialBegin Uniqueid=call.1 DestUniqueid=one.2 DialString=Local/101@in
      +15 Newchannel Channel=PJSIP/101-00000003 ChannelState=0 Uniqueid=phone.4
      +16 DialBegin Uniqueid=two.3 DestUniqueid=phone.4 DialString=101
      +5000 DialEnd Uniqueid=two.3 DestUniqueid=phone.4 DialStatus=ANSWER
      +9000 Hangup Uniqueid=phone.4 Cause=16
      +9001 Hangup Uniqueid=call.1 Cause=16
    `)
    expect(told(reading.events).slice(2)).toEqual([
      '+10 contact.started contactId=call.1 direction=inbound',
      '+16 contact.offered offerId=call.1/Anna Berg/1 agent=Anna Berg',
      '+5000 contact.offerEnded offerId=call.1/Anna Berg/1 agent=Anna Berg outcome=accepted',
      '+5000 contact.connected legId=phone.4 agent=Anna Berg',
      '+9000 contact.disconnected legId=phone.4 agent=Anna Berg',
      '+9001 contact.ended contactId=call.1 final=handled',
    ])
  })
})

describe('members', () => {
  const row = 'Location=PJSIP/101 Membership=dynamic'

  it('in a list joined and paused when the list says, to the second', () => {
    const reading = play(
      `+999 QueueMember Queue=sales Name=Anna Berg ${row} LoginTime=1795183000 LastPause=1795183100 Status=1 Paused=1 PausedReason=Lunch`,
    )
    expect(told(reading.events)).toEqual([
      '+-200000 agent.queueChanged agent=Anna Berg queue=sales action=joined precision=s',
      '+-100000 agent.queueChanged agent=Anna Berg queue=sales reason=Lunch action=paused precision=s',
      '+999 agent.stateChanged agent=Anna Berg state=notReady provenance=derived',
    ])
  })

  it('in a list who were paused before are not now, from when is not known', () => {
    const reading = play(
      `+999 QueueMember Queue=sales Name=Anna Berg ${row} LoginTime=1795183000 LastPause=1795183100 Status=1 Paused=0`,
    )
    expect(told(reading.events)[1]).toBe(
      '+999 agent.queueChanged agent=Anna Berg queue=sales action=unpaused provenance=derived',
    )
  })

  it('are there while a phone of theirs can be reached', () => {
    const status = (ms: number, queue: string, code: number): string =>
      `+${ms} QueueMemberStatus Queue=${queue} MemberName=Anna Berg Interface=PJSIP/101 Status=${code} Paused=0`
    const reading = play(
      [
        status(1, 'sales', 5),
        status(2, 'support', 5),
        status(3, 'sales', 1),
        status(4, 'support', 1),
      ]
        .concat(status(5, 'sales', 5), status(6, 'support', 4))
        .join('\n'),
    )
    expect(told(reading.events)).toEqual([
      '+1 agent.stateChanged agent=Anna Berg state=signedOut provenance=derived',
      '+3 agent.stateChanged agent=Anna Berg state=available provenance=derived',
      '+6 agent.stateChanged agent=Anna Berg state=signedOut provenance=derived',
    ])
  })

  it('who leave their last queue are gone', () => {
    const member = 'MemberName=Anna Berg Interface=PJSIP/101 Status=1'
    const reading = play(`
      +1 QueueMemberAdded Queue=sales ${member} Paused=1 PausedReason=Login
      +2 QueueMemberPause Queue=sales ${member} Paused=0
      +3 QueueMemberRemoved Queue=sales ${member} Paused=0
    `)
    expect(told(reading.events)).toEqual([
      '+1 agent.queueChanged agent=Anna Berg queue=sales action=joined',
      '+1 agent.queueChanged agent=Anna Berg queue=sales reason=Login action=paused',
      '+1 agent.stateChanged agent=Anna Berg state=notReady provenance=derived',
      '+2 agent.queueChanged agent=Anna Berg queue=sales action=unpaused',
      '+3 agent.queueChanged agent=Anna Berg queue=sales action=left',
      '+3 agent.stateChanged agent=Anna Berg state=signedOut provenance=derived',
    ])
  })
})

describe('a connection that begins amid calls', () => {
  const entry = '+5500 QueueEntry Queue=sales Position=1 Uniqueid=call.1 CallerIDNum=+4930 Wait=4'
  const listed =
    '+1000 contact.queued visitId=call.1#1 queue=sales reason=new precision=s provenance=derived'

  it('knows who waits from the list, and since when to the second', () => {
    const reading = play(`${entry} \n +9000 HangupRequest Uniqueid=call.1
      +9000 QueueCallerAbandon Uniqueid=call.1 Queue=sales
      +9001 QueueCallerLeave Uniqueid=call.1 Queue=sales
    `)
    expect(told(reading.events)).toEqual([
      listed,
      '+9001 contact.dequeued visitId=call.1#1 queue=sales outcome=abandoned',
    ])
  })

  it('takes an entry that is told after the list for the one in the list', () => {
    const reading = play(`${entry} \n +5600 QueueCallerJoin Uniqueid=call.1 Queue=sales Position=1`)
    const confirmed = [listed, '+5600 contact.queued visitId=call.1#1 queue=sales']
    expect(told(reading.events)).toEqual(confirmed)
    // Only once: a further entry is another visit, whose predecessor's end was missed.
    const twice = play('+9000 QueueCallerJoin Uniqueid=call.1 Queue=sales', {
      saved: reading.saved,
    })
    expect(told(twice.events).at(-1)).toContain('visitId=call.1#2')
  })

  it('leaves them to the queue_log of the same system, with all that follows of them', () => {
    const reading = play(
      `${entry}
      +6000 AgentCalled Uniqueid=call.1 DestUniqueid=phone.2 Queue=sales Interface=PJSIP/101 MemberName=Anna Berg
      +7000 QueueCallerLeave Uniqueid=call.1 Queue=sales
      +7001 QueueCallerJoin Uniqueid=call.1 Queue=support Position=1
      +9000 QueueCallerLeave Uniqueid=call.1 Queue=support
      +9001 AgentConnect Uniqueid=call.1 DestUniqueid=phone.3 Queue=support MemberName=Ben Ode HoldTime=2
      +9500 AgentComplete Uniqueid=call.1 DestUniqueid=phone.3 Queue=support MemberName=Ben Ode HoldTime=2 TalkTime=0 Reason=agent
      ${waiting.replaceAll('call.1', 'call.9')}`,
      { beside: true },
    )
    expect(told(reading.events)).toEqual([
      '+0 contact.started contactId=call.9 direction=inbound',
      '+100 contact.queued visitId=call.9#1 queue=sales reason=new',
    ])
    expect(reading.rejected).toEqual([])
  })
})

describe('a connection that was cut', () => {
  const member = (queue: string, rest: string): string =>
    `+60000 QueueMember Queue=${queue} Name=Anna Berg Location=PJSIP/101 LoginTime=1795183000 Status=2 Paused=0 ${rest}`
  const before = play(`
    +0 QueueMember Queue=sales Name=Anna Berg Location=PJSIP/101 LoginTime=1795183000 Status=1 Paused=0
    +0 QueueMember Queue=old Name=Anna Berg Location=PJSIP/101 LoginTime=1795183000 Status=1 Paused=0
    ${answered}
    +4000 Newchannel Channel=PJSIP/trunk-00000007 ChannelState=4 CallerIDNum=+4931 Uniqueid=call.7 Linkedid=call.7
    +4100 QueueCallerJoin CallerIDNum=+4931 Uniqueid=call.7 Queue=sales Position=1
    +4200 Newchannel Channel=PJSIP/trunk-00000008 ChannelState=4 CallerIDNum=+4932 Uniqueid=call.8 Linkedid=call.8
    +4300 QueueCallerJoin CallerIDNum=+4932 Uniqueid=call.8 Queue=sales Position=2
  `)
  const ringing =
    '+4400 AgentCalled Uniqueid=call.8 DestUniqueid=phone.9 Queue=sales MemberName=Ben Ode'
  const again = (lines: string): string[] =>
    told(play(lines, { saved: before.saved, connectAt: 60_000 }).events)
  const queues = '+60000 QueueParams Queue=sales \n +60000 QueueParams Queue=old'
  const gap = '+60000 source.gap reason=no connection to Asterisk'

  it('says from when to when, and ends what is no longer there', () => {
    const told1 = again(`
      ${queues}
      ${member('sales', 'InCall=0')}
      +60000 QueueEntry Queue=sales Position=1 Uniqueid=call.8 CallerIDNum=+4932 Wait=56
      +60001 QueueStatusComplete
    `)
    expect(told1).toEqual([
      gap,
      '+60001 agent.queueChanged agent=Anna Berg queue=old action=left provenance=derived',
      '+60001 contact.dequeued visitId=call.7#1 queue=sales outcome=lost provenance=derived',
      '+60001 contact.disconnected legId=phone.2 agent=Anna Berg provenance=derived',
      '+60001 contact.ended contactId=call.1 final=lost provenance=derived',
      '+60001 contact.ended contactId=call.7 final=lost provenance=derived',
    ])
    const data = play('', { saved: before.saved, connectAt: 60_000 }).events[0]?.data
    expect(data).toMatchObject({ from: '2026-11-20T14:00:04.300Z', to: '2026-11-20T14:01:00.000Z' })
  })

  it('lasts from the newest packet of any kind, were it only an answer to a ping', () => {
    const translator = amiTranslator(SOURCE, { besideQueueLog: false }, before.saved)
    const [pong] = packetSplitter().push(Buffer.from('Response: Success\r\nPing: Pong\r\n\r\n'))
    if (pong) translator.read(pong, START_MS + 50_000)
    expect(translator.connected(START_MS + 60_000).events[0]?.data).toMatchObject({
      from: '2026-11-20T14:00:50.000Z',
    })
  })

  it('lets go on whatever Asterisk says goes on', () => {
    const stays = `
      ${queues}
      ${member('sales', 'InCall=1')}
      ${member('old', 'InCall=1')}
      +60000 QueueEntry Queue=sales Position=1 Uniqueid=call.7 CallerIDNum=+4931 Wait=56
      +60000 QueueEntry Queue=sales Position=2 Uniqueid=call.8 CallerIDNum=+4932 Wait=56
      +60001 QueueStatusComplete
    `
    expect(again(stays)).toEqual([gap])
    const channels = ['call.1', 'phone.2', 'call.7', 'call.8']
      .map((uid) => `+60000 CoreShowChannel Uniqueid=${uid}`)
      .join('\n')
    const busy = stays.replaceAll('InCall=1', 'InCall=0')
    expect(again(`${channels} \n +60000 CoreShowChannelsComplete \n ${busy}`)).toEqual([gap])
    // The list of channels counts, where it may be asked for: the agent is in another call.
    const other = channels.replace('phone.2', 'phone.9')
    expect(again(`${other} \n +60000 CoreShowChannelsComplete \n ${stays}`)).toEqual([
      gap,
      '+60001 contact.disconnected legId=phone.2 agent=Anna Berg provenance=derived',
    ])
  })

  it('takes the end of a talk from the queue, where it tells the second', () => {
    const ended = (lastCall: number): string[] =>
      again(`
        ${queues}
        ${member('sales', `InCall=0 LastCall=${lastCall}`)}
        ${member('old', 'InCall=0')}
        +60000 QueueEntry Queue=sales Position=1 Uniqueid=call.7 CallerIDNum=+4931 Wait=56
        +60000 QueueEntry Queue=sales Position=2 Uniqueid=call.8 CallerIDNum=+4932 Wait=56
        +60001 QueueStatusComplete
      `).slice(1)
    expect(ended(1_795_183_230)).toEqual([
      '+30000 contact.disconnected legId=phone.2 agent=Anna Berg precision=s provenance=derived',
      '+60001 contact.ended contactId=call.1 final=handled',
    ])
    // An earlier call's end tells nothing of this one's.
    expect(ended(1_795_183_100)[1]).toContain('final=lost')
  })

  it('does not know how a ring ended that nobody heard end', () => {
    const rang = play(ringing, { saved: before.saved })
    const events = play(`${queues} \n +60001 QueueStatusComplete`, {
      saved: rang.saved,
      connectAt: 60_000,
    }).events
    expect(told(events)).toContain(
      '+60001 contact.offerEnded offerId=call.8#1/Ben Ode/1 agent=Ben Ode outcome=unknown provenance=derived',
    )
  })

  it('knows a caller who left and came back', () => {
    const events = again(`
      ${queues}
      ${member('sales', 'InCall=1')}
      ${member('old', 'InCall=1')}
      +60000 QueueEntry Queue=sales Position=1 Uniqueid=call.7 CallerIDNum=+4931 Wait=3
      +60000 QueueEntry Queue=sales Position=2 Uniqueid=call.8 CallerIDNum=+4932 Wait=56
      +60001 QueueStatusComplete
    `)
    expect(events).toEqual([
      gap,
      '+60000 contact.dequeued visitId=call.7#1 queue=sales outcome=lost provenance=derived',
      '+57000 contact.queued visitId=call.7#2 queue=sales reason=overflow precision=s provenance=derived',
    ])
  })

  it('ends nothing before the lists are complete, and nothing without a cut', () => {
    expect(again(queues)).toEqual([gap])
    const uncut = play(`${queues} \n +60001 QueueStatusComplete`, { saved: before.saved })
    expect(uncut.events).toEqual([])
  })

  it('says so where Asterisk was started anew meanwhile, and only then', () => {
    const booted = play('+0 FullyBooted Uptime=5000')
    const later = (uptimeS: number): string[] =>
      told(
        play(`+60000 FullyBooted Uptime=${uptimeS}`, { saved: booted.saved, connectAt: 60_000 })
          .events,
      )
    expect(later(5_060)).toEqual([gap])
    expect(later(20)).toEqual([gap, '+40000 source.restarted provenance=derived'])
    // Then no call of before goes on, and there is nothing left to end.
    const calls = play(`+0 FullyBooted Uptime=5000 \n ${answered}`)
    const lists = `+60000 FullyBooted Uptime=20 \n ${queues} \n +60001 QueueStatusComplete`
    const after = play(lists, { saved: calls.saved, connectAt: 60_000 })
    expect(told(after.events)).toEqual([gap, '+40000 source.restarted provenance=derived'])
  })
})

/** The machine may be busy. */
const SLOW_MS = 240_000

describe('anything that a connection may send', { timeout: SLOW_MS }, () => {
  it('never throws, loses no packet, and gives only events that the contract accepts', () => {
    const { raw } = amiRecording()
    const real = packetSplitter()
      .push(raw.subarray(0, 400_000))
      .flatMap((item) => (item.ok && item.packet.kind === 'event' ? [item.packet.text] : []))
    const uid = fc.constantFrom('call.1', 'call.2', 'phone.3', 'phone.4', '', '__proto__')
    const names = [...new Set(real.map((text) => /^Event: (.*)/.exec(text)?.[1] ?? ''))]
    const keys = [
      ...new Set(
        real.flatMap((text) => text.split('\r\n').map((line) => line.split(':')[0] ?? '')),
      ),
    ]
    const header = fc.tuple(
      fc.constantFrom(...keys),
      fc.oneof(
        uid,
        fc.constantFrom('sales', '1', '0', '-1', 'Success', 'ANSWER'),
        fc.string({ maxLength: 9 }),
      ),
    )
    const packet = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...real) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(
            fc.constantFrom(...names),
            fc.uniqueArray(header, { maxLength: 25, selector: ([key]) => key }),
          )
          .map(([name, headers]) =>
            [`Event: ${name}`, ...headers.map(([key, value]) => `${key}: ${value}`)].join('\r\n'),
          ),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...real), fc.nat(200), fc.string({ maxLength: 2 }))
          .map(([text, at, letters]) => text.slice(0, at) + letters + text.slice(at + 1)),
      },
    )
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
        const splitter = packetSplitter()
        const items = packets.flatMap((text) => splitter.push(Buffer.from(`${text}\r\n\r\n`)))
        const translator = amiTranslator(SOURCE, { besideQueueLog: false }, null)
        const reading = emptyReading()
        items.forEach((item, index) => {
          addReading(reading, translator.read(item, START_MS + index * 700))
        })
        const skipped = [...reading.skipped.values()].reduce((sum, count) => sum + count, 0)
        expect(reading.understood + skipped + reading.rejected.length).toBe(items.length)
        for (const event of reading.events) {
          const parsed = parseEvent(event)
          if (!parsed.ok) expect({ event, errors: parsed.errors }).toBeNull()
        }
        expect(() =>
          amiTranslator(SOURCE, { besideQueueLog: false }, translator.save()),
        ).not.toThrow()
      }),
      { numRuns: 300 },
    )
  })
})
