import type { Directory } from '../../shared/directory.ts'
import type { Event } from '../../shared/events/event.ts'
import { agentLines, agentMarks, agentMetrics } from './agents.ts'
import { contactsOf } from './calls.ts'
import { factsOf } from './facts.ts'
import { liveMetrics } from './live.ts'
import type { Now } from './live.ts'
import { bookOf, sumsOf } from './marks.ts'
import type { Formula, Mark, Scope, Span } from './marks.ts'
import { mailMetrics, mailOf } from './mail.ts'
import { firstContacts, touchesOf } from './matters.ts'
import { orderMarks, orderMetrics } from './orders.ts'
import { dialsOf, outboundMarks, outboundMetrics } from './outbound.ts'
import { pipelineMarks, pipelineMetrics } from './pipeline.ts'
import { qualityMarks, qualityMetrics, surveyMarks } from './quality.ts'
import { callbackMarks, queueMarks, queueMetrics } from './queues.ts'
import { worldOf } from './world.ts'

/** Every metric that the oracle can tell, straight from a list of events and a directory. */
const formulas: Record<string, Formula> = {
  ...queueMetrics,
  ...agentMetrics,
  ...outboundMetrics,
  ...mailMetrics,
  ...pipelineMetrics,
  ...orderMetrics,
  ...qualityMetrics,
}

export const judgedIds: readonly string[] = [...Object.keys(formulas), ...Object.keys(liveMetrics)]

/** Metrics of the registry about which the oracle says nothing yet. */
export const unjudgedIds: readonly string[] = [
  'dormantReactivations',
  'inquiries',
  'transactionFirstContactResolution',
  'leadConversionRate',
  'stageTransitions',
  'pipelineValue',
  'evaluatorAgreement',
  'productMix',
  'opportunitiesPerRep',
  'monthlyRecurringRevenue',
  'monthlyRevenuePerCustomer',
  'activeCustomers',
  'salesPerContract',
  'salesPerCustomer',
  'customerChurnRate',
  'customerRetentionRate',
  'customerLifetimeValue',
  'salesGrowth',
  'improvementRate',
  'quotaAttainment',
  'repsAtQuota',
  'revenuePerRep',
  'revenueToEarnings',
  'repTenure',
]

export type Judge = {
  marks: readonly Mark[]
  value: (id: string, scope: Scope, span: Span, channel: string) => number | null
  breakdown: (id: string, scope: Scope, span: Span, channel: string) => Map<string, number> | null
}

/** The mark whose details a breakdown is of. */
const breakdowns: Record<string, string> = { contactReasons: 'reasons' }

export function judge(events: readonly Event[], directory: Directory, nowMs: number): Judge {
  const world = worldOf(directory)
  const facts = factsOf(
    events.filter(({ atMs }) => atMs <= nowMs),
    world,
  )
  const contacts = contactsOf(facts, world, nowMs)
  const lines = agentLines(facts, contacts, world, nowMs)
  const dials = dialsOf(facts, contacts, world)
  const mail = mailOf(facts, world, nowMs)
  const marks: Mark[] = [
    ...outboundMarks(facts, dials, world),
    ...mail.marks,
    ...pipelineMarks(facts, dials, world),
    ...orderMarks(facts, world),
    ...qualityMarks(facts, world),
    ...surveyMarks(facts, world),
    ...queueMarks(contacts, world, nowMs),
    ...callbackMarks(facts, contacts, world),
    ...agentMarks(lines, facts, world),
    ...firstContacts(
      touchesOf(contacts),
      world,
      { first: 'first', resolved: 'first.resolved' },
      false,
    ),
  ]
  const book = bookOf(marks)
  const now: Now = { world, nowMs, marks, contacts, lines, openTurns: mail.openTurns }
  return {
    marks,
    value: (id, scope, span, channel) => {
      const gauge = liveMetrics[id]
      if (gauge) return gauge(now, scope, channel)
      const formula = formulas[id]
      if (!formula) throw new Error(`The oracle does not know ${id}`)
      return formula(sumsOf(book, { scope, span, channel }))
    },
    breakdown: (id, scope, span, channel) => {
      const of = breakdowns[id]
      return of === undefined ? null : sumsOf(book, { scope, span, channel }).details(of)
    },
  }
}
