import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseEvent } from '../../../shared/events/parse.ts'
import { queueLogBytes } from '../../../test/fixtures/asterisk/recording.ts'
import { lineSplitter } from './lines.ts'
import { queueLogTranslator } from './queueLogTranslator.ts'
import { addReading, emptyReading } from './reading.ts'
import type { Reading } from './reading.ts'

const SOURCE = '/asterisk/pbx-1/queue-log'
const settings = { members: { 'PJSIP/101': 'Anna Berg' }, siteEvents: ['CALLBACKREQ'] }

function read(text: string): Reading {
  const translator = queueLogTranslator(SOURCE, settings, null)
  const reading = emptyReading()
  for (const line of lineSplitter().push(Buffer.from(text))) {
    addReading(reading, translator.read(line))
  }
  return reading
}

/** Lines as Asterisk writes them, each of the second that it names after `T+`. */
function log(lines: string): Reading {
  const text = lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) =>
      line.replace(/^T\+(\d+)/, (_, seconds) => String(1_795_183_200 + Number(seconds))),
    )
  return read(text.map((line) => `${line}\n`).join(''))
}

/** `T+15 contact.dequeued abandoned`: an event in one line, with the fields that matter here. */
function told({ events }: Reading): string[] {
  return events.map(({ type, time, data, recordedtime }) => {
    const seconds = (Date.parse(time) - 1_795_183_200_000) / 1_000
    const fields = ['visitId', 'offerId', 'legId', 'agent', 'queue', 'reason', 'outcome', 'by']
    const said = [...fields, 'kind', 'toType', 'to', 'action', 'state'].flatMap((field) =>
      data[field] === undefined ? [] : [`${field}=${data[field] as string}`],
    )
    const derived = data['provenance'] === 'derived' ? ['derived'] : []
    const amended = recordedtime === undefined ? [] : ['amended']
    return [`T+${seconds}`, type.replace('contact.', ''), ...said, ...derived, ...amended].join(' ')
  })
}

