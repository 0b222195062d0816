/** Which scopes a directory describes, and what to say of one that it does not. */
import type { Directory } from '../../shared/directory.ts'
import { parseScope } from '../../shared/scope.ts'

/** A longer list is no help in an error; the directory itself has the rest. */
const MAX_NAMED = 10

const lists = { site: 'sites', team: 'teams', queue: 'queues', agent: 'agents' } as const

/** Whether a directory has what a scope names, by its key. */
export function isDescribed(directory: Directory, text: string): boolean {
  const scope = parseScope(text)
  if (!scope || scope.kind === 'center') return scope !== null
  return directory[lists[scope.kind]].some(({ key }) => key === scope.key)
}

/** What is wrong with a scope that is neither described nor discovered, and the fix. */
export function strangeness(directory: Directory, text: string): string {
  const scope = parseScope(text)
  if (!scope || scope.kind === 'center') return `"${text}" is no scope`
  if (scope.kind === 'queue' || scope.kind === 'agent') {
    const of = directory[lists[scope.kind]].find(({ aliases }) => aliases.includes(scope.key))
    if (of) return `"${scope.key}" is an alias: write ${scope.kind}:${of.key}`
  }
  const known = directory[lists[scope.kind]].map(({ key }) => key)
  const some = known.slice(0, MAX_NAMED).join(', ') + (known.length > MAX_NAMED ? ', …' : '')
  const there = known.length === 0 ? `there is no ${scope.kind} yet` : `there is ${some}`
  return `${scope.kind} "${scope.key}" is unknown; ${there}`
}
