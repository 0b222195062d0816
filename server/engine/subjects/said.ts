import type { EventData, EventType } from '../../../shared/events/event.ts'
import type { Standing } from '../facts.ts'

/** What the changes of an object, such as a lead, say of it. */

/** A field as the changes say it up to an instant; undefined: none did. */
export function saidAt<Type extends EventType, Field extends keyof EventData<Type>>(
  changes: readonly Standing<Type>[],
  field: Field,
  atMs: number,
): EventData<Type>[Field] | undefined {
  return changes.findLast((change) => change.atMs <= atMs && change.data[field] !== undefined)
    ?.data[field]
}

/** A field as the last change that speaks of it says it; undefined: none does. */
export const said = <Type extends EventType, Field extends keyof EventData<Type>>(
  changes: readonly Standing<Type>[],
  field: Field,
): EventData<Type>[Field] | undefined => saidAt(changes, field, Infinity)
