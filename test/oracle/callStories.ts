import fc from 'fast-check'
import {
  begins,
  edgeMs,
  given,
  HOUR,
  maybe,
  MINUTE,
  NOW_MS,
  rfc,
  SECOND,
  someone,
} from './center.ts'
import type { Said, Story } from './center.ts'

/** Stories of contacts: calls and chats through queues, direct ones, outbound ones, callbacks. */

const system = fc.constantFrom('/pbx/1', '/pbx/1', '/pbx/2')
const flows = [
  'timeout',
  'overflow',
  'exitKey',
  'empty',
  'withdrawn',
  'callbackRequested',
  'transferredOut',
  'voicemail',
  'blocked',
  'error',
  'lost',
] as const

const handling = fc.record({
  agent: someone,
  talkMs: fc.oneof(edgeMs, fc.integer({ min: 1_000, max: 9 * MINUTE })),
  holds: fc.array(fc.integer({ min: 200, max: 20_000 }), { maxLength: 2 }),
  endsInHold: fc.boolean(),
  by: maybe(fc.constantFrom('customer', 'agent', 'transfer', 'system', 'unknown')),
  transfer: maybe(
    fc.record({
      kind: fc.constantFrom('blind', 'attended', 'conference'),
      result: maybe(fc.constantFrom('completed', 'failed', 'cancelled')),
    }),
    3,
  ),
  wrapMs: maybe(fc.integer({ min: 500, max: 110_000 })),
  wrapIsOpen: fc.constantFrom(false, false, true),
  reason: maybe(fc.constantFrom('billing', 'fault', 'price')),
  resolved: maybe(fc.boolean()),
  matter: maybe(fc.constantFrom('order 77', 'order 78'), 4),
  stops: fc.constantFrom('never', 'never', 'never', 'talking'),
  consult: maybe(someone, 5),
  role: fc.constantFrom('primary', 'primary', 'primary', 'primary', 'monitor', 'conference'),
})
type Handling = typeof handling extends fc.Arbitrary<infer Value> ? Value : never

/** What a leg's feed says, and when it is over. */
function tell(
  of: Handling,
  ids: { contactId: string; legId: string },
  link: Record<string, unknown>,
  fromMs: number,
  say: (type: string, atMs: number, data: Record<string, unknown>) => void,
): number {
  const leg = { ...ids, agent: of.agent }
  const own = { contactId: ids.contactId, legId: ids.legId }
  say('contact.connected', fromMs, {
    ...leg,
    ...link,
    ...(of.role !== 'primary' && { role: of.role }),
  })
  let atMs = fromMs + of.talkMs
  of.holds.forEach((heldMs, i) => {
    say('contact.held', atMs, leg)
    atMs += heldMs
    const isLast = i === of.holds.length - 1
    if (!isLast || !of.endsInHold) say('contact.resumed', atMs, leg)
    atMs += 1_700
  })
  if (of.consult !== undefined) {
    const consult = { contactId: ids.contactId, legId: `${ids.legId}/consult`, agent: of.consult }
    say('contact.connected', fromMs + 300, { ...consult, role: 'consult' })
    say('contact.disconnected', fromMs + 2_345, consult)
  }
  if (of.stops === 'talking') return NaN
  if (of.transfer) {
    say('contact.transferred', atMs, {
      contactId: ids.contactId,
      fromLegId: ids.legId,
      toType: 'agent',
      ...given(of.transfer),
    })
  }
  say('contact.disconnected', atMs, { ...leg, ...given({ by: of.by }) })
  if (of.reason !== undefined || of.resolved !== undefined || of.matter !== undefined) {
    const { reason, resolved, matter } = of
    say('contact.disposed', atMs + 900, { ...own, ...given({ reason, resolved, matter }) })
  }
  if (of.wrapMs !== undefined) {
    say('contact.wrapUpStarted', atMs, leg)
    atMs += of.wrapMs
    if (!of.wrapIsOpen) say('contact.wrapUpEnded', atMs, leg)
  }
  return atMs
}

