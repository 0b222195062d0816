import type { Counter } from './counters/counter.ts'
import { customerCounters } from './counters/customers.ts'
import { emailCounters } from './counters/email.ts'
import { outboundCounters } from './counters/outbound.ts'
import { pipelineCounters } from './counters/pipeline.ts'
import { qualityCounters } from './counters/quality.ts'
import { orderCounters } from './counters/orders.ts'
import { queueCounters } from './counters/queues.ts'
import { staffCounters } from './counters/staff.ts'
import { satisfactionCounters } from './counters/satisfaction.ts'

/** Every counter of the ledger, family by family. */
export const counters = {
  ...queueCounters,
  ...customerCounters,
  ...outboundCounters,
  ...pipelineCounters,
  ...staffCounters,
  ...qualityCounters,
  ...satisfactionCounters,
  ...emailCounters,
  ...orderCounters,
} as const satisfies Record<string, Counter>

export type CounterId = keyof typeof counters
export const counterIds = Object.keys(counters) as readonly CounterId[]

/** What is to be known of a counter. */
export function counterOf(id: CounterId): Counter {
  return counters[id]
}
