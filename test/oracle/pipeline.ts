import type { Fact } from './facts.ts'
import { reference, text } from './facts.ts'
import { ratio } from './marks.ts'
import type { Formula, Mark } from './marks.ts'
import { accountOf, changes, credit, said, thingsOf } from './objects.ts'
import type { Thing } from './objects.ts'
import type { Dial } from './outbound.ts'
import type { World } from './world.ts'

/** Group 5: leads and opportunities. */

/** What a customer does is no response to the customer. */
const ofCustomers = ['siteVisit', 'socialAction', 'adClick', 'documentRequest', 'referral']
type Word = { atMs: number; system: string; leadId: string | null; account: string | null }

export function pipelineMarks(
  facts: readonly Fact[],
  dials: readonly Dial[],
  world: World,
): Mark[] {
  const leads = thingsOf(facts, 'lead.changed', 'leadId').filter(
    (lead) => changes(lead, 'created').length > 0,
  )
  const opportunities = thingsOf(facts, 'opportunity.changed', 'opportunityId').filter(
    (one) => changes(one, 'created').length > 0,
  )
  const words: Word[] = [
    ...dials,
    ...facts
      .filter(
        (fact) =>
          (fact.type === 'activity.recorded' && !ofCustomers.includes(text(fact, 'kind')!)) ||
          (fact.type === 'message.recorded' &&
            text(fact, 'direction') === 'outbound' &&
            text(fact, 'author') === 'agent'),
      )
      .map((fact) => ({
        atMs: fact.atMs,
        system: fact.system,
        leadId: text(fact, 'leadId'),
        account: text(fact, 'account'),
      })),
  ]
  const marks: Mark[] = []
  const createdMs = (thing: Thing) => changes(thing, 'created')[0]!.atMs
  const mark = (of: string, thing: Thing, atMs: number, amount = 1, detail?: string) =>
    marks.push({
      of,
      atMs,
      amount,
      ...credit(thing, atMs, world),
      ...(detail !== undefined && { detail }),
    })

  /** The first response to a lead after its creation. */
  function responseOf(lead: Thing): number | null {
    const atMs = createdMs(lead)
    const account = accountOf(lead)
    const isOf = (word: Word) => {
      if (word.leadId !== null) {
        const { system, id } = reference(word.leadId, word.system)
        return `${system}#${id}` === lead.key
      }
      if (word.account === null || account === null) return false
      const { system, id } = reference(word.account, word.system)
      return `${system}#${id}` === account
    }
    const responses = [
      ...changes(lead, 'contacted').map((fact) => fact.atMs),
      ...words.filter(isOf).map((word) => word.atMs),
    ].filter((one) => one > atMs)
    return responses.length === 0 ? null : Math.min(...responses)
  }

  const firstLead = new Map<string, Thing>()
  for (const lead of [...leads].sort((one, other) => createdMs(one) - createdMs(other))) {
    const atMs = createdMs(lead)
    mark('leads', lead, atMs)
    const account = accountOf(lead)
    if (account !== null && !firstLead.has(account)) {
      firstLead.set(account, lead)
      mark('companies', lead, atMs)
    }
    if (said(lead, 'origin') === 'referral') mark('referrals', lead, atMs)
    for (const [stage, name] of [
      ['mql', 'mql'],
      ['sql', 'sql'],
    ] as const) {
      const first = changes(lead, 'stage').find((fact) => text(fact, 'stage') === stage)
      if (first) mark(name, lead, first.atMs)
    }
    const response = responseOf(lead)
    if (said(lead, 'origin') === 'inbound' && response !== null) {
      mark('lead.responded', lead, response)
      mark('lead.response', lead, response, response - atMs)
    }
    const own = opportunities.filter((one) => leadOf(one) === lead.key)
    if (own.some((one) => reached(one, 'one', world) !== null)) mark('lead.one', lead, atMs)
    if (own.some((one) => reached(one, 'two', world) !== null)) mark('lead.two', lead, atMs)
  }
  for (const one of opportunities) opportunity(one)
  return marks

  function opportunity(one: Thing): void {
    const atMs = createdMs(one)
    const kind = said(one, 'kind') as string | null
    const isCross = kind === 'upsell' || kind === 'crosssell'
    mark('opportunities', one, atMs)
    if (isCross) mark('cross', one, atMs)
    const stageOne = reached(one, 'one', world)
    const stageTwo = reached(one, 'two', world)
    const [won] = changes(one, 'won')
    const [lost] = changes(one, 'lost')
    const amountAt = (instant: number) => {
      const last = one.facts.findLast(
        (fact) => fact.atMs <= instant && fact.data['amount'] !== undefined,
      )
      return last ? world.money(last.data['amount'], last.atMs) : null
    }
    if (stageOne !== null) {
      mark('stage.one', one, stageOne)
      if (stageTwo !== null) mark('cohort.oneTwo', one, stageOne)
    }
    if (stageTwo !== null) {
      mark('stage.two', one, stageTwo)
      mark('stage.two.value', one, stageTwo, amountAt(stageTwo) ?? 0)
      if (won) mark('cohort.won', one, stageTwo)
    }
    let stage: string | null = null
    for (const fact of one.facts) {
      const to = text(fact, 'stage')
      if (to === null || !['created', 'stage'].includes(text(fact, 'change')!)) continue
      if (stage !== null && stage !== to) {
        mark('transitions', one, fact.atMs, 1, `${stage}→${to}`)
      }
      stage = to
    }
    if (lost) {
      mark('lost', one, lost.atMs)
      if (isCross) mark('cross.lost', one, lost.atMs)
    }
    if (!won) return
    mark('won', one, won.atMs)
    if (isCross) mark('cross.won', one, won.atMs)
    if (kind === 'new') mark('won.new', one, won.atMs)
    const amount = amountAt(won.atMs)
    if (amount !== null) {
      mark('won.amount', one, won.atMs, amount)
      mark('won.priced', one, won.atMs)
      if (kind === 'new') mark('won.new.amount', one, won.atMs, amount)
      if (said(one, 'origin') === 'outbound') mark('won.outbound', one, won.atMs, amount)
    }
    const term = said(one, 'termMonths', won.atMs) as number | null
    if (term !== null) {
      mark('won.term', one, won.atMs, term)
      mark('won.termed', one, won.atMs)
    }
    const lead = leads.find(({ key }) => key === leadOf(one))
    const first = (said(one, 'firstContactAt') as number | null) ?? (lead ? responseOf(lead) : null)
    mark('won.cycle', one, won.atMs, Math.max(0, won.atMs - (first ?? atMs)))
  }
}

