import fc from 'fast-check'
import { begins, DAY, given, HOUR, maybe, MINUTE, owner } from './center.ts'
import type { Said, Story } from './center.ts'

/** Stories of a CRM, an order desk, a mailbox, evaluators and customers who are asked. */

const CRM = '/crm/1/feed'
const account = maybe(fc.constantFrom('acme', 'buyer', 'corp', 'dodo'), 4)
const origin = maybe(fc.constantFrom('inbound', 'outbound', 'referral'), 4)
const money = fc.record({
  value: fc.integer({ min: 0, max: 2_000_000 }).map((cents) => (cents / 100).toFixed(2)),
  currency: fc.constantFrom('EUR', 'EUR', 'USD'),
})
const gap = fc.oneof(fc.integer({ min: 1_000, max: HOUR }), fc.integer({ min: HOUR, max: 3 * DAY }))

export const leadStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(MINUTE),
    account,
    origin,
    agent: maybe(owner, 6),
    next: maybe(owner, 2),
    steps: fc.array(
      fc.record({
        after: gap,
        change: fc.constantFrom('contacted', 'mql', 'sql', 'converted', 'disqualified'),
      }),
      { maxLength: 3 },
    ),
  })
  .map((of) => (n) => {
    const leadId = `lead${n}`
    const base = { leadId, ...given({ origin: of.origin, account: of.account }) }
    const said: Said[] = [
      {
        source: CRM,
        type: 'lead.changed',
        atMs: of.atMs,
        data: { ...base, change: 'created', ...given({ agent: of.agent }) },
      },
    ]
    let atMs = of.atMs
    for (const { after, change } of of.steps) {
      atMs += after
      const isStage = change === 'mql' || change === 'sql'
      said.push({
        source: CRM,
        type: 'lead.changed',
        atMs,
        data: {
          leadId,
          ...(isStage ? { change: 'stage', stage: change } : { change }),
          ...given({ agent: of.next }),
        },
      })
    }
    return said
  })

