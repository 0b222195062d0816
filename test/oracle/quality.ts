import type { Contact } from './calls.ts'
import { compareText, number, reference, text } from './facts.ts'
import type { Fact } from './facts.ts'
import { ratio } from './marks.ts'
import type { Formula, Mark } from './marks.ts'
import type { Answer } from './matters.ts'
import { thingsOf } from './objects.ts'
import type { World } from './world.ts'

/** Groups 7 and 8: evaluations and surveys. */

/** Whom what is said of a contact afterwards concerns, where it does not say so itself. */
export type Credits = ReadonlyMap<string, { agent: string | null; queue: string | null }>

/** The last handling of each contact, else the queue that it waited in last. */
export function creditsOf(contacts: readonly Contact[]): Credits {
  return new Map(
    contacts.map(({ key, legs, visits }) => {
      const last = legs
        .filter(({ role, isLost }) => role === 'primary' && !isLost)
        .sort(
          (one, other) =>
            (one.toMs ?? Infinity) - (other.toMs ?? Infinity) || compareText(one.id, other.id),
        )
        .at(-1)
      const queue = last?.queue ?? visits.at(-1)?.queue ?? null
      return [key, { agent: last?.agent ?? null, queue }]
    }),
  )
}
const contactOf = (fact: Fact | undefined): string | null => {
  const contactId = text(fact, 'contactId')
  if (!fact || contactId === null) return null
  const { system, id } = reference(contactId, fact.system)
  return `${system}#${id}`
}

export function qualityMarks(facts: readonly Fact[], credits: Credits, world: World): Mark[] {
  const marks: Mark[] = []
  for (const { facts: own } of thingsOf(facts, 'evaluation.recorded', 'evaluationId')) {
    const last = own.at(-1)!
    const agent = world.agent(text(last, 'agent')!)
    const handledMs = number(last, 'handledAt')!
    const channel = text(last, 'channel')!
    const contact = contactOf(last)
    const queue = contact === null ? null : (credits.get(contact)?.queue ?? null)
    const of: { channel?: string } = {}
    const mark = (name: string, atMs: number, amount = 1, detail?: string) =>
      marks.push({
        ...{ of: name, atMs, amount, agent, queue, ...of, ...world.agentPlace(agent, atMs) },
        ...(detail !== undefined && { detail }),
      })
    if (text(last, 'status') === 'withdrawn') continue
    const isCritical = last.data['criticalFailure'] === true
    const isZero = isCritical && world.centerAt(handledMs).criticalFailureScoresZero
    const [raw, possible] = [number(last, 'score')!, number(last, 'possible')!]
    if (text(last, 'purpose') === 'calibration') {
      if (contact !== null) mark('calibrated', handledMs, (isZero ? 0 : raw) / possible, contact)
      continue
    }
    const released = own.find((fact) => text(fact, 'status') !== 'withdrawn')!
    mark('evaluations', released.atMs)
    if (isCritical) mark('criticals', handledMs)
    const kind = channel === 'email' ? 'mail' : 'call'
    // What is said of calls is said of a channel, as all of group 1.
    if (kind === 'call') of.channel = channel
    mark(`${kind}.score`, handledMs, isZero ? 0 : raw)
    mark(`${kind}.raw`, handledMs, raw)
    mark(`${kind}.possible`, handledMs, possible)
    const sections = last.data['sections'] as { id: string; score: number; possible: number }[]
    for (const { id, score, possible: most } of sections) {
      mark(`${kind}.score.${id}`, handledMs, score)
      mark(`${kind}.possible.${id}`, handledMs, most)
    }
  }
  return marks
}

/** Krippendorff's alpha by its definition: pairs within each contact against pairs at large. */
function alpha(contacts: readonly (readonly number[])[]): number | null {
  const units = contacts.filter(({ length }) => length > 1)
  const all = units.flat()
  const distances = (values: readonly number[]) =>
    values.flatMap((one, i) => values.filter((_, j) => j !== i).map((other) => (one - other) ** 2))
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const observed = sum(units.map((unit) => sum(distances(unit)) / (unit.length - 1))) / all.length
  const expected = sum(distances(all)) / (all.length * (all.length - 1))
  return all.length === 0 || expected === 0 ? null : 1 - observed / expected
}

const usualScale = { csat: [1, 5], nps: [0, 10], ces: [1, 7], fcr: [0, 1] } as const
const scaleOf = (fact: Fact): [number, number] => {
  const usual = usualScale[text(fact, 'kind') as keyof typeof usualScale]
  const scale = fact.data['scale'] as { min: number; max: number } | undefined
  return [scale?.min ?? usual[0], scale?.max ?? usual[1]]
}
/** In the top two boxes; the top one on scales under four points. */
function isOnTop(fact: Fact, score: number): boolean {
  const [min, max] = scaleOf(fact)
  return score > max - (max - min + 1 < 4 ? 1 : 2)
}