function leadOf(one: Thing): string | null {
  const lead = said(one, 'leadId') as string | null
  if (lead === null) return null
  const { system, id } = reference(lead, one.system)
  return `${system}#${id}`
}

/** When an opportunity first came to a standard stage, or to one behind it. */
function reached(one: Thing, standard: 'one' | 'two', world: World): number | null {
  const stages = world.directory.pipelines.flatMap((pipeline) => pipeline.stages)
  const order = stages.find((stage) => stage.standard === standard)?.order ?? Infinity
  const first = one.facts.find((fact) =>
    stages.some((stage) => stage.name === text(fact, 'stage') && stage.order >= order),
  )
  return first?.atMs ?? null
}

export const pipelineMetrics: Record<string, Formula> = {
  crossSellOpportunities: ({ of }) => of('cross'),
  crossSellSuccesses: ({ of }) => of('cross.won'),
  crossSellRate: ({ of }) => ratio(of('cross.won'), of('cross.won', 'cross.lost')),
  leadsIdentified: ({ of }) => of('leads'),
  companiesIdentified: ({ of }) => of('companies'),
  referrals: ({ of }) => of('referrals'),
  leadAcquisitionRate: ({ of }) =>
    ratio(
      of('leads'),
      of('dials', 'mail.outreach', 'did.directMail', 'did.socialMessage', 'did.adPlacement'),
    ),
  leadResponseTime: ({ of }) => ratio(of('lead.response'), of('lead.responded')),
  marketingQualifiedLeads: ({ of }) => of('mql'),
  salesQualifiedLeads: ({ of }) => of('sql'),
  leadToStageOneRate: ({ of }) => ratio(of('lead.one'), of('leads')),
  leadToStageTwoRate: ({ of }) => ratio(of('lead.two'), of('leads')),
  opportunitiesCreated: ({ of }) => of('opportunities'),
  stageOneOpportunities: ({ of }) => of('stage.one'),
  stageTwoOpportunities: ({ of }) => of('stage.two'),
  stageTwoValue: ({ of }) => of('stage.two.value'),
  opportunityRate: ({ of }) => ratio(of('opportunities'), of('conversations')),
  stageOneToTwoRate: ({ of }) => ratio(of('cohort.oneTwo'), of('stage.one')),
  dealsWon: ({ of }) => of('won'),
  newContracts: ({ of }) => of('won.new'),
  winRate: ({ of }) => ratio(of('won'), of('won', 'lost')),
  winRateCohort: ({ of }) => ratio(of('cohort.won'), of('stage.two')),
  salesClosingRatio: ({ of }) => ratio(of('won', 'lost'), of('won')),
  salesCycleLength: ({ of }) => ratio(of('won.cycle'), of('won')),
  averageDealSize: ({ of }) => ratio(of('won.amount'), of('won.priced')),
  averageContractTerm: ({ of }) => ratio(of('won.term'), of('won.termed')),
}
