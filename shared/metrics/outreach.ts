import { balanceMetric, ratio, whereCredited } from './metric.ts'

/**
 * Mail that we write unasked. What became of a message is counted once a message and at its send, so
 * that a rate compares mails of one period. It was delivered where a feed says so, and else where it
 * did not bounce, unless the directory says that its source reports every delivery.
 */

const rate = {
  group: 3,
  unit: 'ratio',
  byChannel: false,
  attribution: 'at the send of the message',
  empty: 'no outreach was delivered',
  better: 'higher',
  scopes: whereCredited,
} as const

/** Outreach that a person opened. [J K G] */
export const emailOpenRate = balanceMetric({
  ...rate,
  name: 'Open rate',
  nameJa: 'メール開封率',
  formula: 'n(outreach opened by a person) / n(outreach delivered); opens by machines are left out',
  parts: { opened: ['outreachOpened'], delivered: ['outreachDelivered'] },
  value: ({ opened, delivered }) => ratio(opened, delivered),
})

/** Outreach that was replied to. [G] */
export const emailResponseRate = balanceMetric({
  ...rate,
  name: 'Response rate',
  nameJa: 'メール返信率',
  formula:
    'n(outreach replied to) / n(outreach delivered); a reply is one that was tracked, or a message ' +
    'of a customer in reply',
  parts: { replied: ['outreachReplied'], delivered: ['outreachDelivered'] },
  value: ({ replied, delivered }) => ratio(replied, delivered),
})

/** Companies that had never replied before. [I] */
export const companiesResponded = balanceMetric({
  ...rate,
  unit: 'count',
  name: 'Companies that responded',
  nameJa: '反応企業数',
  formula: 'n(accounts with their first reply to outreach), for who wrote what it replied to',
  attribution: 'at that first reply',
  empty: null,
  parts: { companies: ['companiesResponded'] },
  value: ({ companies }) => companies,
})