/** What customers answered to whether it was settled at once. */
export const answersOf = (facts: readonly Fact[]): Answer[] =>
  facts
    .filter((fact) => fact.type === 'survey.answered' && text(fact, 'kind') === 'fcr')
    .flatMap((fact) => {
      const [contact, score] = [contactOf(fact), number(fact, 'score')]
      if (contact === null || score === null) return []
      const id = `${fact.system}#${fact.name}`
      return [{ contact, atMs: fact.atMs, id, isSettled: isOnTop(fact, score) }]
    })

export function surveyMarks(facts: readonly Fact[], credits: Credits, world: World): Mark[] {
  const marks: Mark[] = []
  const sent = facts.filter(({ type }) => type === 'survey.sent')
  const answered = facts.filter(({ type }) => type === 'survey.answered')
  const dimensions = (fact: Fact, other: Fact | undefined, atMs: number) => {
    const contact = contactOf(fact) ?? contactOf(other)
    const credit = contact === null ? undefined : credits.get(contact)
    const name = text(fact, 'agent') ?? text(other, 'agent') ?? credit?.agent ?? null
    const queueName = text(fact, 'queue') ?? text(other, 'queue') ?? credit?.queue ?? null
    const agent = name === null ? null : world.agent(name)
    const queue = queueName === null ? null : world.queue(queueName)
    return {
      agent,
      queue,
      ...(agent === null ? world.queuePlace(queue, atMs) : world.agentPlace(agent, atMs)),
    }
  }
  const same = (one: Fact) => (other: Fact) =>
    one.name === other.name && one.system === other.system
  for (const fact of sent) {
    const answer = answered.find(same(fact))
    const of = { atMs: fact.atMs, amount: 1, ...dimensions(fact, answer, fact.atMs) }
    marks.push({ of: 'surveys.sent', ...of })
    if (answer) marks.push({ of: 'surveys.returned', ...of })
  }
  for (const fact of answered) {
    const score = number(fact, 'score')
    if (score === null) continue
    const kind = text(fact, 'kind')!
    const [min, max] = scaleOf(fact)
    const mark = (of: string, amount = 1) =>
      marks.push({
        of: `${text(fact, 'audience')!}.${of}`,
        atMs: fact.atMs,
        amount,
        ...dimensions(fact, sent.find(same(fact)), fact.atMs),
      })
    mark(`${kind}.answers`)
    // The ledger holds whole numbers: a place on a scale is told in ten-thousandths.
    mark(`${kind}.height`, Math.round(((score - min) / (max - min)) * 10_000) / 10_000)
    if (kind === 'csat' && isOnTop(fact, score)) mark('csat.satisfied')
    if (kind === 'nps' && score >= 9) mark('nps.promoters')
    if (kind === 'nps' && score <= 6) mark('nps.detractors')
  }
  return marks
}

const scored =
  (kind: string, section = ''): Formula =>
  ({ of }) =>
    ratio(of(`${kind}.score${section}`), of(`${kind}.possible${section}`))
const satisfaction =
  (audience: string): Formula =>
  ({ of }) =>
    ratio(of(`${audience}.csat.satisfied`), of(`${audience}.csat.answers`))
const promoters =
  (audience: string): Formula =>
  ({ of }) => {
    const share = ratio(
      of(`${audience}.nps.promoters`) - of(`${audience}.nps.detractors`),
      of(`${audience}.nps.answers`),
    )
    return share === null ? null : share * 100
  }
const effort =
  (audience: string): Formula =>
  ({ of }) =>
    ratio(of(`${audience}.ces.height`), of(`${audience}.ces.answers`))

const sections = {
  ProductKnowledge: 'productKnowledge',
  TechnicalKnowledge: 'technicalKnowledge',
  Communication: 'communication',
  ProblemSolving: 'problemSolving',
}
export const qualityMetrics: Record<string, Formula> = {
  callQualityScore: scored('call'),
  emailQualityScore: scored('mail'),
  ...Object.fromEntries(
    Object.entries(sections).flatMap(([name, section]) => [
      [`callQuality${name}`, scored('call', `.${section}`)],
      [`emailQuality${name}`, scored('mail', `.${section}`)],
    ]),
  ),
  evaluatorAgreement: ({ list }) => {
    const byContact = new Map<string, number[]>()
    for (const { detail = '', amount } of list('calibrated')) {
      byContact.set(detail, [...(byContact.get(detail) ?? []), amount])
    }
    return alpha([...byContact.values()])
  },
  evaluationsCompleted: ({ of }) => of('evaluations'),
  criticalFailures: ({ of }) => of('criticals'),
  customerSatisfaction: satisfaction('customer'),
  fieldSalesSatisfaction: satisfaction('fieldSales'),
  partnerSatisfaction: satisfaction('partner'),
  netPromoterScore: promoters('customer'),
  fieldSalesNetPromoterScore: promoters('fieldSales'),
  partnerNetPromoterScore: promoters('partner'),
  customerEffortScore: effort('customer'),
  fieldSalesEffortScore: effort('fieldSales'),
  partnerEffortScore: effort('partner'),
  surveyResponseRate: ({ of }) => ratio(of('surveys.returned'), of('surveys.sent')),
}