export const opportunityStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(MINUTE),
    account,
    origin,
    kind: maybe(fc.constantFrom('new', 'upsell', 'crosssell', 'renewal'), 6),
    pipeline: fc.constantFrom('standard', 'standard', 'Renewals', undefined),
    createdStage: maybe(fc.constantFrom('found', 'due')),
    agent: maybe(owner, 6),
    next: maybe(owner, 2),
    amount: maybe(money, 4),
    amountAfter: maybe(money, 2),
    termMonths: maybe(fc.constantFrom(12, 24, 36)),
    firstContact: maybe(fc.integer({ min: 1, max: 40 * DAY })),
    lead: maybe(fc.nat(30), 2),
    stages: fc.array(
      fc.record({
        after: gap,
        stage: fc.constantFrom('found', 'meeting', 'offer', 'due', 'signed', 'elsewhere'),
        stageFrom: maybe(fc.constantFrom('found', 'meeting')),
      }),
      { maxLength: 3 },
    ),
    after: gap,
    ends: fc.constantFrom('won', 'won', 'lost', 'open'),
    endStage: maybe(fc.constantFrom('signed', 'gone')),
    /** What is said of it after that. */
    then: maybe(
      fc.record({
        after: gap,
        change: fc.constantFrom('won', 'lost', 'stage', 'amount'),
        stage: fc.constantFrom('offer', 'terms', 'gone'),
        amount: money,
        termMonths: maybe(fc.constantFrom(6, 48)),
      }),
    ),
    appointment: maybe(owner),
    order: maybe(gap),
    /** The order names its quote only, which is a proposal as well, or was said before. */
    quoted: maybe(
      fc.record({
        after: fc.integer({ min: -HOUR, max: HOUR }),
        document: fc.constantFrom('quote', 'proposal'),
      }),
      2,
    ),
  })
  .map((of) => (n) => {
    const opportunityId = `deal${n}`
    const said: Said[] = []
    const say = (atMs: number, data: Record<string, unknown>) =>
      void said.push({
        source: CRM,
        type: 'opportunity.changed',
        atMs,
        data: { opportunityId, ...given(data) },
      })
    const { account: of_, origin: from, kind, agent, amount, termMonths, pipeline } = of
    say(of.atMs, {
      change: 'created',
      pipeline,
      stage: of.createdStage,
      account: of_,
      origin: from,
      kind,
      agent,
      amount,
      termMonths,
      leadId: of.lead === undefined ? undefined : `lead${String(of.lead)}`,
      firstContactAt:
        of.firstContact === undefined
          ? undefined
          : new Date(of.atMs - of.firstContact).toISOString(),
    })
    if (of.appointment !== undefined) {
      said.push({
        source: CRM,
        type: 'activity.recorded',
        atMs: of.atMs + 500,
        data: { activityId: `meet${n}`, kind: 'appointment', agent: of.appointment, opportunityId },
      })
    }
    let atMs = of.atMs
    for (const { after, stage, stageFrom } of of.stages) {
      atMs += after
      say(atMs, { change: 'stage', stage, stageFrom, agent: of.next })
    }
    if (of.amountAfter) say((atMs += 777), { change: 'amount', amount: of.amountAfter })
    if (of.ends !== 'open') say((atMs += of.after), { change: of.ends, stage: of.endStage })
    if (of.then) {
      const { after, change, stage, amount: worth, termMonths: term } = of.then
      const more = {
        stage: { stage },
        amount: { amount: worth },
        won: { termMonths: term },
        lost: {},
      }
      say((atMs += after), { change, ...more[change] })
    }
    if (of.order !== undefined && of.quoted) {
      const { after, document } = of.quoted
      said.push({
        source: CRM,
        type: 'quote.changed',
        atMs: atMs + of.order + after,
        data: { quoteId: `dealQuote${n}`, document, change: 'issued', opportunityId },
      })
    }
    if (of.order !== undefined) {
      said.push({
        source: CRM,
        type: 'order.changed',
        atMs: atMs + of.order,
        data: {
          orderId: `dealOrder${n}`,
          change: 'placed',
          ...(of.quoted ? { quoteId: `dealQuote${n}` } : { opportunityId }),
          ...given({ agent, account: of_, amount }),
        },
      })
    }
    return said
  })

export const quoteStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(MINUTE),
    document: fc.constantFrom('quote', 'proposal'),
    requested: maybe(gap, 2),
    lines: maybe(fc.nat(9)),
    amount: maybe(money),
    agent: owner,
    correction: maybe(
      fc.record({
        after: gap,
        cause: maybe(fc.constantFrom('error', 'customer')),
        lines: maybe(fc.nat(9)),
        amount: maybe(money),
      }),
    ),
    ends: maybe(fc.constantFrom('accepted', 'rejected', 'expired')),
  })
  .map((of) => (n) => {
    const said: Said[] = []
    const say = (atMs: number, data: Record<string, unknown>) =>
      void said.push({
        source: CRM,
        type: 'quote.changed',
        atMs,
        data: { quoteId: `q${n}`, document: of.document, ...given(data) },
      })
    if (of.requested !== undefined) say(of.atMs - of.requested, { change: 'requested' })
    say(of.atMs, { change: 'issued', lines: of.lines, amount: of.amount, agent: of.agent })
    if (of.correction) {
      const { after, ...data } = of.correction
      say(of.atMs + after, { change: 'corrected', ...data })
    }
    if (of.ends !== undefined) say(of.atMs + 4 * DAY, { change: of.ends })
    return said
  })

