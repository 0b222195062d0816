import { describe, expect, it } from 'vitest'
import { Directory, emptyDirectory } from '../../shared/directory.ts'
import { connectors, lacksOf } from './registry.ts'

describe('what a source never reports', () => {
  const described = Directory.parse({
    sources: [
      { source: '/acme/1/feed', connector: 'asterisk-queue-log', lacks: [] },
      { source: '/crm/1/hook', lacks: ['contact.held'] },
    ],
  })
  it.each([
    ['a queue_log by its name', '/asterisk/pbx-1/queue-log', emptyDirectory, 'contact.held', true],
    ['an AMI feed by its name', '/asterisk/pbx-1/ami', emptyDirectory, 'contact.held', false],
    ['… which ends no wrap-up', '/asterisk/pbx-1/ami', emptyDirectory, 'contact.wrapUpEnded', true],
    ['what the directory connects', '/acme/1/feed', described, 'contact.held', true],
    ['what the directory says', '/crm/1/hook', described, 'contact.held', true],
    ["somebody else's feed", '/acme/2/feed', emptyDirectory, 'contact.held', false],
  ])('%s', (_what, source, directory, type, lacks) => {
    expect(lacksOf(source, directory).includes(type)).toBe(lacks)
  })
})

it.each(Object.entries(connectors))('%s goes by its name', (name, connector) => {
  expect(connector.name).toBe(name)
})
