/** How good a queue's expected wait has been, from what the books hold of the last hour and a half. */
import type { CounterId } from '../../../shared/counters.ts'
import type { Span } from '../../../shared/entry.ts'
import type { Channel } from '../../../shared/events/fields.ts'
import {
  BASIS_MS,
  judgePastWaits,
  JUDGED_MS,
  LONGEST_JUDGED_MS,
  type PastWaits,
} from '../../../shared/pastWaits.ts'
import type { ScopeKind } from '../../../shared/scope.ts'
import { cellsOf, touching } from './balances.ts'
import type { Committed } from './committed.ts'
import { readPresent } from './present.ts'
import { handleCounters } from './staffing.ts'

const arrivals = ['visitsOffered'] as const satisfies readonly CounterId[]
/** Each visit that is over has one of these. */
const departures = [
  'visitsAnswered',
  'abandonedShort',
  'abandonedInTime',
  'abandonedPassed',
  'flowedOut',
  'visitsFailed',
  'visitsLost',
] as const satisfies readonly CounterId[]
const staffedCounters = [
  'availableMs',
  'ringingMs',
  'onContactMs',
  'wrapUpMs',
] as const satisfies readonly CounterId[]

type Row = {
  subject: string
  counter: string
  fromMs: number
  toMs: number
  amount: number
  agent: string
  queue: string
}

/** The judgement at a committed place, of a queue and its channel, with whom it has now. */
export async function readPastWaits(
  committed: Committed,
  queue: { key: string; channel: Channel; waiting: number; agents: readonly string[] },
  nowMs: number,
): Promise<PastWaits> {
  const span: Span = { fromMs: nowMs - JUDGED_MS - LONGEST_JUDGED_MS, toMs: nowMs + 1 }
  const basis: Span = { ...span, fromMs: span.fromMs - BASIS_MS }
  const inQueue = { kind: 'queue', keys: [queue.key], channel: queue.channel } as const
  const ofAgents = { kind: 'agent', keys: queue.agents, channel: null } as const
  const visits = await readNet(committed, inQueue, span, [
    ...arrivals,
    ...departures,
    'answeredWaitMs',
  ])
  const handlings = await readNet(committed, inQueue, basis, ['handled', ...handleCounters])
  const handleTimes = await readNet(committed, ofAgents, basis, handleCounters)
  const staffed = await readNet(committed, ofAgents, span, staffedCounters)

  const instantsOf = (counters: readonly CounterId[]): number[] =>
    visits.filter(isOf(counters)).flatMap(({ fromMs, amount }) => repeated(fromMs, amount))
  const waits = new Map(
    visits.filter(isOf(['answeredWaitMs'])).map((row) => [visitOf(row), row.amount]),
  )
  return judgePastWaits({
    nowMs,
    waitingNow: queue.waiting,
    arrivals: instantsOf(arrivals),
    departures: instantsOf(departures),
    answered: visits
      .filter(isOf(['visitsAnswered']))
      .map((row) => ({ atMs: row.fromMs, waitMs: waits.get(visitOf(row)) ?? 0 })),
    handlings: handlings.map(({ counter, fromMs, amount }) => ({
      atMs: fromMs,
      handled: counter === 'handled' ? amount : 0,
      handleMs: counter === 'handled' ? 0 : amount,
    })),
    handleTimes: handleTimes.map((row) => ({
      atMs: row.fromMs,
      agent: row.agent,
      here: row.queue === queue.key,
      handleMs: row.amount,
    })),
    staffed: [
      ...staffed.map(({ agent, counter, fromMs, toMs }) => ({
        ...{ agent, fromMs, toMs },
        available: counter === 'availableMs',
      })),
      ...(await staffedOn(committed, queue.agents)),
    ],
  })
}

/** The states that agents are still in: since when. */
async function staffedOn(committed: Committed, agents: readonly string[]) {
  const present = await readPresent(committed)
  return present.flatMap(({ accruals }) =>
    accruals.flatMap((accrual) => {
      const { agent, counter } = accrual
      if (accrual.accrues !== 'time' || agent === null || !agents.includes(agent)) return []
      if (!isOf(staffedCounters)(accrual)) return []
      const { fromMs, untilMs } = accrual
      return [{ agent, fromMs, toMs: untilMs ?? Infinity, available: counter === 'availableMs' }]
    }),
  )
}

const isOf =
  (counters: readonly CounterId[]) =>
  ({ counter }: { counter: string }): boolean =>
    counters.some((each) => each === counter)

const visitOf = ({ subject, fromMs }: Row): string => `${subject}\n${String(fromMs)}`

/** An instant once for each: two visits of one contact may come at one. */
const repeated = (atMs: number, times: number): number[] =>
  Array.from({ length: Math.max(0, times) }, () => atMs)

/** The entries of a scope that touch a span, net of corrections. */
async function readNet(
  { reading, center }: Committed,
  scope: { kind: ScopeKind; keys: readonly string[]; channel: Channel | null },
  span: Span,
  counters: readonly CounterId[],
): Promise<Row[]> {
  if (scope.keys.length === 0) return []
  const rows = await reading
    .selectFrom('entry as e')
    .innerJoin('cell as c', (join) =>
      join.onRef('c.center', '=', 'e.center').onRef('c.id', '=', 'e.cell'),
    )
    .select(['e.subject', 'e.counter', 'e.fromMs', 'e.toMs', 'e.amount', 'c.agent', 'c.queue'])
    .where('e.center', '=', center)
    .where(touching(span, counters))
    .where(cellsOf({ channel: scope.channel, queue: null, filters: null }, scope.kind, scope.keys))
    .execute()
  const net = new Map<string, Row>()
  for (const row of rows) {
    const { subject, counter, fromMs, toMs, agent, queue, amount } = row
    const key = JSON.stringify([subject, counter, fromMs, toMs, agent, queue])
    net.set(key, { ...row, amount: (net.get(key)?.amount ?? 0) + amount })
  }
  return [...net.values()].filter(({ amount }) => amount !== 0)
}
