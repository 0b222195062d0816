import type { Directory } from './directory.ts'
import type { Scope } from './scope.ts'
import { parseScope, scopeText } from './scope.ts'

/**
 * Who may do what: one pure function, `can`, that the API, the gateway and the screens all ask.
 *
 * A person has a role; a role grants actions, some everywhere and some only within the scopes that
 * the person was given. A key has rights instead of a role.
 */

/**
 * - `administrator`: everything.
 * - `supervisor`: figures, live states and details of given teams, sites or queues; boards.
 * - `agent`: a rep: own numbers, and the figures of own teams; never a colleague's.
 * - `evaluator`: figures, and the contacts to be evaluated.
 * - `display`: a screen that many see: boards and what they show, nothing behind it.
 */
export const roles = ['administrator', 'supervisor', 'agent', 'evaluator', 'display'] as const
export type Role = (typeof roles)[number]

/** `ingest`: send events. `read`: everything that is shown. `admin`: everything that is set. */
export const keyRights = ['ingest', 'read', 'admin'] as const
export type KeyRight = (typeof keyRights)[number]

export const actions = [
  /** The dictionary of metrics. */
  'seeCatalogue',
  'seeBoards',
  /** Sums: metrics of a scope, now and in the past. */
  'seeFigures',
  /** Single contacts that wait and single agents with their states. */
  'seeLive',
  /** The entries, contacts and facts behind a number. */
  'seeDetail',
  /** How feeds and the engine are doing. */
  'seeStatus',
  'seeDirectory',
  'editBoards',
  'editDirectory',
  /** What feeds sent and could not be taken: read it, send it again. */
  'manageFeeds',
  'manageUsers',
  'manageKeys',
  'seeAudit',
] as const
export type Action = (typeof actions)[number]

/** Somebody who signed in, as `can` sees them. Made by `personOf`. */
export type Person = {
  kind: 'person'
  role: Role
  /** The scopes that the person was given and all that lies in them, as text; null: everything. */
  covers: ReadonlySet<string> | null
  /** The agent that this person is; null: none. */
  agent: string | null
  /** The teams that agent is in now. */
  teams: readonly string[]
}
/** A program that showed a key. */
export type KeyHolder = { kind: 'key'; rights: readonly KeyRight[] }
export type Viewer = Person | KeyHolder

/**
 * - `everywhere`: whatever the scope, of every center.
 * - `covered`: within the scopes that the person was given.
 * - `own`: what the person does, and for figures also the person's teams and given scopes.
 */
type Reach = 'everywhere' | 'covered' | 'own' | 'never'

const nothing: Record<Action, Reach> = {
  seeCatalogue: 'never',
  seeBoards: 'never',
  seeFigures: 'never',
  seeLive: 'never',
  seeDetail: 'never',
  seeStatus: 'never',
  seeDirectory: 'never',
  editBoards: 'never',
  editDirectory: 'never',
  manageFeeds: 'never',
  manageUsers: 'never',
  manageKeys: 'never',
  seeAudit: 'never',
}
const reading: Record<Action, Reach> = {
  ...nothing,
  seeCatalogue: 'everywhere',
  seeBoards: 'everywhere',
  seeFigures: 'everywhere',
  seeLive: 'everywhere',
  seeDetail: 'everywhere',
  seeStatus: 'everywhere',
  seeDirectory: 'everywhere',
}
const everything: Record<Action, Reach> = {
  ...reading,
  editBoards: 'everywhere',
  editDirectory: 'everywhere',
  manageFeeds: 'everywhere',
  manageUsers: 'everywhere',
  manageKeys: 'everywhere',
  seeAudit: 'everywhere',
}

const reachOfRole: Record<Role, Record<Action, Reach>> = {
  administrator: everything,
  supervisor: {
    ...nothing,
    seeCatalogue: 'everywhere',
    seeBoards: 'everywhere',
    seeFigures: 'covered',
    seeLive: 'covered',
    seeDetail: 'covered',
    seeStatus: 'everywhere',
    seeDirectory: 'everywhere',
    editBoards: 'everywhere',
  },
  agent: {
    ...nothing,
    seeCatalogue: 'everywhere',
    seeBoards: 'everywhere',
    seeFigures: 'own',
    seeLive: 'own',
    seeDetail: 'own',
  },
  evaluator: {
    ...nothing,
    seeCatalogue: 'everywhere',
    seeBoards: 'everywhere',
    seeFigures: 'covered',
    seeDetail: 'covered',
    seeDirectory: 'everywhere',
  },
  display: {
    ...nothing,
    seeCatalogue: 'everywhere',
    seeBoards: 'everywhere',
    seeFigures: 'covered',
    seeLive: 'covered',
  },
}