export const orderStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: fc.oneof(begins(MINUTE), begins(20 * DAY)),
    account,
    agent: maybe(owner, 6),
    amount: maybe(money, 6),
    lines: maybe(
      fc.array(
        fc.record({ sku: fc.constantFrom('A-1', 'B-2'), amount: money, cost: maybe(money) }),
        { minLength: 1, maxLength: 3 },
      ),
    ),
    correction: maybe(
      fc.record({
        after: gap,
        cause: maybe(fc.constantFrom('error', 'customer')),
        amount: maybe(money),
      }),
    ),
    cancelledAfter: maybe(gap, 4),
    placedAgain: fc.boolean(),
  })
  .map((of) => (n) => {
    const said: Said[] = []
    const say = (atMs: number, data: Record<string, unknown>) =>
      void said.push({
        source: CRM,
        type: 'order.changed',
        atMs,
        data: { orderId: `order${n}`, ...given(data) },
      })
    const lines = of.lines?.map((line) => ({ quantity: 1, ...given(line) }))
    const { agent, amount } = of
    say(of.atMs, { change: 'placed', account: of.account, agent, amount, lines })
    if (of.correction) {
      const { after, ...data } = of.correction
      say(of.atMs + after, { change: 'corrected', ...data })
    }
    if (of.cancelledAfter !== undefined) {
      say(of.atMs + of.cancelledAfter + 3 * DAY, { change: 'cancelled' })
      if (of.placedAgain) say(of.atMs + of.cancelledAfter + 4 * DAY, { change: 'placed' })
    }
    return said
  })

const level = fc.record({
  value: fc.integer({ min: 100, max: 90_000 }).map(String),
  currency: fc.constant('EUR'),
})
export const customerStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: fc.oneof(begins(10 * DAY), begins(50 * DAY)),
    account: maybe(fc.constantFrom('acme', 'buyer', 'corp', 'dodo')),
    first: fc.constantFrom('new', 'new', 'existing', 'expanded'),
    monthly: level,
    agent: maybe(owner, 6),
    steps: fc.array(
      fc.record({
        after: fc.integer({ min: HOUR, max: 3 * DAY }),
        change: fc.constantFrom('expanded', 'contracted'),
        monthly: maybe(level),
        amount: maybe(level),
      }),
      { maxLength: 2 },
    ),
    churnsAfter: maybe(fc.integer({ min: HOUR, max: 15 * DAY })),
    returns: fc.boolean(),
  })
  .map((of) => (n) => {
    const said: Said[] = []
    const name = of.account ?? `firm${n}`
    let atMs = of.atMs
    const say = (data: Record<string, unknown>) =>
      void said.push({
        source: CRM,
        type: 'customer.changed',
        atMs,
        data: { account: name, ...given(data) },
      })
    say({ change: of.first, monthly: of.monthly, agent: of.agent })
    for (const { after, ...data } of of.steps) {
      atMs += after
      say(data)
    }
    if (of.churnsAfter === undefined) return said
    atMs += of.churnsAfter
    say({ change: 'churned', monthly: { value: '0', currency: 'EUR' } })
    if (!of.returns) return said
    atMs += DAY
    say({ change: 'returned', monthly: of.monthly })
    return said
  })

export const activityStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(MINUTE),
    kind: fc.constantFrom(
      'appointment',
      'validAppointment',
      'demo',
      'referral',
      'siteVisit',
      'socialAction',
      'adClick',
      'documentRequest',
      'directMail',
      'socialMessage',
      'adPlacement',
      'coffee',
    ),
    count: maybe(fc.integer({ min: 1, max: 20 })),
    agent: maybe(owner, 4),
    account,
    lead: maybe(fc.nat(30), 2),
  })
  .map(({ atMs, lead, ...of }) => (n) => [
    {
      source: CRM,
      type: 'activity.recorded',
      atMs,
      data: {
        activityId: `did${n}`,
        ...given({ ...of, leadId: lead === undefined ? undefined : `lead${String(lead)}` }),
      },
    },
  ])

export const costStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(MINUTE),
    kind: fc.constantFrom('leads', 'outreach', 'staff'),
    amount: money,
    days: fc.integer({ min: 1, max: 20 }),
    agent: maybe(fc.constantFrom('cy', 'eve')),
  })
  .map(({ atMs, kind, amount, days, agent }) => (n) => [
    {
      source: CRM,
      type: 'cost.recorded',
      atMs,
      data: {
        costId: `cost${n}`,
        kind,
        amount,
        from: new Date(atMs - days * DAY).toISOString(),
        to: new Date(atMs).toISOString(),
        ...given({ agent }),
      },
    },
  ])

