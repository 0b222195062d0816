/**
 * A scope: the whole center, or one site, team, queue or agent. As text, in the API and on the
 * wire: `center`, `queue:sales`, `agent:Anna Berg`, split at the first colon; in a URL the key is
 * percent-encoded like any query value.
 */
export const scopeKinds = ['center', 'site', 'team', 'queue', 'agent'] as const
export type ScopeKind = (typeof scopeKinds)[number]
export type Scope = { kind: 'center' } | { kind: Exclude<ScopeKind, 'center'>; key: string }

/** The scope that a text names, or null where it names none. */
export function parseScope(text: string): Scope | null {
  if (text === 'center') return { kind: 'center' }
  const colon = text.indexOf(':')
  const kind = text.slice(0, Math.max(colon, 0))
  const key = text.slice(colon + 1)
  if (key === '') return null
  return kind === 'site' || kind === 'team' || kind === 'queue' || kind === 'agent'
    ? { kind, key }
    : null
}

export function scopeText(scope: Scope): string {
  return scope.kind === 'center' ? 'center' : `${scope.kind}:${scope.key}`
}

/** The scopes that an entry, or anything with such dimensions, counts in: the center, and its own. */
export function scopesOf(of: {
  site: string | null
  team: string | null
  queue: string | null
  agent: string | null
}): string[] {
  const scopes = ['center']
  for (const kind of ['site', 'team', 'queue', 'agent'] as const) {
    const key = of[kind]
    if (key !== null) scopes.push(`${kind}:${key}`)
  }
  return scopes
}