const call = fc.record({
  // Long enough ago that all of it has happened by now.
  atMs: begins(25 * MINUTE),
  system,
  queue: fc.constantFrom('sales', '700', 'support', 'support', 'web', 'nowhere'),
  channel: maybe(fc.constantFrom('voice', 'chat'), 4),
  customer: maybe(fc.constantFrom('+491', '+492', '+493', '+494', 'anonymous'), 4),
  isStarted: fc.boolean(),
  reason: maybe(fc.constantFrom('new', 'new', 'transfer', 'callback'), 2),
  waitMs: edgeMs,
  rings: fc.array(
    fc.record({
      agent: someone,
      outcome: fc.constantFrom('noAnswer', 'rejected', 'busy', 'answeredElsewhere'),
    }),
    { maxLength: 2 },
  ),
  isOffered: fc.boolean(),
  ends: fc.constantFrom('answered', 'answered', 'answered', 'abandoned', 'flows', 'flowsOn'),
  flow: fc.constantFrom(...flows),
  abandonsBy: fc.constantFrom('dequeued', 'ended'),
  handling,
  second: maybe(handling, 4),
  saysDequeued: fc.boolean(),
  isEnded: fc.constantFrom(true, true, false),
  final: maybe(fc.constantFrom('handled', 'handled', 'lost')),
  dispositionsFromCrm: fc.boolean(),
  /** Heard of no more for so long that it is taken for lost; and what is noted of it besides. */
  supposedLostAfter: maybe(fc.constantFrom(20 * MINUTE, 4 * HOUR), 8),
  notedAfter: maybe(fc.integer({ min: 1, max: 6 * HOUR }), 8),
})

type Call = typeof call extends fc.Arbitrary<infer Value> ? Value : never

export const callStory: fc.Arbitrary<Story> = call.map((of) => (n) => {
  const said = tellCall(of, n)
  const contactId = `c${n}`
  const lastMs = Math.max(...said.map(({ atMs }) => atMs))
  if (of.supposedLostAfter !== undefined) {
    said.push({
      source: `${of.system}/feed`,
      type: 'contact.ended',
      atMs: lastMs + of.supposedLostAfter,
      data: { contactId, final: 'lost', provenance: 'derived' },
    })
  }
  if (of.notedAfter !== undefined && of.system === '/pbx/1') {
    said.push({
      source: '/crm/1/notes',
      type: 'contact.disposed',
      atMs: lastMs + of.notedAfter,
      data: { contactId, reason: 'noted' },
    })
  }
  return said
})

function tellCall(of: Call, n: number): Said[] {
  const contactId = `c${n}`
  const said: Said[] = []
  const say = (type: string, atMs: number, data: Record<string, unknown>) => {
    const fromCrm = type === 'contact.disposed' && of.dispositionsFromCrm && of.system === '/pbx/1'
    const source = fromCrm ? '/crm/1/notes' : `${of.system}/feed`
    said.push({ source, type, atMs, data })
  }
  const base = { contactId, ...given({ customer: of.customer }) }
  if (of.isStarted) {
    say('contact.started', of.atMs - 3_100, {
      ...base,
      channel: of.channel ?? (of.queue === 'web' ? 'chat' : 'voice'),
      direction: 'inbound',
    })
  }
  let visitId = `${contactId}/v1`
  let queue = of.queue
  let atMs = of.atMs
  const queued = (reason: string | undefined) => {
    say('contact.queued', atMs, {
      ...base,
      visitId,
      queue,
      ...given({ reason, channel: of.channel }),
    })
  }
  const dequeued = (outcome: string) => {
    say('contact.dequeued', atMs, { contactId, visitId, queue, outcome })
  }
  queued(of.reason)
  const rung = of.ends === 'flows' || of.waitMs < 300 ? [] : of.rings
  rung.forEach(({ agent, outcome }, i) => {
    const offerId = `${visitId}/${agent}/${String(i)}`
    say('contact.offered', atMs + 10 + i, { contactId, offerId, agent, visitId, queue })
    const endsMs = atMs + 120 + i + Math.floor(of.waitMs / 3)
    say('contact.offerEnded', Math.min(endsMs, atMs + of.waitMs), {
      contactId,
      offerId,
      agent,
      outcome,
    })
  })
  atMs += of.waitMs
  const end = (final: string | undefined) => {
    if (of.isEnded) say('contact.ended', atMs + 40, { contactId, ...given({ final }) })
  }
  if (of.ends === 'abandoned') {
    if (of.abandonsBy === 'dequeued') dequeued('abandoned')
    else say('contact.ended', atMs, { contactId, final: 'abandoned' })
    return said
  }
  if (of.ends === 'flows') {
    dequeued(of.flow)
    end(undefined)
    return said
  }
  if (of.ends === 'flowsOn') {
    dequeued('overflow')
    atMs += 150
    visitId = `${contactId}/v2`
    queue = queue === 'support' ? 'sales' : 'support'
    queued('overflow')
    atMs += of.waitMs
  }
  if (of.isOffered && of.waitMs > 300) {
    const { agent } = of.handling
    const offerId = `${visitId}/${agent}/last`
    say('contact.offered', atMs - 250, { contactId, offerId, agent, visitId, queue })
  }
  const isPrimary = of.handling.role === 'primary'
  if (of.saysDequeued || !isPrimary) {
    atMs += 4
    dequeued('answered')
    atMs -= 4
  }
  atMs = tell(
    of.handling,
    { contactId, legId: `${contactId}/l1` },
    { visitId, ...(of.isOffered && { queue }) },
    atMs,
    say,
  )
  if (Number.isNaN(atMs)) return said
  if (of.second) {
    atMs += 700
    atMs = tell(
      { ...of.second, role: 'primary' },
      { contactId, legId: `${contactId}/l2` },
      { visitId },
      atMs,
      say,
    )
    if (Number.isNaN(atMs)) return said
  }
  end(of.final)
  return said
}

