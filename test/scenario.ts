import type { Event } from '../shared/events/event.ts'
import { parseEvent } from '../shared/events/parse.ts'
import { Directory } from '../shared/directory.ts'
import { evaluate } from '../shared/metrics/evaluate.ts'
import type { Evaluated } from '../shared/metrics/evaluate.ts'
import { liveIn } from '../shared/metrics/liveIn.ts'
import { metrics } from '../shared/metrics/registry.ts'
import type { MetricId } from '../shared/metrics/registry.ts'
import { usualSettings } from '../shared/metrics/settings.ts'
import { parseScope } from '../shared/scope.ts'
import { stateAt } from '../shared/live.ts'
import { detailsOf, liveOf, openLedger, sumOf } from './ledger.ts'
import type { Ledger } from './ledger.ts'

/**
 * Scenarios: stories about a contact center in plain text, which somebody who runs one can read and
 * write. A bug report becomes a file here first.
 *
 *     queue sales threshold=20 short=5         what the directory says of a queue
 *     agent ana team=north                     … or an agent
 *     pipeline standard demo=one:0.2 won=:1    … or a pipeline: its stages, in order
 *     rate EUR 2026-11-01 1.1                  … or what one of another currency is worth
 *     source /pbx/1/log precision=s            events that follow come from this feed
 *     at 10s queued c1 queue=sales             an event; ids that are left out follow the contact
 *     expect at 12s queue:sales contactsWaiting 1
 *     expect at 25s ana onContact 3s           the state of an agent, and for how long
 *     restart                                  the engine goes on from what was stored
 *
 * Times count from the story's beginning, 10:00 UTC of a Saturday. `expect` sums everything up to
 * its instant. After its last line a story is told again: backwards, and with everything doubled.
 */

const beginsAtMs = Date.UTC(2026, 10, 21, 10)
/** Longer than any story. */
const endsAtMs = beginsAtMs + 40 * 86_400_000

type Step =
  | { kind: 'event'; event: Event }
  | { kind: 'restart' }
  | { kind: 'expect'; line: number; atMs: number; subject: string; what: string; value: string }

const durations: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** `90s`, `1m30s`, `2d4h`: milliseconds. */
function duration(text: string): number {
  const parts = [...text.matchAll(/(-?\d+(?:\.\d+)?)(ms|s|m|h|d)/g)]
  if (parts.map(([whole]) => whole).join('') !== text || parts.length === 0) {
    throw new Error(`Not a duration: ${text}`)
  }
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (durations[unit ?? ''] ?? 0),
    0,
  )
}

