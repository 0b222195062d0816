import { describe, expect, it } from 'vitest'
import { Directory } from './directory.ts'
import type { roles } from './rights.ts'
import { actions, can, canSomewhere, personOf, type Action, type Viewer } from './rights.ts'
import { parseScope } from './scope.ts'

const directory = Directory.parse({
  sites: [{ key: 'osaka' }, { key: 'tokyo' }],
  teams: [
    { key: 'red', site: 'osaka' },
    { key: 'blue', site: 'tokyo' },
  ],
  agents: [
    { key: 'anna', teams: [{ team: 'red' }] },
    { key: 'ben', teams: [{ team: 'red', to: '2026-11-01T00:00:00Z' }, { team: 'blue' }] },
    { key: 'chie', teams: [{ team: 'blue' }] },
    { key: 'dai', site: 'osaka' },
  ],
  queues: [
    {
      key: 'sales',
      site: 'osaka',
      members: ['chie', { agent: 'dai', to: '2026-11-01T00:00:00Z' }],
    },
    { key: 'support', team: 'blue' },
  ],
})
const nowMs = Date.UTC(2026, 10, 21)
const someone = (role: (typeof roles)[number], ...scopes: string[]): Viewer =>
  personOf({ role, scopes }, directory, nowMs)

/** Asks about scopes as text, and tells which of them are allowed. */
const allowed = (viewer: Viewer, action: Action, ...scopes: string[]): string[] =>
  scopes.filter((text) => {
    const scope = parseScope(text)
    return scope !== null && can(viewer, action, scope)
  })
const everyScope = [
  'center',
  ...['site:osaka', 'site:tokyo', 'team:red', 'team:blue', 'queue:sales', 'queue:support'],
  ...['agent:anna', 'agent:ben', 'agent:chie', 'agent:dai', 'agent:stranger'],
]

describe('what each role may do somewhere', () => {
  const reading = ['seeCatalogue', 'seeBoards', 'seeFigures', 'seeLive', 'seeDetail', 'seeStatus']
  it.each<[string, Viewer, readonly string[]]>([
    ['administrator', someone('administrator'), actions],
    ['supervisor', someone('supervisor'), [...reading, 'seeDirectory', 'editBoards']],
    ['agent', someone('agent', 'agent:anna'), reading.filter((each) => each !== 'seeStatus')],
    [
      'evaluator',
      someone('evaluator'),
      ['seeCatalogue', 'seeBoards', 'seeFigures', 'seeDetail', 'seeDirectory'],
    ],
    ['display', someone('display'), ['seeCatalogue', 'seeBoards', 'seeFigures', 'seeLive']],
    ['key with ingest', { kind: 'key', rights: ['ingest'] }, ['seeStatus']],
    ['key with read', { kind: 'key', rights: ['read'] }, [...reading, 'seeDirectory']],
    ['key with admin', { kind: 'key', rights: ['admin'] }, actions],
    ['key with two', { kind: 'key', rights: ['ingest', 'read'] }, [...reading, 'seeDirectory']],
  ])('%s', (_name, viewer, expected) => {
    expect(actions.filter((action) => canSomewhere(viewer, action))).toEqual(expected)
  })
})

describe('how far a role reaches', () => {
  it.each<[string, Viewer, Action, readonly string[]]>([
    ['an administrator everywhere', someone('administrator'), 'seeDetail', everyScope],
    ['a supervisor of nothing in particular', someone('supervisor'), 'seeLive', everyScope],
    ['one of the whole center', someone('supervisor', 'center'), 'seeLive', everyScope],
    [
      'one of a site: its teams, queues and agents',
      someone('supervisor', 'site:osaka'),
      'seeLive',
      ['site:osaka', 'team:red', 'queue:sales', 'agent:anna', 'agent:chie', 'agent:dai'],
    ],
    [
      'one of a team: its queues and its agents of today',
      someone('supervisor', 'team:red'),
      'seeDetail',
      ['team:red', 'agent:anna'],
    ],
    [
      'one of another team',
      someone('supervisor', 'team:blue'),
      'seeFigures',
      ['team:blue', 'queue:support', 'agent:ben', 'agent:chie'],
    ],
    [
      'one of a queue: its members of today',
      someone('supervisor', 'queue:sales'),
      'seeLive',
      ['queue:sales', 'agent:chie'],
    ],
    [
      'a rep: own numbers and those of the team',
      someone('agent', 'agent:anna'),
      'seeFigures',
      ['team:red', 'agent:anna'],
    ],
    [
      'a rep who was given a queue: its sums',
      someone('agent', 'agent:anna', 'queue:sales'),
      'seeFigures',
      ['team:red', 'queue:sales', 'agent:anna'],
    ],
    ['but nobody in it', someone('agent', 'agent:anna', 'queue:sales'), 'seeLive', ['agent:anna']],
    ['nor behind it', someone('agent', 'agent:anna', 'queue:sales'), 'seeDetail', ['agent:anna']],
    [
      'a rep who was given the center: its sums alone',
      someone('agent', 'agent:anna', 'center'),
      'seeFigures',
      ['center', 'team:red', 'agent:anna'],
    ],
    [
      'a rep who left the team',
      someone('agent', 'agent:ben'),
      'seeFigures',
      ['team:blue', 'agent:ben'],
    ],
    ['a rep whom nobody named', someone('agent'), 'seeFigures', []],
    ['an evaluator sees no live states', someone('evaluator'), 'seeLive', []],
    [
      'a display shows its scopes',
      someone('display', 'queue:support'),
      'seeFigures',
      ['queue:support'],
    ],
    ['and opens nothing', someone('display', 'queue:support'), 'seeDetail', []],
    ['a key with read', { kind: 'key', rights: ['read'] }, 'seeDetail', everyScope],
    ['a key that only sends', { kind: 'key', rights: ['ingest'] }, 'seeFigures', []],
  ])('%s', (_name, viewer, action, expected) => {
    expect(allowed(viewer, action, ...everyScope)).toEqual(expected)
  })

  it('a rep never sees a colleague, whatever scopes were given', () => {
    const rep = someone('agent', 'agent:anna', 'center', 'site:osaka', 'team:red', 'queue:sales')
    for (const action of actions) {
      expect(allowed(rep, action, 'agent:ben', 'agent:dai', 'agent:chie')).toEqual(
        // Boards and the dictionary are of nobody.
        action === 'seeBoards' || action === 'seeCatalogue'
          ? ['agent:ben', 'agent:dai', 'agent:chie']
          : [],
      )
    }
  })
})