/** A contact of another story, or one that nobody tells of. */
const namedContact = fc.nat(45).map((n) => `/pbx/1#c${String(n)}`)
const sections = ['productKnowledge', 'technicalKnowledge', 'communication', 'problemSolving']
export const evaluationStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(MINUTE),
    agent: fc.constantFrom('ana', 'bo', 'cy', 'dan'),
    channel: fc.constantFrom('voice', 'email'),
    scores: fc.array(fc.nat(10), { minLength: 4, maxLength: 4 }),
    criticalFailure: maybe(fc.boolean()),
    purpose: maybe(fc.constantFrom('score', 'calibration', 'calibration'), 2),
    steps: fc.array(
      fc.record({
        after: gap,
        status: fc.constantFrom('disputed', 'revised', 'withdrawn'),
        scores: fc.array(fc.nat(10), { minLength: 4, maxLength: 4 }),
      }),
      { maxLength: 2 },
    ),
    handledAgo: fc.integer({ min: 1, max: 5 * DAY }),
    contactId: maybe(namedContact),
    /** Others who score the same for calibration, each as many points. */
    others: fc.array(fc.nat(40), { maxLength: 3 }),
  })
  .map((of) => (n) => {
    const said: Said[] = []
    let atMs = of.atMs
    const say = (status: string, scores: readonly number[], by = '') =>
      void said.push({
        source: '/qa/1/scores',
        type: 'evaluation.recorded',
        atMs,
        data: {
          evaluationId: `eval${n}${by}`,
          form: 'calls',
          formVersion: '1',
          evaluator: 'eva',
          agent: of.agent,
          channel: of.channel,
          status,
          score: scores.reduce((sum, score) => sum + score, 0),
          possible: 40,
          sections: sections.map((id, i) => ({
            id,
            score: Math.min(10, scores[i] ?? 0),
            possible: 10,
          })),
          handledAt: new Date(of.atMs - of.handledAgo).toISOString(),
          ...given({
            criticalFailure: of.criticalFailure,
            purpose: of.purpose,
            contactId: of.contactId,
          }),
        },
      })
    say('released', of.scores)
    for (const { after, status, scores } of of.steps) {
      atMs += after
      say(status, scores)
    }
    if (of.purpose === 'calibration') {
      of.others.forEach((points, i) => {
        say('released', [points, 0, 0, 0], `/${String(i)}`)
      })
    }
    return said
  })

export const surveyStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(MINUTE),
    audience: fc.constantFrom('customer', 'fieldSales', 'partner'),
    asks: fc.constantFrom(
      { kind: 'csat', scale: { min: 1, max: 5 } },
      { kind: 'csat', scale: { min: 1, max: 3 } },
      { kind: 'nps', scale: { min: 0, max: 10 } },
      { kind: 'ces', scale: { min: 1, max: 7 } },
      { kind: 'fcr', scale: { min: 0, max: 1 } },
      { kind: 'fcr', scale: { min: 1, max: 5 } },
    ),
    contactId: maybe(namedContact),
    height: fc.double({ min: 0, max: 1, noNaN: true }),
    agent: maybe(fc.constantFrom('ana', 'bo', 'cy'), 3),
    queue: maybe(fc.constantFrom('sales', '700', 'support'), 3),
    isSent: fc.constantFrom(true, true, false),
    answeredAfter: maybe(gap, 3),
  })
  .map((of) => (n) => {
    const { kind, scale } = of.asks
    const base = {
      responseId: `reply${n}`,
      survey: 'after',
      audience: of.audience,
      kind,
      ...given({ agent: of.agent, queue: of.queue, contactId: of.contactId }),
    }
    const said: Said[] = []
    const source = '/survey/1/feed'
    if (of.isSent) said.push({ source, type: 'survey.sent', atMs: of.atMs, data: base })
    if (of.answeredAfter !== undefined) {
      // Every third is as pleased as can be.
      const height = n % 3 === 0 ? 1 : of.height
      const score = scale.min + Math.round(height * (scale.max - scale.min))
      said.push({
        source,
        type: 'survey.answered',
        atMs: of.atMs + of.answeredAfter,
        data: { ...base, score, scale },
      })
    }
    return said
  })