describe('queue_log', () => {
  it('tells a call that rang out at one agent, was answered by another and hung up', () => {
    const reading = log(`
      T+30|call.1|sales|NONE|ENTERQUEUE||+4930901820|1
      T+45|call.1|sales|Anna Berg|RINGNOANSWER|15000
      T+45|NONE|sales|Anna Berg|PAUSE|Auto-Pause
      T+52|call.1|sales|Ben Ode|CONNECT|22|phone.4|5
      T+172|call.1|sales|Ben Ode|COMPLETECALLER|22|120|1
    `)
    expect(told(reading)).toEqual([
      'T+30 queued visitId=call.1#1 queue=sales reason=new',
      'T+30 offered visitId=call.1#1 offerId=call.1#1/Anna Berg/1 agent=Anna Berg queue=sales derived',
      'T+45 offerEnded offerId=call.1#1/Anna Berg/1 agent=Anna Berg outcome=noAnswer derived',
      'T+45 agent.queueChanged agent=Anna Berg queue=sales reason=Auto-Pause action=paused',
      'T+47 offered visitId=call.1#1 offerId=call.1#1/Ben Ode/1 agent=Ben Ode queue=sales derived',
      'T+52 offerEnded offerId=call.1#1/Ben Ode/1 agent=Ben Ode outcome=accepted',
      'T+52 dequeued visitId=call.1#1 agent=Ben Ode queue=sales outcome=answered',
      'T+52 connected visitId=call.1#1 legId=phone.4 agent=Ben Ode queue=sales',
      'T+172 disconnected legId=phone.4 agent=Ben Ode by=customer',
    ])
    expect(reading.events[0]?.data).toMatchObject({ customer: '+4930901820', position: 1 })
  })

  it('tells an overflow into a second queue, and a transfer from there into a third', () => {
    const reading = log(`
      T+10|call.1|sales|NONE|ENTERQUEUE||+4989330011|1
      T+70|call.1|sales|NONE|EXITWITHTIMEOUT|1|1|60
      T+70|call.1|support|NONE|ENTERQUEUE||+4989330011|1
      T+81|call.1|support|Ben Ode|CONNECT|11|phone.5|6
      T+201|call.1|support|Ben Ode|BLINDTRANSFER|250|from-internal|11|120|1
      T+201|call.1|orders|NONE|ENTERQUEUE||+4989330011|1
      T+203|call.1|orders|NONE|ABANDON|1|1|2
    `)
    expect(told(reading).filter((line) => !line.includes('offer'))).toEqual([
      'T+10 queued visitId=call.1#1 queue=sales reason=new',
      'T+70 dequeued visitId=call.1#1 queue=sales outcome=timeout',
      'T+70 queued visitId=call.1#2 queue=support reason=overflow',
      'T+81 dequeued visitId=call.1#2 agent=Ben Ode queue=support outcome=answered',
      'T+81 connected visitId=call.1#2 legId=phone.5 agent=Ben Ode queue=support',
      'T+201 transferred kind=blind toType=unknown to=250',
      'T+201 disconnected legId=phone.5 agent=Ben Ode by=transfer',
      'T+201 queued visitId=call.1#3 queue=orders reason=transfer',
      'T+203 dequeued visitId=call.1#3 queue=orders outcome=abandoned',
    ])
  })

  it('follows a caller whose channel an attended transfer into a queue renamed', () => {
    const reading = log(`
      T+0|call.1|sales|NONE|ENTERQUEUE||+4989330011|1
      T+4|call.1|sales|Ben Ode|CONNECT|4|phone.2|3
      T+20|call.9|support|NONE|ENTERQUEUE||+4989330099|2
      T+20|agent.3|support|NONE|ENTERQUEUE||104|3
      T+24|agent.3|sales|Ben Ode|ATTENDEDTRANSFER|APP|Queue|4|20|1
      T+26|call.1|support|Cleo|RINGNOANSWER|6000
      T+30|call.1|support|Dan|CONNECT|10|phone.4|3
      T+40|call.1|support|Dan|COMPLETEAGENT|10|10|2
    `)
    expect(told(reading).filter((line) => !/phone\.2|call\.9/.test(line))).toEqual([
      'T+0 queued visitId=call.1#1 queue=sales reason=new',
      'T+1 offered visitId=call.1#1 offerId=call.1#1/Ben Ode/1 agent=Ben Ode queue=sales derived',
      'T+4 offerEnded offerId=call.1#1/Ben Ode/1 agent=Ben Ode outcome=accepted',
      'T+4 dequeued visitId=call.1#1 agent=Ben Ode queue=sales outcome=answered',
      'T+20 queued visitId=agent.3#1 queue=support',
      'T+24 transferred kind=attended toType=queue',
      'T+20 queued visitId=agent.3#1 queue=support reason=transfer amended',
      'T+20 offered visitId=agent.3#1 offerId=agent.3#1/Cleo/1 agent=Cleo queue=support derived',
      'T+26 offerEnded offerId=agent.3#1/Cleo/1 agent=Cleo outcome=noAnswer derived',
      'T+27 offered visitId=agent.3#1 offerId=agent.3#1/Dan/1 agent=Dan queue=support derived',
      'T+30 offerEnded offerId=agent.3#1/Dan/1 agent=Dan outcome=accepted',
      'T+30 dequeued visitId=agent.3#1 agent=Dan queue=support outcome=answered',
      'T+30 connected visitId=agent.3#1 legId=phone.4 agent=Dan queue=support',
      'T+40 disconnected legId=phone.4 agent=Dan by=agent',
    ])
    const agents = reading.events.filter(({ data }) => data['legId'] === 'phone.4')
    expect(agents.map(({ data }) => data['contactId'])).toEqual(['agent.3', 'agent.3'])
  })

  it('tells apart two talks of one agent by how long their callers waited', () => {
    const reading = log(`
      T+0|call.1|sales|NONE|ENTERQUEUE||+4989330011|1
      T+2|call.2|sales|NONE|ENTERQUEUE||+4989330012|2
      T+5|call.1|sales|Ben Ode|CONNECT|5|phone.3|1
      T+5|call.2|sales|Ben Ode|CONNECT|3|phone.4|1
      T+9|agent.5|sales|Ben Ode|ATTENDEDTRANSFER|BRIDGE|x|3|4|2
    `)
    expect(told(reading).at(-1)).toBe('T+9 disconnected legId=phone.4 agent=Ben Ode by=transfer')
  })

  it('tells a call that comes back after its talk', () => {
    const { events } = log(`
      T+0|call.1|sales|NONE|ENTERQUEUE||+4989330011|1
      T+5|call.1|sales|Ben Ode|CONNECT|5|phone.3|1
      T+9|call.1|sales|Ben Ode|COMPLETEAGENT|5|4|1
      T+9|call.1|sales|NONE|ENTERQUEUE||+4989330011|1
    `)
    expect(events.at(-1)?.data).toMatchObject({ visitId: 'call.1#2', reason: 'requeue' })
  })

  it('ends the talk of a call that waits again, however late Asterisk logs its end', () => {
    const reading = log(`
      T+0|call.1|sales|NONE|ENTERQUEUE||+4989330011|1
      T+4|call.1|sales|Ben Ode|CONNECT|4|phone.2|3
      T+9|call.1|support|NONE|ENTERQUEUE||+4989330011|1
      T+12|call.1|support|NONE|ABANDON|1|1|3
      T+12|call.1|sales|Ben Ode|COMPLETECALLER|4|8|1
    `)
    expect(told(reading).slice(4)).toEqual([
      'T+4 connected visitId=call.1#1 legId=phone.2 agent=Ben Ode queue=sales',
      'T+9 disconnected legId=phone.2 agent=Ben Ode by=transfer derived',
      'T+9 queued visitId=call.1#2 queue=support reason=transfer',
      'T+12 dequeued visitId=call.1#2 queue=support outcome=abandoned',
    ])
    expect([...reading.skipped.keys()]).toEqual([
      'the end of a talk that was over, or began before this log',
    ])
  })

  it.each([
    ['ABANDON|1|1|9', 'abandoned'],
    ['EXITWITHTIMEOUT|1|1|9', 'timeout'],
    ['EXITEMPTY|1|1|9', 'empty'],
    ['EXITWITHKEY|2|1|1|9', 'exitKey'],
    ['WITHDRAW|1|1|9|supervisor', 'withdrawn'],
    ['SYSCOMPAT|', 'error'],
  ])('tells %s', (line, outcome) => {
    const reading = log(`
      T+1|call.1|sales|NONE|ENTERQUEUE|||1
      T+10|call.1|sales|NONE|${line}
    `)
    expect(told(reading)[1]).toBe(`T+10 dequeued visitId=call.1#1 queue=sales outcome=${outcome}`)
  })

  it.each([
    [0, 'unknown'],
    [4_999, 'unknown'],
    [5_000, 'noAnswer'],
  ])('takes a phone that rang %i ms for %s', (ringMs, outcome) => {
    const { events } = log(`
      T+1|call.1|sales|NONE|ENTERQUEUE|||1
      T+10|call.1|sales|Anna|RINGNOANSWER|${ringMs}
    `)
    expect(events.at(-1)?.data['outcome']).toBe(outcome)
  })

  it('tells who joins, leaves and pauses, by name where the log writes an interface', () => {
    const reading = log(`
      T+5|MANAGER|sales|PJSIP/101|ADDMEMBER|PAUSED
      T+6|NONE|sales|Anna Berg|UNPAUSE|
      T+7|NONE|NONE|Anna Berg|PAUSEALL|Lunch
      T+7|NONE|sales|Anna Berg|PAUSE|Lunch
      T+8|MANAGER|sales|PJSIP/102|REMOVEMEMBER|
      T+9|x.1|NONE|1001|AGENTLOGIN|PJSIP/201-0000001f
      T+10|x.1|NONE|1001|AGENTLOGOFF|PJSIP/201-0000001f|540
    `)
    expect(told(reading)).toEqual([
      'T+5 agent.queueChanged agent=Anna Berg queue=sales action=joined',
      'T+5 agent.queueChanged agent=Anna Berg queue=sales action=paused',
      'T+6 agent.queueChanged agent=Anna Berg queue=sales action=unpaused',
      'T+7 agent.queueChanged agent=Anna Berg queue=sales reason=Lunch action=paused',
      'T+8 agent.queueChanged agent=PJSIP/102 queue=sales action=left',
      'T+9 agent.stateChanged agent=1001 state=available',
      'T+10 agent.stateChanged agent=1001 state=signedOut',
    ])
    const order = reading.events.slice(0, 2).map(({ sequence }) => Number(sequence))
    expect(order[0]).toBeLessThan(order[1] ?? 0)
  })

  it('knows that no call outlives a start of Asterisk', () => {
    const reading = log(`
      T+1|call.1|sales|NONE|ENTERQUEUE|||1
      T+5|NONE|NONE|NONE|QUEUESTART|
      T+9|call.1|sales|NONE|ABANDON|1|1|8
    `)
    expect(told(reading)).toEqual([
      'T+1 queued visitId=call.1#1 queue=sales reason=new',
      'T+5 source.restarted',
    ])
    expect([...reading.skipped]).toEqual([['about a call that began before this log', 1]])
  })

  it('counts the same line twice in a second as two, and read again as the same two', () => {
    const line = 'T+1|NONE|sales|Anna|PAUSE|\n'
    const { events } = log(line + line)
    expect(events).toHaveLength(2)
    expect(new Set(events.map(({ id }) => id)).size).toBe(2)
    expect(log(line + line).events).toEqual(events)
  })

  it.each([
    ['', 'skipped'],
    ['1795183230|c|q|a|NOSUCHEVENT|', 'rejected'],
    ['1795183230|c|q|a|CALLBACKREQ|+49', 'skipped'],
    ['1795183230|c|q|a|CONFIGRELOAD|', 'skipped'],
    ['1795183230|c|q|a', 'rejected'],
    ['179518|c|q|a|CONNECT|1|2|3', 'rejected'],
    ['\u0000\u0000\u00001795183230|c|q|a|PAUSE|', 'rejected'],
    ['1795183230|c|NONE|NONE|ENTERQUEUE|||1', 'rejected'],
    ['1795183230|c|q|a|CONNECT|x|y|z', 'rejected'],
    ['1795183230|c|q|a|CONNECT|5', 'rejected'],
    ['1795183230|c|q|NONE|ABANDON|1|1', 'rejected'],
    ['1795183230|c|q|a|COMPLETECALLER|', 'rejected'],
    ['1795183230|c|q|a|RINGNOANSWER|', 'rejected'],
    ['1795183230|NONE|q|NONE|PAUSE|', 'rejected'],
    ['1795183230|c|q|a|__proto__|', 'rejected'],
    ['1795183230|c|q|a|toString|', 'rejected'],
    ['1795183230|c|q|a|COMPLETECALLER|1|2|3', 'skipped'],
  ])('gives %j its fate', (text, fate) => {
    const reading = read(`${text}\n`)
    expect(reading.events).toEqual([])
    const skipped = [...reading.skipped.values()].reduce((sum, count) => sum + count, 0)
    expect({ skipped, rejected: reading.rejected.length }).toEqual({
      skipped: fate === 'skipped' ? 1 : 0,
      rejected: fate === 'rejected' ? 1 : 0,
    })
  })

  it('leaves out who called where a bar in the URL shifted the columns', () => {
    const { events } = log('T+1|call.1|sales|NONE|ENTERQUEUE|http://x|y|+4930|1|Anna')
    expect(events[0]?.data).toEqual({
      contactId: 'call.1',
      visitId: 'call.1#1',
      queue: 'sales',
      channel: 'voice',
      reason: 'new',
      precision: 's',
    })
  })

  it('forgets calls that are long over, and none that may go on', () => {
    const translator = queueLogTranslator(SOURCE, settings, null)
    const push = (text: string): Reading[] =>
      lineSplitter()
        .push(Buffer.from(`${text}\n`))
        .map((line) => translator.read(line))
    for (let call = 0; call < 300; call += 1) {
      push(`${1_795_183_200 + call}|call.${call}|sales|NONE|ENTERQUEUE|||1`)
    }
    push(`${1_795_183_200 + 3 * 3_600}|call.0|sales|NONE|ABANDON|1|1|10800`)
    expect(translator.save().length).toBeGreaterThan(20_000)
    push(`${1_795_183_200 + 5 * 3_600}|NONE|sales|Anna|PAUSE|`)
    expect(translator.save().length).toBeLessThan(2_000)
    const [again] = push(`${1_795_183_200 + 5 * 3_600}|call.0|sales|NONE|ENTERQUEUE|||1`)
    expect(again?.events[0]?.data['visitId']).toBe('call.0#2')
  })

  it('begins anew from a place that it cannot read', () => {
    for (const saved of ['', 'null', '{"version":2}', '[1']) {
      const translator = queueLogTranslator(SOURCE, settings, saved)
      expect(translator.readUntilMs()).toBeNull()
    }
  })
})

