import fc from 'fast-check'
import type { Event } from '../shared/events/event.ts'
import { naturalKey } from '../shared/events/key.ts'
import { parseEvent } from '../shared/events/parse.ts'

/**
 * Generated histories of a contact center: possible ones, and ones that no sane feed would send.
 * Instants are close together, so that ties, holes and overlaps are common.
 */

export const HISTORIES_BEGIN_MS = Date.UTC(2026, 10, 21, 22, 30)
const agents = ['ana', 'bo', 'cy'] as const
const queues = ['sales', 'support'] as const
const feeds = [
  { source: '/pbx/1/ami', precision: 'ms' },
  { source: '/pbx/1/log', precision: 's' },
] as const

const agent = fc.constantFrom(...agents)
const queue = fc.constantFrom(...queues)
const contact = fc.constantFrom('c1', 'c2', 'c3')
const ordinal = fc.integer({ min: 1, max: 2 })

const leg = fc
  .record({ contactId: contact, agent, n: ordinal })
  .map(({ contactId, agent: who, n }) => ({
    contactId,
    agent: who,
    legId: `${contactId}/${who}/${String(n)}`,
  }))
const visit = fc
  .record({ contactId: contact, queue, n: ordinal })
  .map(({ contactId, queue: name, n }) => ({
    contactId,
    queue: name,
    visitId: `${contactId}#${String(n)}`,
  }))
const offer = fc.record({ visit, agent, n: ordinal }).map(({ visit: of, agent: who, n }) => ({
  contactId: of.contactId,
  visitId: of.visitId,
  agent: who,
  offerId: `${of.visitId}/${who}/${String(n)}`,
}))
const of = (
  type: string,
  data: fc.Arbitrary<object>,
  more: fc.Arbitrary<object> = fc.constant({}),
) =>
  fc.tuple(data, more).map(([a, b]): { type: string; data: Record<string, unknown> } => ({
    type,
    data: { ...a, ...b },
  }))

/** A message is of one thread in each direction: what one mailbox sent, another received. */
const message = fc
  .record({
    n: fc.integer({ min: 1, max: 4 }),
    direction: fc.constantFrom('inbound', 'outbound'),
    author: fc.constantFrom('customer', 'agent', 'automation'),
  })
  .map(({ n, direction, author }) => ({
    messageId: `m${String(n)}`,
    threadId: n % 2 === 0 && direction === 'inbound' ? 't2' : 't1',
    direction,
    author,
  }))

