import type { Event } from '../../shared/events/event.ts'
import { agentLines, agentMarks, agentMetrics } from './agents.ts'
import { contactsOf } from './calls.ts'
import { expectedMetrics } from './catalogue.ts'
import { customerMetrics } from './customers.ts'
import { factsOf } from './facts.ts'
import { liveMetrics } from './live.ts'
import type { Now } from './live.ts'
import { bookOf, ratio, sumsOf } from './marks.ts'
import type { Asked, Formula, Mark, Sums } from './marks.ts'
import type { Scope, Span } from './span.ts'
import { mailMetrics, mailOf } from './mail.ts'
import { firstContacts, inquiryMarks, matterMetrics, touchesOf } from './matters.ts'
import { orderMarks, orderMetrics } from './orders.ts'
import { dialsOf, outboundMarks, outboundMetrics } from './outbound.ts'
import { peopleOf, quotasAt, repsWithQuota } from './people.ts'
import { lastMonthOf, previousOf } from './periods.ts'
import { pipelineMarks, pipelineMetrics } from './pipeline.ts'
import { answersOf, creditsOf, qualityMarks, qualityMetrics, surveyMarks } from './quality.ts'
import { callbackMarks, queueMarks, queueMetrics } from './queues.ts'
import { endWraps } from './wraps.ts'
import { worldOf } from './world.ts'
import type { Put, World } from './world.ts'

/** Every metric that the oracle can tell, straight from a list of events and a directory. */
const formulas: Record<string, Formula> = {
  ...queueMetrics,
  ...agentMetrics,
  ...outboundMetrics,
  ...mailMetrics,
  ...pipelineMetrics,
  ...orderMetrics,
  ...qualityMetrics,
  ...matterMetrics,
  ...customerMetrics,
}

/** Metrics of other metrics: `ask` tells the value of one. */
type Ask = (id: string, scope: Scope, span: Span) => number | null
type Relative = (
  ask: Ask,
  of: string | null,
  asked: { scope: Scope; span: Span; world: World; nowMs: number },
) => number | null
const isBetterLower = (id: string) =>
  expectedMetrics.find((metric) => metric.id === id)?.better === 'lower'
const isAt = (id: string, { kind }: Scope) =>
  expectedMetrics.some((metric) => metric.id === id && metric.scopes.includes(kind))

const relatives: Record<string, Relative> = {
  improvementRate: (ask, of, { scope, span, world, nowMs }) => {
    const id = of ?? 'winRate'
    if (!isAt(id, scope)) return null
    const now = ask(id, scope, span)
    const last = ask(id, scope, previousOf(span, world, nowMs))
    if (now === null || last === null) return null
    return isBetterLower(id) ? ratio(last, now) : ratio(now, last)
  },
  quotaAttainment: (ask, of, { scope, span, world }) => {
    const [first] = [...quotasAt(scope, span, world, of)].sort(([one], [other]) =>
      one < other ? -1 : 1,
    )
    if (!first || !isAt(first[0], scope)) return null
    const [metric, target] = first
    const value = ask(metric, scope, span)
    return value === null || target <= 0 ? null : value / target
  },
  repsAtQuota: (ask, _, { scope, span, world }) => {
    const reps = repsWithQuota(scope, span, world)
    const reached = reps.filter(({ agent, quotas }) =>
      [...quotas].every(
        ([metric, target]) => (ask(metric, { kind: 'agent', key: agent }, span) ?? -1) >= target,
      ),
    )
    return ratio(reached.length, reps.length)
  },
}

export type Judge = {
  marks: readonly Mark[]
  /** `of` says what a metric of another metric is of; null: what is usual. */
  value: (id: string, asked: Asked, of?: string | null) => number | null
  /** What is told beside a value, by the name of the part. */
  beside: (id: string, asked: Asked) => Record<string, number>
  breakdown: (id: string, asked: Asked) => Map<string, number> | null
}

/** The mark whose details a breakdown is of. */
const breakdowns: Record<string, string> = {
  contactReasons: 'reasons',
  stageTransitions: 'transitions',
  productMix: 'products',
}
/** Points and places are counted in ten-thousandths. */
const POINT = 10_000
const besides: Record<string, (sums: Sums) => Record<string, number>> = {
  pipelineValue: ({ level }) => ({ weighted: level('open.weighted') }),
  callQualityScore: ({ of }) => ({ raw: of('call.raw') * POINT }),
  emailQualityScore: ({ of }) => ({ raw: of('mail.raw') * POINT }),
  customerSatisfaction: ({ of }) => ({ places: of('customer.csat.height') * POINT }),
  fieldSalesSatisfaction: ({ of }) => ({ places: of('fieldSales.csat.height') * POINT }),
  partnerSatisfaction: ({ of }) => ({ places: of('partner.csat.height') * POINT }),
}

export function judge(events: readonly Event[], puts: readonly Put[], nowMs: number): Judge {
  const world = worldOf(puts)
  const facts = factsOf(
    events.filter(({ atMs }) => atMs <= nowMs),
    world,
  )
  const contacts = contactsOf(facts, world)
  endWraps(contacts, facts, world, nowMs)
  const lines = agentLines(facts, contacts, world, nowMs)
  const dials = dialsOf(facts, contacts, world)
  const mail = mailOf(facts, world, nowMs)
  const credits = creditsOf(contacts)
  const answers = answersOf(facts)
  const calls = touchesOf(contacts)
  const touches = [...calls, ...mail.touches]
  const voice = { first: 'first', resolved: 'first.resolved' }
  const any = { first: 'any', resolved: 'any.resolved' }
  const marks: Mark[] = [
    ...outboundMarks(facts, dials, world),
    ...mail.marks,
    ...pipelineMarks(facts, dials, world),
    ...orderMarks(facts, world),
    ...qualityMarks(facts, credits, world),
    ...surveyMarks(facts, credits, world),
    ...queueMarks(contacts, world, nowMs),
    ...callbackMarks(facts, contacts, world),
    ...agentMarks(lines, facts, world),
    ...firstContacts(calls, world, voice, false, answers),
    ...firstContacts(touches, world, any, true, answers),
    ...inquiryMarks(touches, world),
  ]
  const book = bookOf(marks)
  const now: Now = { world, nowMs, marks, contacts, lines, openTurns: mail.openTurns }

  const sums = (asked: Asked): Sums => ({
    ...sumsOf(book, asked),
    world,
    previous: () => sums({ ...asked, span: previousOf(asked.span, world, nowMs) }),
    lastMonth: () => sums({ ...asked, span: lastMonthOf(asked.span, world, nowMs) }),
    people: () => peopleOf(asked.scope, asked.span, world, nowMs),
  })
  const value: Judge['value'] = (id, asked, of = null) => {
    const { scope, span, channel } = asked
    const gauge = liveMetrics[id]
    if (gauge) return gauge(now, scope, channel ?? '')
    const relative = relatives[id]
    if (relative) {
      const ask: Ask = (other, where, when) =>
        isAt(other, where) ? value(other, { scope: where, span: when, channel }) : null
      return relative(ask, of, { scope, span, world, nowMs })
    }
    const formula = formulas[id]
    if (!formula) throw new Error(`The oracle does not know ${id}`)
    return formula(sums(asked))
  }
  return {
    marks,
    value,
    beside: (id, asked) => besides[id]?.(sums(asked)) ?? {},
    breakdown: (id, asked) => {
      const of = breakdowns[id]
      return of === undefined ? null : sumsOf(book, asked).details(of)
    },
  }
}
