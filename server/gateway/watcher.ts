/** What somebody who watches may see, and how agents are named to them. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Directory, DirectoryAgent } from '../../shared/directory.ts'
import { can, personOf, type Viewer } from '../../shared/rights.ts'
import type { Scope } from '../../shared/scope.ts'
import type { Refusal } from '../../shared/wire.ts'
import type { Caller } from '../auth/identity.ts'

/** A viewer of one center, as frames are made for them. Viewers of one audience share frames. */
export type Watcher = {
  /** Everything below in one text: where it is the same, so is every frame. */
  audience: string
  /** The sums of a scope. */
  maySee: (scope: Scope) => boolean
  /** Single contacts and agents in a scope. */
  maySeeLive: (scope: Scope) => boolean
  /** Whether agents go by their keys, which may be names; else by numbers of the frame's own. */
  seesKeys: boolean
  /** Why somebody is away is nobody's business who walks past a screen. */
  seesReasons: boolean
  /** An agent's name as it is shown to this audience; null: none. */
  nameOf: (agent: string) => string | null
}

/** Who a connection belongs to, and who that is in a center; null: nobody there. */
export type Admitted = {
  ok: true
  viewerIn: (center: string, directory: Directory, nowMs: number) => Viewer | null
}
export type Admission = (
  headers: IncomingHttpHeaders,
) => Promise<Admitted | { ok: false; refusal: Refusal }>

/** Admits whoever `callerOf` knows: people by their session, programs by a key that may read. */
export function admission(
  callerOf: (headers: IncomingHttpHeaders) => Promise<Caller | null>,
): Admission {
  return async (headers) => {
    const caller = await callerOf(headers)
    if (!caller) return { ok: false, refusal: 'notSignedIn' }
    if (caller.kind === 'user') {
      const { user } = caller
      return { ok: true, viewerIn: (_, directory, nowMs) => personOf(user, directory, nowMs) }
    }
    const { rights, center: opened } = caller
    if (!rights.includes('read') && !rights.includes('admin')) {
      return { ok: false, refusal: 'notAllowed' }
    }
    const viewerIn = (center: string): Viewer | null =>
      opened === null || opened === center ? { kind: 'key', rights } : null
    return { ok: true, viewerIn }
  }
}

/** A viewer of a center, by its directory. */
export function watcherOf(viewer: Viewer, directory: Directory): Watcher {
  const isScreen = viewer.kind === 'person' && viewer.role === 'display'
  const agents = new Map(directory.agents.map((agent) => [agent.key, agent]))
  return {
    audience: audienceOf(viewer),
    maySee: (scope) => can(viewer, 'seeFigures', scope),
    maySeeLive: (scope) => can(viewer, 'seeLive', scope),
    seesKeys: !isScreen,
    seesReasons: !isScreen,
    nameOf: (key) => {
      const agent = agents.get(key)
      return isScreen ? screenName(agent, key) : (agent?.names.full ?? key)
    },
  }
}

function audienceOf(viewer: Viewer): string {
  if (viewer.kind === 'key') return `key ${[...viewer.rights].sort().join(' ')}`
  const { role, covers, agent, teams } = viewer
  return JSON.stringify([role, covers && [...covers].sort(), agent, [...teams].sort()])
}

/** On shared screens: the alias that was chosen, else initials. */
function screenName(agent: DirectoryAgent | undefined, key: string): string {
  const { alias, initials, full = key } = agent?.names ?? {}
  return alias ?? initials ?? initialsOf(full)
}

/** First letters of the first and the last word: Anna Maria Berg is AB. */
function initialsOf(name: string): string {
  const words = name.split(/[\s\u3000]+/).filter((word) => word !== '')
  const [first = '', ...rest] = words
  return initialOf(first) + initialOf(rest.at(-1) ?? '')
}

/** The first character, which may be two units of UTF-16. */
const initialOf = (word: string): string => {
  const point = word.codePointAt(0)
  return point === undefined ? '' : String.fromCodePoint(point)
}