/** What follows the verb, by verb: the fields that may be written without their names. */
const positions: Record<string, { type: string; fields: string[] }> = {
  started: { type: 'contact.started', fields: ['contactId'] },
  queued: { type: 'contact.queued', fields: ['contactId', 'queue'] },
  dequeued: { type: 'contact.dequeued', fields: ['contactId', 'outcome'] },
  offered: { type: 'contact.offered', fields: ['contactId', 'agent'] },
  offerEnded: { type: 'contact.offerEnded', fields: ['contactId', 'agent', 'outcome'] },
  connected: { type: 'contact.connected', fields: ['contactId', 'agent'] },
  held: { type: 'contact.held', fields: ['contactId', 'agent'] },
  resumed: { type: 'contact.resumed', fields: ['contactId', 'agent'] },
  transferred: { type: 'contact.transferred', fields: ['contactId', 'agent'] },
  disconnected: { type: 'contact.disconnected', fields: ['contactId', 'agent'] },
  wrapUpStarted: { type: 'contact.wrapUpStarted', fields: ['contactId', 'agent'] },
  wrapUpEnded: { type: 'contact.wrapUpEnded', fields: ['contactId', 'agent'] },
  disposed: { type: 'contact.disposed', fields: ['contactId'] },
  ended: { type: 'contact.ended', fields: ['contactId', 'final'] },
  state: { type: 'agent.stateChanged', fields: ['agent', 'state'] },
  joined: { type: 'agent.queueChanged', fields: ['agent', 'queue'] },
  left: { type: 'agent.queueChanged', fields: ['agent', 'queue'] },
  paused: { type: 'agent.queueChanged', fields: ['agent', 'queue'] },
  unpaused: { type: 'agent.queueChanged', fields: ['agent', 'queue'] },
  callback: { type: 'callback.changed', fields: ['callbackId', 'state'] },
  mail: { type: 'message.recorded', fields: ['messageId', 'threadId', 'direction', 'author'] },
  tracked: { type: 'message.tracked', fields: ['messageId', 'track'] },
  attempted: { type: 'outbound.attempted', fields: ['attemptId', 'agent'] },
  completed: { type: 'outbound.completed', fields: ['attemptId', 'result'] },
  did: { type: 'activity.recorded', fields: ['activityId', 'kind'] },
  case: { type: 'case.changed', fields: ['caseId'] },
  lead: { type: 'lead.changed', fields: ['leadId', 'change', 'stage'] },
  opportunity: { type: 'opportunity.changed', fields: ['opportunityId', 'change', 'stage'] },
  quote: { type: 'quote.changed', fields: ['quoteId', 'change'] },
  order: { type: 'order.changed', fields: ['orderId', 'change'] },
  customer: { type: 'customer.changed', fields: ['account', 'change'] },
  cost: { type: 'cost.recorded', fields: ['costId', 'kind'] },
  restarted: { type: 'source.restarted', fields: [] },
  retracted: { type: 'fact.retracted', fields: ['type', 'key'] },
  scheduled: { type: 'agent.scheduled', fields: ['agent', 'day', 'spans'] },
  evaluated: {
    type: 'evaluation.recorded',
    fields: ['evaluationId', 'agent', 'status', 'score', 'possible'],
  },
  surveySent: { type: 'survey.sent', fields: ['responseId', 'audience', 'kind'] },
  surveyAnswered: { type: 'survey.answered', fields: ['responseId', 'audience', 'kind', 'score'] },
}

const numeric = new Set(['priority', 'position', 'count', 'termMonths', 'score', 'possible'])
const instants = new Set(['firstContactAt', 'cost from', 'cost to'])
/** `12.50USD` */
const amounts = new Set(['amount', 'monthly'])
const truths: Record<string, boolean> = { true: true, false: false }

/** `key=value` and bare words, apart. */
function wordsOf(words: readonly string[]): { bare: string[]; named: Record<string, string> } {
  const bare: string[] = []
  const named: Record<string, string> = {}
  for (const word of words) {
    const equals = word.indexOf('=')
    if (equals > 0) named[word.slice(0, equals)] = word.slice(equals + 1)
    else bare.push(word)
  }
  return { bare, named }
}

