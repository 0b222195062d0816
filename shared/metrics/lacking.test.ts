import { describe, expect, it } from 'vitest'
import { firstLacking, lackingOf } from './lacking.ts'
import type { Feed } from './lacking.ts'

const log: Feed = {
  source: '/asterisk/pbx-1/queue_log',
  lacks: ['contact.held', 'contact.wrapUpStarted', 'lead.changed'],
}
const ami: Feed = {
  source: '/asterisk/pbx-1/ami',
  lacks: ['contact.wrapUpStarted', 'lead.changed'],
}
const crm: Feed = {
  source: '/salesforce/ours',
  lacks: ['contact.held', 'contact.wrapUpStarted', 'contact.queued'],
}

describe('lackingOf', () => {
  it.each([
    ['no feed yet: nothing is lacking', [], {}],
    [
      'one feed lacks what it lacks',
      [log],
      Object.fromEntries(log.lacks.map((type) => [type, log.source])),
    ],
    [
      'what one of two reports is there; who comes nearest is named',
      [log, ami],
      { 'contact.wrapUpStarted': ami.source, 'lead.changed': log.source },
    ],
    [
      'that a CRM knows no wrap-ups is no news',
      [crm, log],
      { 'contact.held': log.source, 'contact.wrapUpStarted': log.source },
    ],
    [
      'a feed that says everything leaves nothing lacking',
      [log, { source: '/ours', lacks: [] }],
      {},
    ],
  ])('%s', (_name, feeds, expected) => {
    expect(Object.fromEntries(lackingOf(feeds))).toEqual(expected)
  })
})

describe('firstLacking', () => {
  const lacking = lackingOf([ami])
  it.each([
    ['nothing needed', [], null],
    ['what is there', [['contact.held']], null],
    ['one of two is enough', [['contact.wrapUpStarted', 'contact.held']], null],
    [
      'each must be met',
      [['contact.held'], ['contact.wrapUpStarted']],
      { lacks: 'contact.wrapUpStarted', source: ami.source },
    ],
    [
      'neither of two',
      [['lead.changed', 'contact.wrapUpStarted']],
      { lacks: 'lead.changed', source: ami.source },
    ],
  ] as const)('%s', (_name, needs, expected) => {
    expect(firstLacking(needs, lacking)).toEqual(expected)
  })
})
