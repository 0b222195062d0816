/** Closes by the clock contacts that have said nothing for longer than their channel allows. */
import type { EventOf } from '../../shared/events/event.ts'
import type { Engine } from '../engine/subject.ts'
import { ownSourceOf } from '../stream/ownSource.ts'

/**
 * The events that close them, for the stream. The id follows from what is closed and when, so that
 * a closing that is asked for again, before it was folded, is the same event.
 */
export function closings(engine: Engine, nowMs: number): EventOf<'contact.ended'>[] {
  return engine.silent(nowMs).map(({ contactId, system, atMs }) => ({
    id: `silent/${system}#${contactId}@${String(atMs)}`,
    source: ownSourceOf(system),
    type: 'contact.ended',
    atMs,
    data: { contactId, final: 'lost', provenance: 'derived' },
  }))
}