/** Calls that came to an agent without a queue. */
export const directStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(25 * MINUTE),
    handling,
    rings: fc.boolean(),
    customer: maybe(fc.constantFrom('+491', '+495'), 4),
  })
  .map((of) => (n) => {
    const contactId = `d${n}`
    const said: Said[] = []
    const say = (type: string, atMs: number, data: Record<string, unknown>) =>
      void said.push({ source: '/pbx/1/feed', type, atMs, data })
    const { agent } = of.handling
    say('contact.started', of.atMs, {
      contactId,
      channel: 'voice',
      direction: 'inbound',
      ...given({ customer: of.customer }),
    })
    const offerId = `${contactId}/${agent}`
    if (of.rings) say('contact.offered', of.atMs + 100, { contactId, offerId, agent })
    const atMs = tell(
      { ...of.handling, role: 'primary' },
      { contactId, legId: `${contactId}/l1` },
      {},
      of.atMs + 3_000,
      say,
    )
    if (!Number.isNaN(atMs)) say('contact.ended', atMs + 10, { contactId })
    return said
  })

/** Contacts that are going on now. */
export const openStory: fc.Arbitrary<Story> = fc
  .record({
    agoMs: fc.oneof(edgeMs, fc.integer({ min: 1, max: 4 * MINUTE })),
    queue: fc.constantFrom('sales', 'support', 'web'),
    agent: someone,
    is: fc.constantFrom('waiting', 'waiting', 'ringing', 'talking', 'holding', 'wrapping'),
  })
  .map(({ agoMs, queue, agent, is }) => (n) => {
    const contactId = `o${n}`
    const visitId = `${contactId}/v1`
    const startMs = NOW_MS - agoMs - 30
    const said: Said[] = []
    const say = (type: string, atMs: number, data: Record<string, unknown>) =>
      void said.push({ source: '/pbx/1/feed', type, atMs, data: { contactId, ...data } })
    say('contact.queued', startMs, { visitId, queue })
    if (is === 'waiting') return said
    const offerId = `${visitId}/${agent}`
    say('contact.offered', startMs + 5, { visitId, offerId, agent, queue })
    if (is === 'ringing') return said
    const leg = { legId: `${contactId}/l1`, agent }
    say('contact.connected', startMs + 9, { ...leg, visitId, queue })
    if (is === 'holding') say('contact.held', startMs + 13, leg)
    if (is === 'wrapping') {
      say('contact.disconnected', startMs + 15, leg)
      say('contact.wrapUpStarted', startMs + 15, leg)
    }
    return said
  })

