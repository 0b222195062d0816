import type { Channel } from '../../shared/events/fields.ts'
import { isDefinedAt } from '../../shared/metrics/evaluate.ts'
import { metricIds } from '../../shared/metrics/registry.ts'
import { parseScope, scopeText } from '../../shared/scope.ts'
import type { Scope } from '../../shared/scope.ts'
import { DAY, directory, HOUR, MINUTE, MOVED_MS, NOW_MS } from './center.ts'
import type { History } from './histories.ts'
import { judge, judgedIds } from './judge.ts'
import { product } from './product.ts'

/** The oracle's answers beside the product's, at many scopes, spans and channels. */

const scopes = [
  'center',
  'site:tokyo',
  'site:berlin',
  'team:inside',
  'team:desk',
  'team:remote',
  'queue:sales',
  'queue:support',
  'queue:web',
  'queue:mail',
  'queue:orders',
  'agent:ana',
  'agent:bo',
  'agent:cy',
  'agent:dan',
].map((text) => parseScope(text)!)
const spans = [
  { fromMs: NOW_MS - 400 * DAY, toMs: NOW_MS + 2 * DAY },
  { fromMs: NOW_MS - 30 * MINUTE + 123, toMs: NOW_MS - 10 * MINUTE },
  { fromMs: NOW_MS - 9 * HOUR, toMs: NOW_MS },
  { fromMs: MOVED_MS - 2 * DAY, toMs: MOVED_MS + DAY },
]
const channels: Channel[] = ['voice', 'chat']

/** A forecast is of a queue and of its own channel; at a center it mixes those of its queues. */
const forecasts = ['expectedWait', 'projectedServiceLevel', 'agentsRequired']
function isAsked(id: string, scope: Scope, channel: Channel): boolean {
  if (!forecasts.includes(id)) return true
  if (scope.kind !== 'queue') return false
  const queue = directory.queues.find(({ key }) => key === scope.key)
  return (queue?.channel ?? 'voice') === channel
}

/** Percentiles are told from a histogram, and forecasts by other numerical means. */
const toleranceOf = (id: string): number =>
  id.startsWith('waitP') ? 0.05 : id === 'projectedServiceLevel' ? 1e-3 : 1e-9

function isSame(id: string, one: number | null, other: number | null): boolean {
  if (one === null || other === null) return one === other
  return Math.abs(one - other) <= toleranceOf(id) * Math.max(1e-9, Math.abs(one), Math.abs(other))
}

export const compared = new Set<string>()

export function differences({ events, arrivals, restarts }: History): string[] {
  const oracle = judge(events, directory, NOW_MS)
  const ours = product(arrivals, restarts, directory, NOW_MS)

  const found: string[] = []
  const compare = (id: (typeof metricIds)[number], scope: Scope, channel: Channel) => {
    spans.forEach((span, index) => {
      const key = { kind: scope.kind, key: scope.kind === 'center' ? '' : scope.key }
      const right = oracle.value(id, key, span, channel)
      const told = ours.value(id, scope, span, channel)
      compared.add(id)

      const where = `${id} ${scopeText(scope)} span ${String(index)} ${channel}`
      if (!isSame(id, told.value, right)) {
        found.push(
          `${where}: told ${String(told.value)}, is ${String(right)} ${JSON.stringify(told.parts)}`,
        )
      }
      const byDetail = oracle.breakdown(id, key, span, channel)
      if (byDetail && told.breakdown) {
        const ranked: Record<string, number> = Object.fromEntries(
          told.breakdown.map((row) => [row.key ?? '', row.amount] as const),
        )
        const expected = Object.fromEntries([...byDetail].sort())
        if (
          JSON.stringify(Object.fromEntries(Object.entries(ranked).sort())) !==
          JSON.stringify(expected)
        ) {
          found.push(`${where}: told ${JSON.stringify(ranked)}, is ${JSON.stringify(expected)}`)
        }
      }
    })
  }
  for (const id of metricIds) {
    if (!judgedIds.includes(id)) continue
    for (const scope of scopes) {
      if (!isDefinedAt(id, scope.kind)) continue
      for (const channel of channels) if (isAsked(id, scope, channel)) compare(id, scope, channel)
    }
  }
  return found
}