export const mailStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(HOUR),
    queue: fc.constantFrom('mail', 'orders'),
    customer: maybe(fc.constantFrom('+491', '+492', 'mia@example.com'), 2),
    steps: fc.array(
      fc.record({
        after: gap,
        what: fc.constantFrom('customer', 'agent', 'automation', 'agent', 'solved', 'moved'),
        to: fc.constantFrom('mail', 'orders'),
        /** Said with whatever is said of the case, or as its change. */
        isField: fc.boolean(),
        agent: fc.constantFrom('ana', 'ana@example.com', 'bo', 'cy'),
        receivedBefore: maybe(fc.integer({ min: 0, max: 900 })),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ atMs: startMs, queue, customer, steps }) => (n) => {
    const said: Said[] = []
    let atMs = startMs
    const base = { threadId: `t${n}`, caseId: `k${n}`, queue }
    const none = { receivedBefore: undefined, to: queue, isField: false }
    const first = { ...none, after: 0, what: 'customer' as const, agent: 'ana' }
    ;[first, ...steps].forEach(({ after, what, agent, receivedBefore, to, isField }, i) => {
      atMs += after
      if (what === 'moved') {
        const change = isField
          ? { field: 'queue', to }
          : { field: 'priority', to: 'high', queue: to }
        said.push({
          source: '/mail/1/feed',
          type: 'case.changed',
          atMs,
          data: { caseId: `k${n}`, ...change },
        })
        return
      }
      if (what === 'solved') {
        said.push({
          source: '/mail/1/feed',
          type: 'case.changed',
          atMs,
          data: { caseId: `k${n}`, field: 'status', to: 'done', statusClass: 'solved', agent },
        })
        return
      }
      const received =
        receivedBefore === undefined || what !== 'customer'
          ? {}
          : { receivedAt: new Date(atMs - receivedBefore).toISOString() }
      said.push({
        source: '/mail/1/feed',
        type: 'message.recorded',
        atMs,
        data: {
          ...base,
          messageId: `<${String(i)}.${n}@example>`,
          direction: what === 'customer' ? 'inbound' : 'outbound',
          author: what,
          ...(what === 'agent' && { agent }),
          ...(what === 'customer' && given({ customer })),
          ...received,
        },
      })
    })
    return said
  })

export const outreachStory: fc.Arbitrary<Story> = fc
  .record({
    atMs: begins(HOUR),
    system: fc.constantFrom('/mail/1', '/mail/2'),
    agent: maybe(owner, 5),
    account,
    lead: maybe(fc.nat(30), 2),
    tracks: fc.subarray(['bounced', 'opened', 'clicked', 'replied', 'machine'] as const),
    replies: fc.boolean(),
  })
  .map((of) => (n) => {
    const messageId = `<out.${n}@example>`
    const source = `${of.system}/outreach`
    const said: Said[] = [
      {
        source,
        type: 'message.recorded',
        atMs: of.atMs,
        data: {
          messageId,
          threadId: `out${n}`,
          direction: 'outbound',
          author: 'agent',
          outreach: true,
          ...given({
            agent: of.agent,
            account: of.account,
            leadId: of.lead === undefined ? undefined : `lead${String(of.lead)}`,
          }),
        },
      },
    ]
    const track = (name: string, i: number, more = {}) =>
      void said.push({
        source,
        type: 'message.tracked',
        atMs: of.atMs + (i + 1) * 60_100,
        data: { messageId, track: name, ...more },
      })
    if (of.system === '/mail/1' && !of.tracks.includes('bounced')) track('delivered', 0)
    of.tracks.forEach((name, i) => {
      if (name !== 'machine') track(name, i + 1)
      else if (!of.tracks.includes('opened')) track('opened', i + 1, { machine: true })
    })
    if (of.replies) {
      said.push({
        source,
        type: 'message.recorded',
        atMs: of.atMs + 50 * MINUTE,
        data: {
          messageId: `<back.${n}@example>`,
          threadId: `out${n}`,
          direction: 'inbound',
          author: 'customer',
          inReplyTo: messageId,
          ...given({ account: of.account }),
        },
      })
    }
    return said
  })
