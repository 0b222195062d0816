import type { Fact } from './facts.ts'
import { reference, text } from './facts.ts'
import { ratio } from './marks.ts'
import type { Formula, Mark } from './marks.ts'
import { accountOf, changes, credit, said, thingsOf } from './objects.ts'
import type { Thing } from './objects.ts'
import type { Dial } from './outbound.ts'
import type { Pipeline, World } from './world.ts'

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
  const opportunities = thingsOf(facts, 'opportunity.changed', 'opportunityId')
  const orders = thingsOf(facts, 'order.changed', 'orderId').filter(isSold)
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
    ].filter((one) => one >= atMs)
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
    for (const name of ['mql', 'sql'] as const) {
      const first = changes(lead, 'stage').find((fact) => qualifies(fact, world) === name)
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
    const decisions = own.map((one) => decisionOf(one, world)?.outcome ?? 'open')
    const hasOrdered =
      account !== null &&
      orders.some(
        (order) =>
          accountOf(order) === account &&
          firstPlaced(order) >= atMs &&
          !orders.some(
            (other) => accountOf(other) === account && firstPlaced(other) < firstPlaced(order),
          ),
      )
    const isLost =
      changes(lead, 'disqualified').length > 0 ||
      (decisions.length > 0 && decisions.every((outcome) => outcome === 'lost'))
    if (decisions.includes('won') || hasOrdered) mark('lead.converted', lead, atMs)
    else if (isLost) mark('lead.lost', lead, atMs)
  }
  for (const one of opportunities) opportunity(one)
  return marks

  function opportunity(one: Thing): void {
    const [created] = changes(one, 'created')
    const kind = said(one, 'kind') as string | null
    const isCross = kind === 'upsell' || kind === 'crosssell'
    if (created) {
      mark('opportunities', one, created.atMs)
      if (isCross) mark('cross', one, created.atMs)
    }
    const stageOne = reached(one, 'one', world)
    const stageTwo = reached(one, 'two', world)
    const decision = decisionOf(one, world)
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
      if (decision?.outcome === 'won') mark('cohort.won', one, stageTwo)
    }
    let stage: string | null = null
    for (const [index, fact] of one.facts.entries()) {
      const to = text(fact, 'stage')
      if (to !== null && to !== stage) {
        const from = stage ?? text(fact, 'stageFrom') ?? ''
        // What it was created in is no change; from nowhere to somewhere is one.
        const isBirth = stage === null && text(fact, 'change') === 'created'
        if (!isBirth) mark('transitions', one, fact.atMs, 1, `${from}→${to}`)
        stage = to
      }
      // Open from each of its facts to the next, on behalf of who has it then.
      const so = { ...one, facts: one.facts.slice(0, index + 1) }
      if (decisionOf(so, world)) continue
      const open = amountAt(fact.atMs) ?? 0
      const { probability = 0 } = stageOf(one, stageAt(one, index), world) ?? {}
      const until = one.facts[index + 1]?.atMs ?? Infinity
      const place = credit(one, fact.atMs, world)
      for (const [of, amount] of [
        ['open', open],
        ['open.weighted', Math.round(open * probability)],
      ] as const) {
        marks.push({ of, atMs: fact.atMs, amount, ...place })
        if (until < Infinity) marks.push({ of, atMs: until, amount: -amount, ...place })
      }
    }
    if (!decision) return
    const { outcome, atMs } = decision
    mark(outcome, one, atMs)
    if (isCross) mark(`cross.${outcome}`, one, atMs)
    if (outcome === 'lost') return
    if (kind === 'new') mark('won.new', one, atMs)
    // What was corrected after the signature is what was signed.
    const amount = amountAt(Infinity)
    if (amount !== null) {
      mark('won.amount', one, atMs, amount)
      mark('won.priced', one, atMs)
      if (kind === 'new') mark('won.new.amount', one, atMs, amount)
      if (said(one, 'origin') === 'outbound') mark('won.outbound', one, atMs, amount)
    }
    const term = said(one, 'termMonths') as number | null
    if (term !== null) {
      mark('won.term', one, atMs, term)
      mark('won.termed', one, atMs)
    }
    const lead = leads.find(({ key }) => key === leadOf(one))
    const first =
      (said(one, 'firstContactAt') as number | null) ??
      (lead ? responseOf(lead) : null) ??
      created?.atMs ??
      null
    if (first === null) return
    mark('won.contacted', one, atMs)
    mark('won.cycle', one, atMs, Math.max(0, atMs - first))
  }
}

const firstPlaced = (order: Thing): number => changes(order, 'placed')[0]!.atMs
/** Placed, and not cancelled since. */
export const isSold = (order: Thing): boolean =>
  changes(order, 'placed').length > 0 &&
  text(
    order.facts.findLast((fact) => text(fact, 'change') !== 'corrected'),
    'change',
  ) === 'placed'

type Decision = { outcome: 'won' | 'lost'; atMs: number }
/**
 * The last decision, at the first word of it. A stage between lost and won for certain opens it
 * again.
 */
