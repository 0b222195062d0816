import type { Fact } from './facts.ts'
import { number, reference, text } from './facts.ts'
import { ratio } from './marks.ts'
import type { Formula, Mark } from './marks.ts'
import { accountOf, changes, credit, said, thingsOf } from './objects.ts'
import type { Thing } from './objects.ts'
import { isSold, winOf } from './pipeline.ts'
import type { World } from './world.ts'

/** Groups 5 to 7 as far as they are of quotes, orders, customers and costs. */

type Line = { sku: string; amount: unknown; cost?: unknown }

export function orderMarks(facts: readonly Fact[], world: World): Mark[] {
  const marks: Mark[] = []
  const mark = (of: string, thing: Thing, atMs: number, amount = 1, detail?: string) =>
    marks.push({
      of,
      atMs,
      amount,
      ...credit(thing, atMs, world),
      ...(detail !== undefined && { detail }),
    })

  for (const document of ['quote', 'proposal']) {
    const own = facts.filter((fact) => text(fact, 'document') === document)
    for (const quote of thingsOf(own, 'quote.changed', 'quoteId')) {
      const issues = changes(quote, 'issued')
      const [first] = issues
      if (!first) continue
      const last = (field: string) =>
        issues.findLast(({ data }) => data[field] !== undefined) ?? undefined
      const { atMs } = first
      mark(document, quote, atMs)
      const lines = number(last('lines'), 'lines')
      if (lines !== null) {
        mark(`${document}.lines`, quote, atMs, lines)
        mark(`${document}.lined`, quote, atMs)
      }
      const priced = last('amount')
      const amount = priced ? world.money(priced.data['amount'], priced.atMs) : null
      if (amount !== null) {
        mark(`${document}.amount`, quote, atMs, amount)
        mark(`${document}.priced`, quote, atMs)
      }
      const [requested] = changes(quote, 'requested')
      if (requested) {
        mark(`${document}.turnaround`, quote, atMs, Math.max(0, atMs - requested.atMs))
        mark(`${document}.requested`, quote, atMs)
      }
      const isWrong = changes(quote, 'corrected').some(
        (fact) => (text(fact, 'cause') ?? 'error') === 'error',
      )
      if (isWrong) mark(`${document}.wrong`, quote, atMs)
    }
  }

  const orders = thingsOf(facts, 'order.changed', 'orderId').filter(
    (order) => changes(order, 'placed').length > 0,
  )
  const customers = thingsOf(facts, 'customer.changed', 'account')
  const placedMs = (order: Thing) => changes(order, 'placed')[0]!.atMs
  const won = thingsOf(facts, 'opportunity.changed', 'opportunityId').filter(
    (one) => winOf(one, world) !== null,
  )
  /** All that shows that an account is a customer; what it is the first of makes it a new one. */
  const shown = (account: string): { atMs: number; isFirst: boolean; of: Thing }[] => [
    ...customers
      .filter(({ key }) => key === account)
      .flatMap((of) =>
        of.facts.map((fact) => ({
          atMs: fact.atMs,
          isFirst: text(fact, 'change') === 'new',
          of,
        })),
      ),
    ...won
      .filter((of) => accountOf(of) === account)
      .map((of) => ({
        atMs: winOf(of, world)!,
        isFirst: [null, 'new'].includes(said(of, 'kind') as string | null),
        of,
      })),
    ...orders
      .filter((of) => accountOf(of) === account && isSold(of))
      .map((of) => ({ atMs: placedMs(of), isFirst: true, of })),
  ]
  for (const order of orders) {
    const atMs = placedMs(order)
    const isCancelled = !isSold(order)
    mark('placed', order, atMs)
    const isWrong = changes(order, 'corrected').some(
      (fact) => (text(fact, 'cause') ?? 'error') === 'error',
    )
    if (isWrong) mark('order.wrong', order, atMs)
    if (isCancelled) continue
    mark('orders', order, atMs)
    const values = order.facts.filter((fact) => text(fact, 'change') !== 'cancelled')
    const priced = values.findLast(({ data }) => data['amount'] !== undefined)
    const lined = values.findLast(({ data }) => data['lines'] !== undefined)
    const lines = (lined?.data['lines'] ?? []) as Line[]
    // Without an amount of its own an order is worth its lines.
    const amount = priced
      ? (world.money(priced.data['amount'], priced.atMs) ?? 0)
      : lines.reduce((sum, line) => sum + (world.money(line.amount, lined!.atMs) ?? 0), 0)
    mark('sales', order, atMs, amount)
    const account = accountOf(order)
    const own = opportunityOf(order)
    const isExisting =
      account !== null &&
      shown(account).some(({ atMs: shownMs, of }) => shownMs < atMs && of.key !== own)
    if (isExisting) {
      mark('sales.existing', order, atMs, amount)
    }
    if (own !== null) sourced(own, atMs, amount)
    for (const line of lines) {
      const worth = world.money(line.amount, lined!.atMs) ?? 0
      const cost = line.cost === undefined ? null : world.money(line.cost, lined!.atMs)
      mark('products', order, atMs, worth, line.sku)
      if (cost === null) continue
      mark('costed', order, atMs, worth)
      mark('margin', order, atMs, worth - cost)
    }
    if (!lined) mark('products', order, atMs, amount, 'unspecified')
  }

  /** The opportunity that an order names, else that of the quote, or proposal, that it names. */
  function opportunityOf(order: Thing): string | null {
    const keyOf = (text: string, system: string) => {
      const named = reference(text, system)
      return `${named.system}#${named.id}`
    }
    const own = said(order, 'opportunityId') as string | null
    if (own !== null) return keyOf(own, order.system)
    const quoteId = order.facts.map((fact) => text(fact, 'quoteId')).findLast((id) => id !== null)
    if (quoteId === undefined) return null
    const named = facts
      .filter((fact) => fact.type === 'quote.changed' && text(fact, 'opportunityId') !== null)
      .filter((fact) => keyOf(text(fact, 'quoteId')!, fact.system) === keyOf(quoteId, order.system))
      .sort((one, other) => one.atMs - other.atMs)
    const isQuote = (fact: Fact) => text(fact, 'document') === 'quote'
    const last = named.findLast(isQuote) ?? named.at(-1)
    return last ? keyOf(text(last, 'opportunityId')!, last.system) : null
  }

  function sourced(own: string, atMs: number, amount: number): void {
    const appointment = facts
      .filter((fact) => {
        const id = text(fact, 'opportunityId')
        if (fact.type !== 'activity.recorded' || text(fact, 'kind') !== 'appointment') return false
        if (id === null || fact.atMs > atMs) return false
        const other = reference(id, fact.system)
        return `${other.system}#${other.id}` === own
      })
      .sort((one, other) => one.atMs - other.atMs)[0]
    const name = text(appointment, 'agent')
    if (name === null) return
    const agent = world.agent(name)
    marks.push({ of: 'sales.sourced', atMs, amount, agent, ...world.agentPlace(agent, atMs) })
  }

  const accounts = new Set(
    [...customers.map(({ key }) => key), ...[...orders, ...won].map(accountOf)].filter(
      (account) => account !== null,
    ),
  )
  for (const account of accounts) {
    const [first] = shown(account).sort(
      (one, other) => one.atMs - other.atMs || Number(one.isFirst) - Number(other.isFirst),
    )
    if (first?.isFirst) mark('customers.first', first.of, first.atMs)
  }
  for (const customer of customers) {
    let monthly = 0
    let is: 'unknown' | 'customer' | 'lost' = 'unknown'
    for (const fact of customer.facts) {
      const change = text(fact, 'change')!
      // Who is lost is not lost again before returning.
      if (change === 'churned' && is === 'lost') continue
      if (change === 'churned') {
        if (is === 'customer') mark('customers', customer, fact.atMs, -1)
        is = 'lost'
      } else if (['new', 'existing', 'returned'].includes(change)) {
        if (is !== 'customer') mark('customers', customer, fact.atMs)
        is = 'customer'
      }
      const told = world.money(fact.data['monthly'], fact.atMs)
      const level = told ?? (change === 'churned' ? 0 : monthly)
      const amount = world.money(fact.data['amount'], fact.atMs) ?? Math.abs(level - monthly)
      mark(`revenue.${change}`, customer, fact.atMs, amount)
      mark(`customers.${change}`, customer, fact.atMs)
      mark('monthly', customer, fact.atMs, level - monthly)
      monthly = level
    }
  }
  for (const account of accounts) regained(account)
  for (const fact of facts.filter(({ type }) => type === 'cost.recorded')) {
    const name = text(fact, 'agent')
    const agent = name === null ? null : world.agent(name)
    const from = number(fact, 'from')!
    const amount = world.money(fact.data['amount'], fact.atMs)
    if (amount === null) continue
    marks.push({
      of: `cost.${text(fact, 'kind')!}`,
      atMs: from,
      toMs: number(fact, 'to')!,
      amount,
      agent,
      ...world.agentPlace(agent, from),
    })
  }
  return marks

  /** Whether an account came back: it says so, or it orders after so many days of no business. */
  function regained(account: string): void {
    const ownChanges = customers.filter(({ key }) => key === account)
    const ownOrders = orders.filter((order) => accountOf(order) === account && isSold(order))
    const business = [
      ...ownChanges.flatMap((of) => of.facts.map((fact) => ({ atMs: fact.atMs, of, fact }))),
      ...ownOrders.map((of) => ({ atMs: placedMs(of), of, fact: null })),
    ].sort((one, other) => one.atMs - other.atMs)
    let byOrderMs: number | null = null
    for (const [index, { atMs, of, fact }] of business.entries()) {
      const dormantMs = world.centerAt(atMs).dormantDays * 86_400_000
      const before = business.slice(0, index)
      if (fact === null) {
        const lastMs = before.at(-1)?.atMs ?? null
        // Who pays by the month is a customer, however rarely it orders.
        const told = before.flatMap((one) => one.fact ?? [])
        const last = told.findLast(
          (one) => text(one, 'change') === 'churned' || one.data['monthly'] !== undefined,
        )
        const level = last?.data['monthly'] as { value: string } | undefined
        const pays = text(last, 'change') !== 'churned' && Number(level?.value ?? 0) > 0
        if (lastMs === null || atMs - lastMs < dormantMs || pays) continue
        byOrderMs = atMs
        mark('regained', of, atMs)
      } else if (text(fact, 'change') === 'churned') byOrderMs = null
      else if (text(fact, 'change') === 'returned') {
        // The return that is noted after the order that it began with is the same one.
        if (byOrderMs === null || atMs - byOrderMs >= dormantMs) mark('regained', of, atMs)
      }
    }
  }
}

