import { readFile } from 'node:fs/promises'
import { format } from 'prettier'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { everyEvent } from '../../test/everyEvent.ts'
import { eventSchemas, eventTypes, type EventType } from './event.ts'
import { Instant, LocalDate, Money, MoneySize, Name, Text } from './fields.ts'

/**
 * The list of types in docs/events.md: made from the schemas that judge them, with the words below.
 * `npx vitest run shared/events/document -u` writes it.
 */
const PAGE = new URL('../../docs/events.md', import.meta.url)
const BEGIN = '<!-- types: made from shared/events, do not edit -->'
const END = '<!-- end of types -->'

const families: readonly [prefix: string, title: string][] = [
  ['contact', 'Contacts: calls, chats and what is routed like them'],
  ['callback', 'Callbacks'],
  ['outbound', 'Dialling out'],
  ['agent', 'Agents'],
  ['message', 'Messages'],
  ['case', 'Cases'],
  ['lead', 'Leads'],
  ['opportunity', 'Opportunities'],
  ['quote', 'Quotes and proposals'],
  ['order', 'Orders'],
  ['customer', 'Customers'],
  ['activity', 'Activities'],
  ['cost', 'Costs'],
  ['evaluation', 'Quality'],
  ['survey', 'Surveys'],
  ['source', 'Sources'],
  ['fact', 'Corrections'],
]

/** What each type means, and the key of its fact: `@` stands for `time`. */
const meanings: Record<EventType, readonly [key: string, meaning: string]> = {
  'contact.started': [
    'contactId',
    'A contact begins. Not needed where `contact.queued` says the same; without it the contact is inbound.',
  ],
  'contact.queued': ['visitId', 'A visit begins: the contact is **offered** to a queue.'],
  'contact.dequeued': ['visitId', 'The visit ends.'],
  'contact.offered': [
    'offerId',
    'An agent’s phone starts to ring. Where the feed has no id for it: `visitId/agent/n`, the n-th ring.',
  ],
  'contact.offerEnded': ['offerId', 'The ringing ends. Ring-no-answer is `noAnswer` alone.'],
  'contact.connected': ['legId', 'An agent and the customer begin to talk.'],
  'contact.held': ['legId@', 'The customer is put on hold.'],
  'contact.resumed': ['legId@', 'The talk goes on.'],
  'contact.transferred': ['fromLegId@', 'The agent hands the contact on.'],
  'contact.disconnected': ['legId', 'The talk ends.'],
  'contact.wrapUpStarted': ['legId', 'After-call work begins.'],
  'contact.wrapUpEnded': ['legId', 'After-call work ends.'],
  'contact.disposed': [
    'contactId/legId@',
    'What it was about. It may repeat: the reason is the last one of the leg (else of the contact), `resolved` and `matter` the last of the contact.',
  ],
  'contact.ended': [
    'contactId',
    'The contact is over. It closes visits, offers, holds and talk that have no end of their own (an open visit: abandoned, voicemail, else lost); never a wrap-up.',
  ],
  'callback.changed': ['callbackId/state@', 'What became of a promise to call back.'],
  'outbound.attempted': ['attemptId', 'A number is dialled.'],
  'outbound.completed': [
    'attemptId',
    'The attempt ends. A conversation is `connected`: a person answered.',
  ],
  'agent.stateChanged': [
    'agent@',
    'An agent signs in or out, becomes ready or not. `activity` counts only where the source sends no legs or offers.',
  ],
  'agent.queueChanged': [
    'agent/queue/action@',
    'An agent joins or leaves a queue, or pauses in it. Paused in every joined queue is not ready.',
  ],
  'agent.scheduled': ['agent/day', 'An agent’s plan for a day. The newest for that day stands.'],
  'message.recorded': ['messageId/direction', 'A mail came in or went out.'],
  'message.tracked': ['messageId/track', 'What became of a mail that went out.'],
  'case.changed': ['caseId/field@', 'A case of the help desk moved.'],
  'lead.changed': ['leadId/change@', 'A lead moved.'],
  'opportunity.changed': ['opportunityId/change@', 'An opportunity moved.'],
  'quote.changed': ['quoteId/document/change@', 'A quote or a proposal moved.'],
  'order.changed': ['orderId/change@', 'An order was placed, corrected or cancelled.'],
  'customer.changed': [
    'account/change@',
    'A paying customer came, grew, shrank or left. `existing` is an opening balance.',
  ],
  'activity.recorded': ['activityId/kind', 'Something was done that is counted, such as a demo.'],
  'cost.recorded': ['costId', 'What something cost, spread over its span.'],
  'evaluation.recorded': ['evaluationId@', 'An evaluator scored a contact. The last one stands.'],
  'survey.sent': ['responseId', 'A customer was asked. The last one stands.'],
  'survey.answered': ['responseId', 'A customer answered. The last one stands.'],
  'source.snapshot': [
    'source/scope@',
    'What the source sees now. It asserts what it lists, and nothing about what it does not.',
  ],
  'source.gap': [
    'source@',
    'The source missed something. Metrics over the span are marked partial.',
  ],
  'source.restarted': [
    'system@',
    'The system (the PBX, not its collector) restarted: its contacts of before that have no end are `lost` then.',
  ],
  'fact.retracted': [
    'type/key',
    'Reports of that fact recorded up to this one’s `recordedtime` are void. A later report restores it.',
  ],
}