/** A story, read: its directory and its steps. */
function readScenario(text: string): { directory: Directory; steps: Step[] } {
  const queues: Record<string, unknown>[] = []
  const agents: Record<string, unknown>[] = []
  const teams = new Set<string>()
  const center: Record<string, unknown> = {}
  const schedules: Record<string, unknown>[] = []
  const pipelines: Record<string, unknown>[] = []
  const exchangeRates: Record<string, unknown>[] = []
  const steps: Step[] = []
  let source = { name: '/test/pbx/feed', precision: 'ms' }

  text.split('\n').forEach((raw, index) => {
    const line = index + 1
    const words = raw
      .replace(/(^|\s)#.*/, '')
      .trim()
      .split(/\s+/)
    const [verb = ''] = words
    if (verb === '') return
    const { bare, named } = wordsOf(words.slice(1))
    switch (verb) {
      case 'queue':
        queues.push(queueOf(bare[0] ?? '', named))
        return
      case 'agent':
        if (named['team']) teams.add(named['team'])
        agents.push({
          key: bare[0],
          aliases: named['alias'] ? [named['alias']] : [],
          teams: named['team'] ? [{ team: named['team'] }] : [],
          ...(named['dialSystem'] ? { dialSystem: named['dialSystem'] } : {}),
        })
        return
      case 'center':
        for (const [field, value] of Object.entries(named)) {
          center[field] = truths[value] ?? (/^\d/.test(value) ? Number(value) : value)
        }
        return
      case 'rate':
        exchangeRates.push({ currency: bare[0], from: bare[1], rate: Number(bare[2]) })
        return
      case 'activity':
        schedules.push({
          activity: bare[0],
          states: bare.slice(1),
          reasons: named['reasons']?.split(',') ?? [],
        })
        return
      case 'pipeline':
        pipelines.push({ key: bare[0], stages: stagesOf(named) })
        return
      case 'source':
        source = { name: bare[0] ?? '', precision: named['precision'] ?? 'ms' }
        return
      case 'restart':
        steps.push({ kind: 'restart' })
        return
      case 'at': {
        const sent = sentEvent(line, words.slice(1), source)
        const parsed = parseEvent(sent)
        if (!parsed.ok) throw new Error(`Line ${String(line)}: ${JSON.stringify(parsed.errors)}`)
        steps.push({ kind: 'event', event: parsed.event })
        return
      }
      case 'expect': {
        const [, time = '', subject = '', what = '', ...value] = words.slice(1)
        const atMs = beginsAtMs + duration(time)
        steps.push({ kind: 'expect', line, atMs, subject, what, value: value.join(' ') })
        return
      }
      default:
        throw new Error(`Line ${String(line)}: unknown word ${verb}`)
    }
  })
  const directory = Directory.parse({
    center,
    teams: [...teams].map((key) => ({ key })),
    queues,
    agents,
    schedules,
    pipelines,
    exchangeRates,
  })
  return { directory, steps }
}

function queueOf(key: string, named: Record<string, string>): Record<string, unknown> {
  const { threshold, short, members, hours, ...rest } = named
  const own = [
    'emailTargetMinutes',
    'shortCallSeconds',
    'wrapUpLimitSeconds',
    'configuredWrapUpSeconds',
  ]
  const queue: Record<string, unknown> = { key }
  const serviceLevel: Record<string, unknown> = {}
  if (threshold) serviceLevel['thresholdSeconds'] = Number(threshold)
  if (short) serviceLevel['shortAbandonSeconds'] = Number(short)
  if (hours) queue['hours'] = hoursOf(hours)
  if (members) queue['members'] = members.split(',')
  for (const [field, value] of Object.entries(rest)) {
    if (own.includes(field)) queue[field] = Number(value)
    else serviceLevel[field] = truths[value] ?? value
  }
  return { ...queue, serviceLevel }
}

/** `1-5/09:00-17:00/Asia/Tokyo`: on Monday to Friday from nine to five, by the clocks of Tokyo. */
function hoursOf(text: string): Record<string, unknown> {
  const [days = '', span = '', ...zone] = text.split('/')
  const [first = 1, last = first] = days.split('-').map(Number)
  const [from, to] = span.split('-')
  const all = Array.from({ length: last - first + 1 }, (_, i) => ({ day: first + i, from, to }))
  return { days: all, ...(zone.length > 0 ? { timeZone: zone.join('/') } : {}) }
}
/** `demo=one:0.2 won=:1`: stages in order, the standard one that each is, its probability. */
const stagesOf = (named: Record<string, string>) =>
  Object.entries(named).map(([name, said], order) => {
    const [standard = '', probability = '0'] = said.split(':')
    return { name, order, ...(standard && { standard }), probability: Number(probability) }
  })

function sentEvent(
  line: number,
  words: readonly string[],
  source: { name: string; precision: string },
) {
  const [time = '', verb = '', ...rest] = words
  const position = positions[verb]
  if (!position) throw new Error(`Line ${String(line)}: unknown event ${verb}`)
  const { bare, named } = wordsOf(rest)
  const data: Record<string, unknown> = {}
  position.fields.forEach((field, i) => {
    if (bare[i] !== undefined) data[field] = numeric.has(field) ? Number(bare[i]) : bare[i]
  })
  const { recorded, ...fields } = named
  const instant = (text: string) => new Date(beginsAtMs + duration(text)).toISOString()
  for (const [field, value] of Object.entries(fields)) {
    if (numeric.has(field)) data[field] = Number(value)
    else if (instants.has(field) || instants.has(`${verb} ${field}`)) data[field] = instant(value)
    else if (amounts.has(field)) data[field] = amountOf(value)
    else if (field === 'lines') data[field] = verb === 'quote' ? Number(value) : linesOf(value)
    else data[field] = truths[value] ?? value
  }
  const textOf = (field: string): string => {
    const value = data[field]
    return typeof value === 'string' ? value : ''
  }
  const contact = textOf('contactId')
  const agent = textOf('agent')
  if (position.type === 'contact.queued' || position.type === 'contact.dequeued') {
    data['visitId'] ??= `${contact}#1`
    data['queue'] ??= 'sales'
  }
  if (position.type.startsWith('contact.offer')) data['offerId'] ??= `${contact}#1/${agent}/1`
  if (verb === 'case')
    Object.assign(data, { field: 'status', to: data['to'] ?? data['statusClass'] })
  if (position.type === 'contact.offered') data['visitId'] ??= `${contact}#1`
  if (position.type === 'contact.transferred') {
    data['fromLegId'] ??= `${contact}/${agent}`
    data['kind'] ??= 'blind'
    data['toType'] ??= 'queue'
    delete data['agent']
  }
  if (/connected|held|resumed|wrapUp/.test(position.type)) data['legId'] ??= `${contact}/${agent}`
  if (position.type === 'agent.queueChanged') data['action'] = verb
  if (verb === 'started') {
    data['channel'] ??= 'voice'
    data['direction'] ??= 'inbound'
  }
  if (position.type.startsWith('survey.')) {
    data['survey'] ??= 'after'
    const [min, max] = textOf('scale').split('-').map(Number)
    if (data['scale'] !== undefined) data['scale'] = { min, max }
  }
  if (verb === 'evaluated') {
    Object.assign(data, {
      form: 'standard',
      formVersion: 1,
      evaluator: data['evaluator'] ?? 'eva',
      channel: data['channel'] ?? 'voice',
      handledAt: instant(textOf('handledAt') || time),
      sections: sectionsOf(textOf('sections')),
    })
  }
  if (verb === 'quote') data['document'] ??= 'quote'
  if (verb === 'scheduled') data['spans'] = spansOf(String(data['spans']))
  return {
    specversion: '1.0',
    id: `line-${String(line)}`,
    source: source.name,
    type: position.type,
    time: instant(time),
    ...(recorded === undefined ? {} : { recordedtime: instant(recorded) }),
    ...(source.precision === 's' ? { sequence: String(line) } : {}),
    data: { ...data, ...(source.precision === 's' ? { precision: 's' } : {}) },
  }
}

/** `communication:8/10,problemSolving:5/10`. */
const sectionsOf = (text: string) =>
  (text === '' ? [] : text.split(',')).map((section) => {
    const [id = '', score = '', possible = ''] = section.split(/[:/]/)
    return { id, score: Number(score), possible: Number(possible) }
  })

const amountOf = (text: string) => ({ value: text.slice(0, -3), currency: text.slice(-3) })

/** `bolt:2:10.00USD:6.00USD,nut:1:1.50USD`: products, how many, for how much, at what cost. */
const linesOf = (text: string) =>
  text.split(',').map((line) => {
    const [sku = '', quantity = '', amount = '', cost] = line.split(':')
    const priced = { sku, quantity: Number(quantity), amount: amountOf(amount) }
    return cost === undefined ? priced : { ...priced, cost: amountOf(cost) }
  })

/** `0s-30m:phone,30m-45m:break`. */
const spansOf = (text: string) =>
  text.split(',').map((span) => {
    const [from = '', to = '', activity = ''] = span.split(/[-:]/)
    const instant = (at: string) => new Date(beginsAtMs + duration(at)).toISOString()
    return { from: instant(from), to: instant(to), activity }
  })

/** What differs from what the story expects; empty: nothing. */
export function play(text: string): string[] {
  const { directory, steps } = readScenario(text)
  const directories = [{ atMs: -Infinity, directory }]
  const ledger = openLedger({ directories })
  const faults: string[] = []
  for (const step of steps) {
    if (step.kind === 'event') ledger.take(step.event)
    else if (step.kind === 'restart') ledger.restart()
    else faults.push(...check(ledger, step))
  }
  // The end of a story does not depend on how it was told.
  const told = steps.flatMap((step) => (step.kind === 'event' ? [step.event] : []))
  const last = steps.findLastIndex(({ kind }) => kind === 'event')
  const closing = steps.slice(last + 1)
  const again = { backwards: [...told].reverse(), doubled: told.flatMap((event) => [event, event]) }
  for (const [how, events] of Object.entries(again)) {
    const other = openLedger({ directories })
    for (const event of events) other.take(event)
    for (const step of closing) {
      if (step.kind === 'expect')
        faults.push(...check(other, step).map((fault) => `${how}: ${fault}`))
    }
  }
  return faults
}

type Expectation = Extract<Step, { kind: 'expect' }>

function check(ledger: Ledger, step: Expectation): string[] {
  const found = foundIn(ledger, step)
  const expected = wanted(step)
  return found === expected
    ? []
    : [
        `line ${String(step.line)}: expected ${step.subject} ${step.what} ${expected}, found ${found}`,
      ]
}

const wanted = ({ value }: Expectation): string => {
  if (/^-?\d[\d.]*(ms|s|m|h|d)/.test(value)) return String(duration(value))
  return /^-?[\d.]+$/.test(value) ? String(Number(value)) : value
}

function foundIn(ledger: Ledger, { subject, what, atMs }: Expectation): string {
  const scope = parseScope(subject)
  if (what in metrics && scope) {
    return valueText(evaluateIn(ledger, what as MetricId, subject, atMs))
  }
  const live = liveOf(ledger)
  const agent = live.agents.find((one) => one.agent === subject)
  if (what === 'state') return agent ? stateAt(agent, atMs).state : 'none'
  if (what === 'reason') return (agent && stateAt(agent, atMs).reason) ?? 'none'
  if (what === 'stateFor') return agent ? String(atMs - stateAt(agent, atMs).sinceMs) : 'none'
  if (what === 'unopened') {
    return String([...ledger.records.values()].reduce((sum, record) => sum + record.unopened, 0))
  }
  if (what === 'flags') {
    return String([...ledger.records.values()].reduce((sum, { flags }) => sum + flags.length, 0))
  }
  const span = { fromMs: -endsAtMs, toMs: endsAtMs }
  const { booked, live: accruing } = sumOf(
    ledger,
    what as never,
    scope ?? { kind: 'center' },
    span,
    atMs,
  )
  return String(booked + accruing)
}

const valueText = (evaluated: Evaluated): string =>
  evaluated.value === null
    ? evaluated.reason === 'empty'
      ? 'null'
      : evaluated.reason
    : String(Number(evaluated.value.toFixed(6)))

function evaluateIn(ledger: Ledger, id: MetricId, subject: string, atMs: number): Evaluated {
  const scope = parseScope(subject) ?? { kind: 'center' }
  const span = { fromMs: -endsAtMs, toMs: endsAtMs }
  const { visits, legs, agents } = liveOf(ledger)
  return evaluate(id, scope.kind, {
    balance: (counter) => sumOf(ledger, counter, scope, span, atMs, 'voice'),
    details: (counter) => detailsOf(ledger, counter, scope, span),
    // A scenario is one span, from the beginning to the end.
    level: (counter) => sumOf(ledger, counter, scope, span, atMs, 'voice'),
    // No metric of the catalogue is narrowed by itself.
    narrowed: () => ({ balance: () => ({ booked: 0, live: 0 }) }),
    related: () => null,
    settings: usualSettings,
    live: liveIn(scope, { visits, legs, agents, staffing: new Map() }, 'voice'),
    nowMs: atMs,
    lacking: new Map(),
  })
}