export const orderMetrics: Record<string, Formula> = {
  quotesProcessed: ({ of }) => of('quote'),
  linesPerQuote: ({ of }) => ratio(of('quote.lines'), of('quote.lined')),
  proposalsIssued: ({ of }) => of('proposal'),
  linesPerProposal: ({ of }) => ratio(of('proposal.lines'), of('proposal.lined')),
  averageQuotePrice: ({ of }) => ratio(of('quote.amount'), of('quote.priced')),
  averageQuoteTurnaround: ({ of }) => ratio(of('quote.turnaround'), of('quote.requested')),
  averageProposalTurnaround: ({ of }) => ratio(of('proposal.turnaround'), of('proposal.requested')),
  quoteAccuracy: ({ of }) => {
    const wrong = ratio(of('quote.wrong'), of('quote'))
    return wrong === null ? null : 1 - wrong
  },
  orderAccuracy: ({ of }) => {
    const wrong = ratio(of('order.wrong'), of('placed'))
    return wrong === null ? null : 1 - wrong
  },
  orders: ({ of }) => of('orders'),
  salesAmount: ({ of }) => of('sales'),
  sourcedOrderAmount: ({ of }) => of('sales.sourced'),
  existingCustomerSales: ({ of }) => of('sales.existing'),
  productMix: ({ of }) => of('products') || null,
  dormantReactivations: ({ of }) => of('regained'),
  grossMargin: ({ of }) => ratio(of('margin'), of('costed')),
  newBusinessRevenue: ({ of }) => of('revenue.new'),
  expansionRevenue: ({ of }) => of('revenue.expanded'),
  contractionRevenue: ({ of }) => of('revenue.contracted'),
  churnedRevenue: ({ of }) => of('revenue.churned'),
  netExpansionRevenue: ({ of }) =>
    of('revenue.expanded') - of('revenue.contracted', 'revenue.churned'),
  netNewRevenue: ({ of }) =>
    of('revenue.new', 'revenue.expanded') - of('revenue.contracted', 'revenue.churned'),
  newCustomers: ({ of }) => of('customers.first'),
  customersLost: ({ of }) => of('customers.churned'),
  costPerLead: ({ of }) => ratio(of('cost.leads'), of('leads')),
  outreachReturn: ({ of }) => ratio(of('won.outbound'), of('cost.outreach', 'cost.staff')),
}
