import { compareText, number, text } from './facts.ts'
import type { Fact } from './facts.ts'
import { ratio } from './marks.ts'
import type { Formula, Mark } from './marks.ts'
import { thingsOf } from './objects.ts'
import type { World } from './world.ts'

/** Groups 7 and 8: evaluations and surveys. */

export function qualityMarks(facts: readonly Fact[], world: World): Mark[] {
  const marks: Mark[] = []
  for (const { facts: own } of thingsOf(facts, 'evaluation.recorded', 'evaluationId')) {
    const last = own.at(-1)!
    if (text(last, 'purpose') === 'calibration') continue
    const agent = world.agent(text(last, 'agent')!)
    const handledMs = number(last, 'handledAt')!
    const channel = text(last, 'channel')!
    const of: { channel?: string } = {}
    const mark = (name: string, atMs: number, amount = 1) =>
      marks.push({ of: name, atMs, amount, agent, ...of, ...world.agentPlace(agent, atMs) })
    const released = own.find((fact) => text(fact, 'status') === 'released')
    if (text(last, 'status') === 'withdrawn') continue
    if (released) mark('evaluations', released.atMs)
    const isCritical = last.data['criticalFailure'] === true
    if (isCritical) mark('criticals', handledMs)
    const kind = channel === 'email' ? 'mail' : 'call'
    // What is said of calls is said of a channel, as all of group 1.
    if (kind === 'call') of.channel = channel
    mark(`${kind}.score`, handledMs, isCritical ? 0 : number(last, 'score')!)
    mark(`${kind}.possible`, handledMs, number(last, 'possible')!)
    const sections = last.data['sections'] as { id: string; score: number; possible: number }[]
    for (const { id, score, possible } of sections) {
      mark(`${kind}.score.${id}`, handledMs, score)
      mark(`${kind}.possible.${id}`, handledMs, possible)
    }
  }
  return marks
}

export function surveyMarks(facts: readonly Fact[], world: World): Mark[] {
  const marks: Mark[] = []
  const sent = facts.filter(({ type }) => type === 'survey.sent')
  const answered = facts
    .filter(({ type }) => type === 'survey.answered')
    .sort((one, other) => compareText(one.id, other.id))
  const dimensions = (fact: Fact, other: Fact | undefined, atMs: number) => {
    const name = text(fact, 'agent') ?? text(other, 'agent')
    const queueName = text(fact, 'queue') ?? text(other, 'queue')
    const agent = name === null ? null : world.agent(name)
    const queue = queueName === null ? null : world.queue(queueName)
    return {
      agent,
      queue,
      ...(agent === null ? world.queuePlace(queue) : world.agentPlace(agent, atMs)),
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
    const audience = text(fact, 'audience')!
    const kind = text(fact, 'kind')!
    const usual = { csat: [1, 5], nps: [0, 10], ces: [1, 7], fcr: [0, 1] }[kind]!
    const scale = fact.data['scale'] as { min: number; max: number } | undefined
    const [min, max] = [scale?.min ?? usual[0]!, scale?.max ?? usual[1]!]
    const mark = (of: string, amount = 1) =>
      marks.push({
        of: `${audience}.${of}`,
        atMs: fact.atMs,
        amount,
        ...dimensions(fact, sent.find(same(fact)), fact.atMs),
      })
    mark(`${kind}.answers`)
    if (kind === 'csat') {
      const boxes = max - min + 1 < 4 ? 1 : 2
      if (score > max - boxes) mark('csat.satisfied')
    }
    if (kind === 'nps' && score >= 9) mark('nps.promoters')
    if (kind === 'nps' && score <= 6) mark('nps.detractors')
    if (kind === 'ces') mark('ces.effort', (score - min) / (max - min))
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
    ratio(of(`${audience}.ces.effort`), of(`${audience}.ces.answers`))

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
