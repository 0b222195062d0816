import type { Contact } from './calls.ts'
import type { Fact } from './facts.ts'
import { number, reference, text } from './facts.ts'
import { ratio } from './marks.ts'
import type { Formula, Mark } from './marks.ts'
import type { World } from './world.ts'

/** Group 2: dials, and what else is done to win somebody. */
export type Dial = {
  atMs: number
  agent: string | null
  isConversation: boolean
  leadId: string | null
  account: string | null
  system: string
}

/** Every dial: told of by its feed, or implied by an outbound contact that no attempt names. */
export function dialsOf(
  facts: readonly Fact[],
  contacts: readonly Contact[],
  world: World,
): Dial[] {
  const attempted = facts.filter(({ type }) => type === 'outbound.attempted')
  const completed = facts.filter(({ type }) => type === 'outbound.completed')
  const named = new Set<string>()
  const told = attempted.map((fact): Dial => {
    const contactId = text(fact, 'contactId')
    if (contactId !== null) {
      const { system, id } = reference(contactId, fact.system)
      named.add(`${system}#${id}`)
    }
    named.add(`${fact.system}#${fact.name}`)
    const agent = text(fact, 'agent')
    const end = completed.find(({ system, name }) => system === fact.system && name === fact.name)
    return {
      atMs: fact.atMs,
      agent: agent === null ? null : world.agent(agent),
      isConversation: text(end, 'result') === 'connected',
      leadId: text(fact, 'leadId'),
      account: text(fact, 'account'),
      system: fact.system,
    }
  })
  const implied = contacts
    .filter(({ key, direction }) => direction === 'outbound' && !named.has(key))
    .map(({ startedMs, legs, system }): Dial => {
      const first = legs
        .filter(({ role }) => role === 'primary')
        .sort((one, other) => one.fromMs - other.fromMs)[0]
      return {
        atMs: startedMs,
        agent: first?.agent ?? null,
        isConversation: first !== undefined,
        leadId: null,
        account: null,
        system,
      }
    })
  return [...told, ...implied]
}

export function outboundMarks(
  facts: readonly Fact[],
  dials: readonly Dial[],
  world: World,
): Mark[] {
  const marks: Mark[] = dials.flatMap(({ atMs, agent, isConversation }) => {
    const of = { atMs, amount: 1, agent, ...world.agentPlace(agent, atMs) }
    return [{ of: 'dials', ...of }, ...(isConversation ? [{ of: 'conversations', ...of }] : [])]
  })
  for (const fact of facts.filter(({ type }) => type === 'activity.recorded')) {
    const name = text(fact, 'agent')
    const agent = name === null ? null : world.agent(name)
    const kind = text(fact, 'kind')!
    const of = { atMs: fact.atMs, agent, ...world.agentPlace(agent, fact.atMs) }
    marks.push({ of: `did.${kind}`, amount: 1, ...of })
    marks.push({ of: `times.${kind}`, amount: number(fact, 'count') ?? 1, ...of })
    if (kind === 'referral' && text(fact, 'leadId') === null) {
      marks.push({ of: 'referrals', amount: 1, ...of })
    }
  }
  return marks
}

const perOutbound =
  (...names: string[]): Formula =>
  ({ of }) =>
    ratio(of(...names), of('outbound.handled'))

export const outboundMetrics: Record<string, Formula> = {
  outboundCalls: ({ of }) => of('dials'),
  conversations: ({ of }) => of('conversations'),
  connectRate: ({ of }) => ratio(of('conversations'), of('dials')),
  talkTime: ({ of }) => of('talk.any'),
  outboundAverageTalkTime: perOutbound('outbound.talk'),
  outboundAverageWrapTime: perOutbound('outbound.wrap', 'outbound.wrap.due'),
  outboundAverageHandleTime: perOutbound(
    'outbound.talk',
    'outbound.hold',
    'outbound.wrap',
    'outbound.wrap.due',
  ),
  approaches: ({ of }) =>
    of('dials', 'mail.outreach', 'did.directMail', 'did.socialMessage', 'did.adPlacement'),
  appointments: ({ of }) => of('did.appointment'),
  validAppointments: ({ of }) => of('did.validAppointment'),
  demosCompleted: ({ of }) => of('did.demo'),
  activityVolume: ({ of }) => of('dials', 'mail.sent', 'did.appointment'),
  siteVisits: ({ of }) => of('times.siteVisit'),
  socialActions: ({ of }) => of('times.socialAction'),
  adClicks: ({ of }) => of('times.adClick'),
  documentRequests: ({ of }) => of('did.documentRequest'),
}