function decisionOf(one: Thing, world: World): Decision | null {
  let decision = null as Decision | null
  let before: string | null = null
  for (const [index, fact] of one.facts.entries()) {
    const [change, to] = [text(fact, 'change'), text(fact, 'stage')]
    const { probability = 0 } = stageOf(one, stageAt(one, index), world) ?? {}
    const isMoved = to !== null && (change === 'stage' || to !== before)
    if (isMoved && probability > 0 && probability < 1) decision = null
    before = to ?? before
    if (change !== 'won' && change !== 'lost') continue
    if (decision?.outcome !== change) decision = { outcome: change, atMs: fact.atMs }
  }
  return decision
}

/** Contracts, for who asks what shows that an account is a customer. */
export function winOf(one: Thing, world: World): number | null {
  const decision = decisionOf(one, world)
  return decision?.outcome === 'won' ? decision.atMs : null
}

function leadOf(one: Thing): string | null {
  const lead = said(one, 'leadId') as string | null
  if (lead === null) return null
  const { system, id } = reference(lead, one.system)
  return `${system}#${id}`
}

/** The stage that a fact leaves an opportunity in, and since when it is in it. */
type Standing = { name: string; sinceMs: number }
function stageAt(one: Thing, index: number): Standing | null {
  let standing = null as Standing | null
  for (const fact of one.facts.slice(0, index + 1)) {
    const name = text(fact, 'stage')
    if (name !== null && name !== standing?.name) standing = { name, sinceMs: fact.atMs }
  }
  return standing
}

/** The pipeline that an opportunity is in, as it was described when it came to its stage. */
const pipelineOf = (one: Thing, { name, sinceMs }: Standing, world: World): Pipeline | undefined =>
  world
    .pipelinesAt(sinceMs, said(one, 'pipeline') as string | null)
    .find(({ stages }) => stages.some((stage) => stage.name === name))

const stageOf = (one: Thing, standing: Standing | null, world: World) =>
  standing && pipelineOf(one, standing, world)?.stages.find(({ name }) => name === standing.name)

/** What a lead's stage is: as its pipeline says by then, else by its own name. */
function qualifies(fact: Fact, world: World): string | null {
  const name = text(fact, 'stage')
  const described = world
    .pipelinesAt(fact.atMs, null)
    .flatMap(({ stages }) => stages)
    .find((stage) => stage.name === name)
  const { standard } = described ?? {}
  return standard === 'mql' || standard === 'sql' ? standard : name
}

/**
 * When an opportunity first came to a standard stage, or to one behind it that is no less likely to
 * be won. Where the lost are put is no progress.
 */
function reached(one: Thing, standard: 'one' | 'two', world: World): number | null {
  const isThere = (standing: Standing, wanted: string) => {
    const stage = stageOf(one, standing, world)
    return pipelineOf(one, standing, world)?.stages.some(
      (other) =>
        !!stage &&
        other.standard === wanted &&
        other.order <= stage.order &&
        other.probability <= stage.probability,
    )
  }
  const first = one.facts.find((fact, index) => {
    const standing = stageAt(one, index)
    if (text(fact, 'change') === 'lost' || standing?.sinceMs !== fact.atMs) return false
    // Reaching two implies one.
    return (
      isThere(standing, standard) === true ||
      (standard === 'one' && isThere(standing, 'two') === true)
    )
  })
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
  leadConversionRate: ({ of }) => ratio(of('lead.converted'), of('lead.converted', 'lead.lost')),
  leadToStageOneRate: ({ of }) => ratio(of('lead.one'), of('leads')),
  leadToStageTwoRate: ({ of }) => ratio(of('lead.two'), of('leads')),
  opportunitiesCreated: ({ of }) => of('opportunities'),
  stageOneOpportunities: ({ of }) => of('stage.one'),
  stageTwoOpportunities: ({ of }) => of('stage.two'),
  stageTwoValue: ({ of }) => of('stage.two.value'),
  opportunityRate: ({ of, world }) => {
    const basis = {
      conversations: 'conversations',
      leadsIdentified: 'leads',
      outboundCalls: 'dials',
    }
    return ratio(of('opportunities'), of(basis[world.directory.center.opportunityRateOf]))
  },
  stageTransitions: ({ of }) => of('transitions') || null,
  pipelineValue: ({ level }) => level('open'),
  stageOneToTwoRate: ({ of }) => ratio(of('cohort.oneTwo'), of('stage.one')),
  dealsWon: ({ of }) => of('won'),
  newContracts: ({ of }) => of('won.new'),
  winRate: ({ of }) => ratio(of('won'), of('won', 'lost')),
  winRateCohort: ({ of }) => ratio(of('cohort.won'), of('stage.two')),
  salesClosingRatio: ({ of }) => ratio(of('won', 'lost'), of('won')),
  salesCycleLength: ({ of }) => ratio(of('won.cycle'), of('won.contacted')),
  averageDealSize: ({ of }) => ratio(of('won.amount'), of('won.priced')),
  averageContractTerm: ({ of }) => ratio(of('won.term'), of('won.termed')),
}