/** The machine may be busy. */
const SLOW_MS = 240_000

describe('a damaged queue_log', { timeout: SLOW_MS }, () => {
  it('never throws, loses no line, and gives only events that the contract accepts', () => {
    const real = queueLogBytes().toString().split('\n').slice(0, 400)
    const column = fc.oneof(
      fc.constantFrom('1795283607', 'NONE', 'call.1', 'sales', 'CONNECT', 'ENTERQUEUE', '1', ''),
      fc.string({ maxLength: 12 }),
    )
    const line = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...real) },
      { weight: 2, arbitrary: fc.array(column, { maxLength: 9 }).map((list) => list.join('|')) },
      // A real line, cut off or with a letter changed.
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom(...real), fc.nat(60), fc.string({ maxLength: 2 }))
          .map(([text, at, letters]) => text.slice(0, at) + letters + text.slice(at + 1)),
      },
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const text = lines.map((each) => `${each}\n`).join('')
        const reading = read(text)
        const skipped = [...reading.skipped.values()].reduce((sum, count) => sum + count, 0)
        const count = lineSplitter().push(Buffer.from(text)).length
        expect(reading.understood + skipped + reading.rejected.length).toBe(count)
        for (const event of reading.events) {
          const parsed = parseEvent(event)
          if (!parsed.ok) expect({ event, errors: parsed.errors }).toBeNull()
        }
      }),
      { numRuns: 300 },
    )
  })
})