/** Outbound calls, with and without the dialler's attempt. */
export const dialStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(25 * MINUTE),
    handling,
    isAnswered: fc.boolean(),
    attempt: maybe(
      fc.constantFrom('connected', 'machine', 'noAnswer', 'busy', 'open', 'invalid'),
      3,
    ),
    leadId: maybe(fc.constantFrom('lead1', 'lead2', 'lead3'), 3),
    account: maybe(fc.constantFrom('acme', 'buyer', 'corp'), 3),
    agent: someone,
    hasContact: fc.boolean(),
  })
  .map((of) => (n) => {
    const contactId = `b${n}`
    const said: Said[] = []
    const say = (type: string, atMs: number, data: Record<string, unknown>) =>
      void said.push({ source: '/pbx/1/feed', type, atMs, data })
    const handling = { ...of.handling, role: 'primary' as const }
    const isContact = of.hasContact || of.attempt === undefined
    if (of.attempt !== undefined) {
      const attemptId = `try${n}`
      say('outbound.attempted', of.atMs - 50, {
        attemptId,
        agent: handling.agent,
        ...(isContact && { contactId }),
        ...given({ leadId: of.leadId, account: of.account }),
      })
      if (of.attempt !== 'open') {
        say('outbound.completed', of.atMs + 9_000, { attemptId, result: of.attempt })
      }
    }
    if (!isContact) return said
    say('contact.started', of.atMs, { contactId, channel: 'voice', direction: 'outbound' })
    if (!of.isAnswered) {
      say('contact.ended', of.atMs + 20 * SECOND, { contactId, final: 'failed' })
      return said
    }
    const atMs = tell(handling, { contactId, legId: `${contactId}/l1` }, {}, of.atMs + 8_000, say)
    if (!Number.isNaN(atMs)) say('contact.ended', atMs + 10, { contactId, final: 'handled' })
    return said
  })

export const callbackStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(25 * MINUTE),
    queue: fc.constantFrom('sales', 'support'),
    states: fc.subarray(['scheduled', 'attempting', 'completed', 'failed'] as const),
    ofContact: maybe(fc.integer({ min: 0, max: 30 })),
  })
  .map(({ atMs, queue, states, ofContact }) => (n) => {
    const base = {
      callbackId: `cb${n}`,
      queue,
      ...given({ contactId: ofContact === undefined ? undefined : `c${String(ofContact)}` }),
    }
    return ['requested', ...states].map((state, i) => ({
      source: '/pbx/1/feed',
      type: 'callback.changed',
      atMs: atMs + i * 61_000,
      data: { ...base, state },
    }))
  })

export const restartStory: fc.Arbitrary<Story> = begins(MINUTE).map((atMs) => () => [
  { source: '/pbx/2/feed', type: 'source.restarted', atMs, data: { boot: 'b' } },
])

/** A connection that was lost for a while: nothing is made of it but a mark on what lies in it. */
export const gapStory: fc.Arbitrary<Story> = fc
  .record({ atMs: begins(MINUTE), lastsMs: fc.integer({ min: 0, max: 30 * MINUTE }) })
  .map(({ atMs, lastsMs }) => () => [
    {
      source: '/pbx/1/feed',
      type: 'source.gap',
      atMs,
      data: { from: rfc(atMs - lastsMs), to: rfc(atMs), reason: 'connection lost' },
    },
  ])

/** Contacts of which a feed tells only that it found them, and afterwards how they ended. */
export const foundStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(25 * MINUTE),
    waitedMs: edgeMs,
    queue: fc.constantFrom('sales', 'support', 'web'),
    agent: someone,
    is: fc.constantFrom('waiting', 'talking', 'both'),
    endsMs: maybe(fc.integer({ min: 1, max: 9 * MINUTE }), 4),
  })
  .map(({ atMs, waitedMs, queue, agent, is, endsMs }) => (n) => {
    const contactId = `f${n}`
    const [visit, leg] = [
      { visitId: `${contactId}/v1`, queue },
      { legId: `${contactId}/l1`, agent },
    ]
    const waits = { contactId, ...visit, since: rfc(atMs - waitedMs) }
    const talks = { contactId, ...leg, ...(is === 'both' && visit) }
    const source = '/pbx/1/feed'
    const items = [...(is === 'talking' ? [] : [waits]), ...(is === 'waiting' ? [] : [talks])]
    const said: Said[] = [
      { source, type: 'source.snapshot', atMs, data: { scope: 'contacts', items } },
    ]
    if (endsMs === undefined) return said
    if (is === 'waiting') {
      const data = { contactId, ...visit, outcome: 'abandoned' }
      said.push({ source, type: 'contact.dequeued', atMs: atMs + endsMs, data })
    } else {
      const data = { contactId, ...leg }
      said.push({ source, type: 'contact.disconnected', atMs: atMs + endsMs, data })
    }
    return said
  })
