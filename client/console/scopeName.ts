/** What a scope is called on screen. */
import type { Scope } from '../../shared/scope.ts'
import type { Messages } from '../i18n/en.ts'
import type { Numbers } from '../numbers.ts'

export function scopeName(
  scope: Scope | null,
  numbers: Pick<Numbers, 'queueName' | 'agentName'>,
  t: Messages,
): string {
  if (!scope || scope.kind === 'center') return t.live.center
  switch (scope.kind) {
    case 'queue':
      return numbers.queueName(scope.key)
    case 'agent':
      return numbers.agentName(scope.key)
    case 'team':
    case 'site':
      return scope.key
  }
}