/** Words for fields whose names do not say all; by field, or by type and field. */
const notes: Record<string, string> = {
  contactId: 'the call, chat or message thread',
  visitId: 'one entry into one queue',
  offerId: 'one ring attempt at one agent',
  legId: 'one agent’s handling',
  fromLegId: 'the leg that hands on',
  interactionId: 'what several contacts have in common for the customer',
  parentContactId: 'the contact that this one came from',
  agent: 'as the source names the agent',
  queue: 'as the source names the queue',
  customer: 'number, address or id; left out or `anonymous` where withheld',
  account: 'the customer as the CRM has it',
  priority: 'as the source counts it',
  position: 'in the queue, at the entry',
  toQueue: 'where the contact goes on',
  dueAt: 'when the customer expects it',
  mode: 'such as preview, progressive, predictive',
  matter: 'the customer’s matter that it belongs to',
  resolved: 'whether the matter is settled',
  outreach: 'it was sent to win somebody',
  machine: 'a scanner or mail proxy did it, not a person',
  noReplyNeeded: 'it needs no answer',
  receivedAt: 'when the server took it in',
  messageId: 'the RFC 5322 Message-ID',
  termMonths: 'the length of the contract',
  firstContactAt: 'when the sale began',
  monthly: 'the monthly level after the change',
  'customer.changed amount': 'the size of the change, positive',
  'quote.changed lines': 'how many',
  cause: '`error` (default): ours; `customer`: theirs',
  count: 'default 1',
  'activity.recorded kind':
    '`appointment`, `validAppointment`, `demo`, `referral`, `siteVisit`, `socialAction`, `adClick`, `documentRequest`, `directMail`, `socialMessage`, `adPlacement`, or your own',
  'lead.changed stage': '`mql`, `sql`, or your own',
  items: 'the field names of the other types; `since` says since when',
  'fact.retracted type': 'the type of the fact that is void',
  'fact.retracted key': 'its key, as this page has it',
  boot: 'what tells one run of the system from the next',
  handledAt: 'when the evaluated contact was handled',
  purpose: 'default `score`',
  scale: 'default by kind: csat 1 to 5, nps 0 to 10, ces 1 to 7, fcr 0 (no) to 1 (yes)',
  role: 'default `primary`; only those are handlings',
  'contact.queued reason': '`requeue` is only after an answer',
}

function section(type: EventType): string {
  const [key, meaning] = meanings[type]
  const shape: Record<string, z.ZodType> = eventSchemas[type].shape
  const rows = Object.entries(shape)
    .filter(([field]) => field !== 'provenance' && field !== 'precision')
    .map(([field, schema]) => {
      const isOptional = schema instanceof z.ZodOptional
      const note = notes[`${type} ${field}`] ?? notes[field] ?? ''
      return `| \`${field}\` | ${isOptional ? '' : 'yes'} | ${valuesOf(schema)} | ${note} |`
    })
  const table = ['| field | required | values | |', '| --- | --- | --- | --- |', ...rows].join('\n')
  return `#### \`${type}\`\n\n${meaning}\n\nKey: \`${key}\`\n\n${table}\n`
}

/** What a field may hold, in words. */
function valuesOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodOptional) return valuesOf(schema.unwrap() as z.ZodType)
  const named = new Map<z.ZodType, string>([
    [Name, 'text'],
    [Text, 'long text'],
    [Instant, 'instant'],
    [LocalDate, 'date'],
    [Money, 'money'],
    [MoneySize, 'money'],
  ])
  const name = named.get(schema)
  if (name !== undefined) return name
  if (schema instanceof z.ZodEnum) return schema.options.map((word) => `\`${word}\``).join(' ')
  if (schema instanceof z.ZodBoolean) return '`true` `false`'
  if (schema instanceof z.ZodArray) return `list of ${valuesOf(schema.element as z.ZodType)}`
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Record<string, z.ZodType>).map(
      ([field, inner]) =>
        `\`${field}\`${inner instanceof z.ZodOptional ? '?' : ''}: ${valuesOf(inner)}`,
    )
    return `{ ${fields.join(', ')} }`
  }
  if (schema instanceof z.ZodUnion) {
    return schema.options.map((one) => valuesOf(one as z.ZodType)).join(' or ')
  }
  if (schema instanceof z.ZodNumber) return schema.format === null ? 'number' : 'whole number'
  throw new Error('A kind of field that this page has no words for')
}

it('docs/events.md lists every type and field that is accepted, and no other', async () => {
  const page = await readFile(PAGE, 'utf8')
  const [before, rest = ''] = page.split(BEGIN)
  const after = rest.split(END)[1] ?? ''
  const listed = families.map(([prefix, title]) => {
    const types = eventTypes.filter((type) => type.startsWith(`${prefix}.`))
    return `### ${title}\n\n${types.map(section).join('\n')}`
  })
  const whole = `${before ?? ''}${BEGIN}\n\n${listed.join('\n')}\n${END}${after}`
  await expect(
    await format(whole, { parser: 'markdown', printWidth: 100, semi: false, singleQuote: true }),
  ).toMatchFileSnapshot(PAGE.pathname)
  for (const type of eventTypes) expect(whole.split(`#### \`${type}\``)).toHaveLength(2)
})

it('every word on a field is about a field that there is', () => {
  const fields = new Set(
    eventTypes.flatMap((type) =>
      Object.keys(eventSchemas[type].shape).flatMap((field) => [field, `${type} ${field}`]),
    ),
  )
  expect(Object.keys(notes).filter((note) => !fields.has(note))).toEqual([])
})

it('the keys on the page are the keys of the examples', () => {
  for (const type of eventTypes) {
    const [key] = meanings[type]
    expect(key.endsWith('@')).toBe(everyEvent[type].key.endsWith('@'))
  }
})
