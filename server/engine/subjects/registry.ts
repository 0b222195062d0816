import { activity } from './activity.ts'
import { agentTime } from './agentTime/agentTime.ts'
import { attempt } from './attempt.ts'
import { callback } from './callback.ts'
import { caseSubject } from './case.ts'
import { contact } from './contact/contact.ts'
import { cost } from './cost.ts'
import { customer } from './customer/customer.ts'
import { evaluation } from './evaluation.ts'
import type { Kind } from './kind.ts'
import { lead } from './lead.ts'
import { matter } from './matter.ts'
import { opportunity } from './opportunity/opportunity.ts'
import { order } from './order.ts'
import { plan } from './plan.ts'
import { quote } from './quote.ts'
import { stored } from './stored.ts'
import { survey } from './survey.ts'
import { system } from './system.ts'
import { thread } from './thread/thread.ts'
import { trackedMessage } from './trackedMessage.ts'

/** Every kind of subject, by the first part of its keys. */
export const kinds = {
  contact,
  agentTime,
  callback,
  matter,
  plan,
  system,
  // What there is of an agent; the fold keeps these in step, they derive nothing.
  agent: stored,
  agentDay: stored,
  attempt,
  thread,
  case: caseSubject,
  trackedMessage,
  lead,
  opportunity,
  quote,
  order,
  customer,
  activity,
  cost,
  evaluation,
  survey,
  snapshot: stored,
} as const satisfies Record<string, Kind>

export type Kinds = Readonly<Record<string, Kind>>