const reachOfRight: Record<KeyRight, Record<Action, Reach>> = {
  // Whoever sends events may look whether the numbers hold them.
  ingest: { ...nothing, seeStatus: 'everywhere' },
  read: reading,
  admin: everything,
}

/**
 * Whether somebody may do something about a scope. For what has no scope, such as keys, ask about
 * the center.
 */
export function can(viewer: Viewer, action: Action, scope: Scope): boolean {
  if (viewer.kind === 'key') {
    return viewer.rights.some((right) => reachOfRight[right][action] === 'everywhere')
  }
  const reach = reachOfRole[viewer.role][action]
  switch (reach) {
    case 'everywhere':
      return true
    case 'never':
      return false
    case 'covered':
      return covers(viewer, scope)
    case 'own':
      return isOwn(viewer, action, scope)
  }
}

/** Whether there is any scope about which somebody may do something: what a menu asks. */
export function canSomewhere(viewer: Viewer, action: Action): boolean {
  if (viewer.kind === 'key') return can(viewer, action, { kind: 'center' })
  return reachOfRole[viewer.role][action] !== 'never'
}

function covers(person: Person, scope: Scope): boolean {
  return person.covers === null || person.covers.has(scopeText(scope))
}

/**
 * A rep sees single contacts and states of nobody else; sums of own teams, and of scopes that were
 * given by name. Another agent's scope is refused even where it was given: a role that may see
 * single people is `supervisor`.
 */
function isOwn(person: Person, action: Action, scope: Scope): boolean {
  if (scope.kind === 'agent') return person.agent !== null && scope.key === person.agent
  if (action !== 'seeFigures') return false
  if (scope.kind === 'team' && person.teams.includes(scope.key)) return true
  return person.covers !== null && person.covers.has(scopeText(scope))
}

/**
 * The person that a user is in a center, by its directory at an instant.
 *
 * `scopes` are those that the user was given, as text; none means the whole center, but for an
 * agent, who then sees own numbers only. An agent's `agent:` scope names who it is.
 */
export function personOf(
  user: { role: Role; scopes: readonly string[] },
  directory: Directory,
  nowMs: number,
): Person {
  const { role, scopes } = user
  const agent =
    role === 'agent'
      ? (scopes.map(parseScope).find((scope) => scope?.kind === 'agent') ?? null)
      : null
  const key = agent?.kind === 'agent' ? agent.key : null
  const entry = directory.agents.find((candidate) => candidate.key === key)
  return {
    kind: 'person',
    role,
    covers: scopes.length === 0 ? null : coverOf(scopes, role, directory, nowMs),
    agent: key,
    teams: entry ? teamsAt(entry, nowMs) : [],
  }
}

const teamsAt = (agent: Directory['agents'][number], nowMs: number): string[] =>
  agent.teams
    .filter(({ from, to }) => (from ?? -Infinity) <= nowMs && nowMs < (to ?? Infinity))
    .map(({ team }) => team)

/**
 * The given scopes with what lies in them now: a site's teams, queues and agents, a team's queues
 * and agents, a queue's agents. A rep's scopes stay as given: they are sums, not people.
 */
function coverOf(
  scopes: readonly string[],
  role: Role,
  directory: Directory,
  nowMs: number,
): ReadonlySet<string> | null {
  // The whole center holds every scope, also those of agents that no directory names.
  if (scopes.includes('center') && role !== 'agent') return null
  const covered = new Set(scopes)
  if (role === 'agent') return covered

  const has = (kind: 'site' | 'team' | 'queue', key: string | undefined): boolean =>
    key !== undefined && covered.has(`${kind}:${key}`)
  for (const team of directory.teams) {
    if (has('site', team.site)) covered.add(`team:${team.key}`)
  }
  for (const queue of directory.queues) {
    if (has('site', queue.site) || has('team', queue.team)) covered.add(`queue:${queue.key}`)
  }
  for (const queue of directory.queues) {
    if (!has('queue', queue.key)) continue
    for (const { agent, from, to } of queue.members) {
      if ((from ?? -Infinity) <= nowMs && nowMs < (to ?? Infinity)) covered.add(`agent:${agent}`)
    }
  }
  for (const agent of directory.agents) {
    const inTeam = teamsAt(agent, nowMs).some((team) => has('team', team))
    if (inTeam || has('site', agent.site)) covered.add(`agent:${agent.key}`)
  }
  return covered
}