/** Mails and dials, with what becomes of them. */
const mailFact = fc.oneof(
  of(
    'message.recorded',
    message,
    fc.record(
      {
        queue,
        agent,
        caseId: fc.constantFrom('k1', 'k2'),
        customer: fc.constantFrom('+491', '+492'),
        account: fc.constantFrom('acme', 'beta'),
        inReplyTo: fc.constantFrom('m1', 'm2'),
        outreach: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  ),
  of(
    'message.tracked',
    fc.record({
      messageId: fc.constantFrom('m1', 'm2', 'm3'),
      track: fc.constantFrom('delivered', 'bounced', 'opened', 'replied'),
      machine: fc.boolean(),
    }),
  ),
  of(
    'case.changed',
    fc.record({
      caseId: fc.constantFrom('k1', 'k2'),
      field: fc.constantFrom('status', 'assignee'),
      to: agent,
      statusClass: fc.constantFrom('open', 'solved'),
    }),
  ),
  of(
    'outbound.attempted',
    fc.record({ attemptId: fc.constantFrom('a1', 'c1') }),
    fc.record(
      { agent, contactId: contact, account: fc.constantFrom('acme', 'beta') },
      { requiredKeys: [] },
    ),
  ),
  of(
    'outbound.completed',
    fc.record({
      attemptId: fc.constantFrom('a1', 'c1', 'c2'),
      result: fc.constantFrom('connected', 'machine', 'noAnswer'),
    }),
  ),
  of(
    'activity.recorded',
    fc.record({
      activityId: fc.constantFrom('v1', 'v2'),
      kind: fc.constantFrom('appointment', 'siteVisit', 'referral', 'coffee'),
      count: ordinal,
      agent,
    }),
  ),
  of(
    'fact.retracted',
    fc.record({
      type: fc.constant('message.recorded'),
      key: fc.constantFrom('m1/inbound', 'm1/outbound', 'm2/inbound', 'm2/outbound'),
    }),
  ),
)

const fact = fc.oneof(
  mailFact,
  of(
    'contact.started',
    fc.record({
      contactId: contact,
      channel: fc.constantFrom('voice', 'chat'),
      direction: fc.constantFrom('inbound', 'inbound', 'outbound'),
    }),
  ),
  of(
    'contact.queued',
    visit,
    fc.record(
      {
        reason: fc.constantFrom('new', 'overflow', 'transfer', 'requeue', 'callback'),
        customer: fc.constantFrom('+491', '+492', 'anonymous'),
      },
      { requiredKeys: [] },
    ),
  ),
  of(
    'contact.dequeued',
    visit,
    fc.record({
      outcome: fc.constantFrom('answered', 'abandoned', 'timeout', 'exitKey', 'error', 'lost'),
    }),
  ),
  of('contact.offered', offer),
  of(
    'contact.offerEnded',
    offer,
    fc.record({ outcome: fc.constantFrom('accepted', 'noAnswer', 'rejected', 'unknown') }),
  ),
  of(
    'contact.connected',
    leg,
    fc.record(
      {
        visitId: fc.constantFrom('c1#1', 'c2#1', 'c3#1', 'c1#2'),
        role: fc.constantFrom('primary', 'consult', 'monitor'),
        queue,
      },
      { requiredKeys: [] },
    ),
  ),
  of('contact.held', leg),
  of('contact.resumed', leg),
  of(
    'contact.disconnected',
    leg,
    fc.record({ by: fc.constantFrom('customer', 'agent', 'transfer') }),
  ),
  of('contact.wrapUpStarted', leg),
  of('contact.wrapUpEnded', leg),
  of(
    'contact.transferred',
    leg.map(({ contactId, legId }) => ({
      contactId,
      fromLegId: legId,
      kind: 'blind',
      toType: 'queue',
    })),
  ),
  of(
    'contact.disposed',
    fc.record({ contactId: contact }),
    fc.record({ reason: fc.constantFrom('billing', 'fault'), resolved: fc.boolean() }),
  ),
  of(
    'contact.ended',
    fc.record({ contactId: contact, final: fc.constantFrom('handled', 'abandoned', 'lost') }),
  ),
  of(
    'agent.stateChanged',
    fc.record({
      agent,
      state: fc.constantFrom('available', 'notReady', 'signedOut', 'unknown'),
      reason: fc.constantFrom('Lunch', 'Training'),
    }),
  ),
  of(
    'agent.queueChanged',
    fc.record({ agent, queue, action: fc.constantFrom('joined', 'left', 'paused', 'unpaused') }),
  ),
  of(
    'callback.changed',
    fc.record({
      callbackId: fc.constantFrom('b1', 'b2'),
      state: fc.constantFrom('requested', 'completed', 'failed'),
      contactId: contact,
      queue,
    }),
  ),
  of(
    'evaluation.recorded',
    fc.record({
      evaluationId: fc.constantFrom('q1', 'q2'),
      contactId: fc.constantFrom('c1', 'c2'),
      agent,
      channel: fc.constantFrom('voice', 'email'),
      score: fc.integer({ min: 0, max: 10 }),
      status: fc.constantFrom('released', 'disputed', 'revised', 'withdrawn'),
    }),
    fc
      .record(
        {
          criticalFailure: fc.boolean(),
          purpose: fc.constantFrom('score', 'calibration'),
        },
        { requiredKeys: [] },
      )
      .map((more) => ({
        ...more,
        form: 'f',
        formVersion: 1,
        evaluator: 'eva',
        possible: 10,
        sections: [{ id: 'communication', score: 1, possible: 3 }],
        handledAt: new Date(HISTORIES_BEGIN_MS).toISOString(),
      })),
  ),
  of(
    'survey.sent',
    fc.record({ responseId: fc.constantFrom('r1', 'r2'), kind: fc.constantFrom('csat', 'fcr') }),
    fc.constant({ survey: 's', audience: 'customer', contactId: 'c1' }),
  ),
  of(
    'survey.answered',
    fc.record({
      responseId: fc.constantFrom('r1', 'r2'),
      kind: fc.constantFrom('csat', 'nps', 'ces', 'fcr'),
      audience: fc.constantFrom('customer', 'partner'),
      score: fc.constantFrom(1, 1, 0),
    }),
    fc.record({ contactId: contact, queue }, { requiredKeys: [] }).map((more) => ({
      ...more,
      survey: 's',
      scale: { min: 0, max: 10 },
    })),
  ),
  of('source.restarted', fc.constant({})),
  of(
    'fact.retracted',
    leg.map(({ legId }) => ({ type: 'contact.connected', key: legId })),
  ),
)

/** An event of a history; its place in the history makes its id and sequence. */
const stepOf = (facts: typeof fact) =>
  fc.record({
    fact: facts,
    feed: fc.constantFrom(...feeds),
    // Ten hours around midnight, and many within the same seconds.
    afterMs: fc.oneof(
      fc.integer({ min: 0, max: 10 * 3_600 }).map((seconds) => seconds * 1_000),
      fc.integer({ min: 0, max: 60_000 }),
    ),
    provenance: fc.constantFrom('observed', 'observed', 'derived', 'reconciled'),
  })

/** A history of up to so many events, accepted by the contract. */
export const histories = (maxLength = 40, facts = fact): fc.Arbitrary<Event[]> =>
  fc.array(stepOf(facts), { minLength: 1, maxLength }).map((steps) =>
    steps.map(({ fact: { type, data }, feed, afterMs, provenance }, index) => {
      const isCoarse = feed.precision === 's'
      const atMs = HISTORIES_BEGIN_MS + (isCoarse ? Math.floor(afterMs / 1_000) * 1_000 : afterMs)
      const parsed = parseEvent({
        specversion: '1.0',
        id: `e${String(index)}`,
        source: feed.source,
        type,
        time: new Date(atMs).toISOString(),
        sequence: String(index),
        data: { ...data, provenance, precision: feed.precision },
      })
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
      return parsed.event
    }),
  )

/** A history and a permutation of it. */
const shuffled = (
  all: fc.Arbitrary<Event[]>,
): fc.Arbitrary<{ events: Event[]; shuffled: Event[] }> =>
  all.chain((events) =>
    fc
      .shuffledSubarray(events, { minLength: events.length, maxLength: events.length })
      .map((shuffled) => ({ events, shuffled })),
  )
export const shuffledHistories = shuffled(histories())
/** … in which some of what is said of agents is taken back, and some of that said again. */
export const shuffledAgentHistories = shuffled(
  fc
    .tuple(histories(), fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 6 }))
    .map(([events, chosen]) => {
      const told = events.filter(({ type }) => type.startsWith('agent.'))
      return [
        ...events,
        ...chosen.flatMap(([n, isRestored], i) => {
          const one = told[n % told.length]
          return one ? takenBack(one, `back${String(i)}`, isRestored) : []
        }),
      ]
    }),
)
function takenBack(event: Event, id: string, isRestored: boolean): Event[] {
  const { source, type, atMs } = event
  const key = naturalKey(event).replace(/@\d+$/, `@${new Date(atMs).toISOString()}`)
  const retraction = { id, source, type: 'fact.retracted', atMs: atMs + 1_000, data: { type, key } }
  const again = { ...event, id: `${id}again`, recordedAtMs: atMs + 2_000 }
  return isRestored ? [retraction as Event, again] : [retraction as Event]
}
/** … of mails and dials alone, so that they meet more often. */
export const shuffledMailHistories = shuffled(histories(40, mailFact))
