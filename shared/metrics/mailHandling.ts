import { balanceMetric, everywhere, ratio, whereCredited, whereQueued } from './metric.ts'

/**
 * Mail that customers write. A turn is what a customer wrote in a thread since the last word of an
 * agent; the next message by an agent answers it, a case that is solved, closed or said to need no
 * reply closes it. Automation neither opens nor answers one.
 */

const common = {
  group: 3,
  unit: 'count',
  byChannel: false,
  empty: null,
  better: 'higher',
  scopes: everywhere,
} as const

/** Messages that came in, each by itself. [D] */
export const emailsReceived = balanceMetric({
  ...common,
  name: 'Emails received',
  nameJa: 'メール受信数',
  formula: 'n(inbound messages)',
  attribution: 'when the message was received',
  better: 'neither',
  scopes: whereQueued,
  parts: { received: ['emailsReceived'] },
  value: ({ received }) => received,
})

/** Turns that are over, by a reply or without. [D] */
export const emailsHandled = balanceMetric({
  ...common,
  name: 'Emails handled',
  nameJa: 'メール対応件数',
  formula: 'n(turns answered or closed)',
  attribution: 'at the reply, or when the case was closed',
  parts: { handled: ['emailsHandled'] },
  value: ({ handled }) => handled,
})

const responseTime = {
  ...common,
  unit: 'ms',
  attribution: 'at the reply',
  empty: 'no mail was answered',
  better: 'lower',
} as const

/** How long customers waited for a reply, by the clock on the wall. [D] */
export const averageEmailResponseTime = balanceMetric({
  ...responseTime,
  name: 'Average time to respond',
  nameJa: '平均メール返信時間',
  formula: 'sum(reply − received) / n(turns answered)',
  parts: { waited: ['emailResponseMs'], answered: ['emailsAnswered'] },
  value: ({ waited, answered }) => ratio(waited, answered),
})

/** How much of that the queue was open. [D] */
export const averageEmailResponseTimeBusinessHours = balanceMetric({
  ...responseTime,
  name: 'Average time to respond, in business hours',
  nameJa: '平均メール返信時間(営業時間)',
  formula:
    'sum(opening hours between received and reply) / n(turns answered); the hours of the queue, in ' +
    'its zone, as in force at each instant; a queue without hours is always open',
  parts: { waited: ['emailResponseBusinessMs'], answered: ['emailsAnswered'] },
  value: ({ waited, answered }) => ratio(waited, answered),
})

/** Turns answered in time. One past its target is a miss at once, answered later or not. [+] */
export const emailServiceLevel = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Answered within target',
  nameJa: 'メールSLA達成率',
  formula:
    'n(turns answered in target) / n(those + turns past their target); the target is the queue’s, ' +
    '4 business hours unless set; a turn closed in time without a reply is in neither',
  attribution: 'at the reply if in target, else at the due instant',
  empty: 'no turn was answered or due',
  parts: { inTarget: ['emailsInTarget'], pastTarget: ['emailsPastTarget'] },
  value: ({ inTarget, pastTarget }) => ratio(inTarget, inTarget + pastTarget),
})

/** Messages that agents wrote; those of automation are in none. [K G] */
export const emailsSent = balanceMetric({
  ...common,
  name: 'Emails sent',
  nameJa: 'メール送信数',
  formula: 'n(outbound messages by agents)',
  attribution: 'at the send',
  scopes: whereCredited,
  better: 'neither',
  parts: { sent: ['emailsSent'] },
  value: ({ sent }) => sent,
})
