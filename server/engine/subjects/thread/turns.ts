import { isOf } from '../../facts.ts'
import type { Standing } from '../../facts.ts'
import type { CaseFeed } from '../case.ts'
import { objectKey } from '../keys.ts'
import type { DeriveInput } from '../kind.ts'

/**
 * The turns of a mail thread: what a customer wrote since the last word of an agent.
 *
 *     nothing open ── customer writes ──► a turn waits ──┬── an agent writes ──► answered
 *                                                        └── its case is closed ──► closed
 *
 * Automation neither opens a turn nor answers one. A case closes the turns of the threads whose
 * messages name it; put into another queue, it takes the turn that waits there, which is that queue's
 * from its beginning.
 */
export type Turn = {
  /** When the first of its messages was received. */
  sinceMs: number
  /** As the feed names it: where its case was put, else said by its messages, else before them. */
  queue: string | null
  customer: string | null
  /** Whether a contact tells of its messages as well. */
  isContact: boolean
  /** Null while it waits. The agent as the feed names it; null: nobody is named. */
  end: {
    how: 'answered' | 'closed'
    atMs: number
    agent: string | null
    /** The feed that told of the reply, where no contact tells of it as well; null: one does. */
    untimedBy: string | null
  } | null
}

export type Message = Standing<'message.recorded'>

/** When a message counts as received or sent. */
export const messageMs = ({ atMs, data }: Message): number =>
  data.direction === 'inbound' ? (data.receivedAt ?? atMs) : atMs

/** The messages of a thread in the order in which they were received or sent. */
export const messagesOf = ({ standing }: DeriveInput): Message[] =>
  standing
    .filter((fact) => isOf(fact, 'message.recorded'))
    .sort((a, b) => messageMs(a) - messageMs(b))

type Step = { atMs: number } & (
  | { kind: 'asked'; queue: string | null; customer: string | null; isContact: boolean }
  | { kind: 'answered'; queue: string | null; agent: string | null; untimedBy: string | null }
  | { kind: 'closed'; agent: string | null }
  | { kind: 'moved'; queue: string }
)
/** Of one instant, an answer is to what was asked then, and a case is moved before, closed after it. */
const order = { asked: 0, moved: 1, answered: 2, closed: 3 } as const

/** The turns of a thread, in order; only the last can be open. */
export function resolveTurns(input: DeriveInput, messages: readonly Message[]): Turn[] {
  const turns: Turn[] = []
  let open: Turn | null = null
  let queue: string | null = null
  let customer: string | null = null
  for (const step of stepsOf(input, messages)) {
    if (step.kind === 'asked') {
      if (open === null) {
        open = { sinceMs: step.atMs, queue: null, customer: null, isContact: false, end: null }
        turns.push(open)
      }
      open.queue ??= step.queue
      open.customer ??= step.customer
      open.isContact ||= step.isContact
      customer = step.customer ?? customer
    } else if (step.kind === 'moved') {
      if (open !== null) open.queue = step.queue
    } else if (open !== null) {
      const untimedBy = step.kind === 'answered' && !open.isContact ? step.untimedBy : null
      open.end = { how: step.kind, atMs: step.atMs, agent: step.agent, untimedBy }
      if (step.kind === 'answered') open.queue ??= queue ?? step.queue
      settle(open, queue, customer)
      open = null
    }
    if (step.kind !== 'closed') queue = step.queue ?? queue
  }
  if (open !== null) settle(open, queue, customer)
  return turns
}

/** What a turn's own messages left out was said before. */
function settle(turn: Turn, queue: string | null, customer: string | null): void {
  turn.queue ??= queue
  turn.customer ??= customer
}

function stepsOf({ key, fed }: DeriveInput, messages: readonly Message[]): Step[] {
  const steps: Step[] = []
  const cases = new Set<string>()
  const system = key.slice('thread'.length, key.indexOf('#'))
  for (const message of messages) {
    const { author, direction, queue = null, customer = null, agent = null } = message.data
    const { caseId, contactId } = message.data
    if (caseId !== undefined) cases.add(objectKey('case', system, caseId))
    const atMs = messageMs(message)
    if (author === 'agent' && direction === 'outbound') {
      const untimedBy = contactId === undefined ? message.source : null
      steps.push({ kind: 'answered', atMs, queue, agent, untimedBy })
    } else if (author === 'customer' && direction === 'inbound') {
      steps.push({ kind: 'asked', atMs, queue, customer, isContact: contactId !== undefined })
    }
  }
  const told = [...fed].sort((a, b) => (a.from < b.from ? -1 : 1))
  for (const { from, data } of told) {
    // A message that was taken back no longer makes the thread its case's.
    if (!cases.has(from)) continue
    // Fed by our own subject, by this type.
    const { closings, moves = [] } = data as CaseFeed
    for (const { atMs, agent } of closings) steps.push({ kind: 'closed', atMs, agent })
    for (const { atMs, queue } of moves) steps.push({ kind: 'moved', atMs, queue })
  }
  return steps.sort((a, b) => a.atMs - b.atMs || order[a.kind] - order[b.kind])
}
