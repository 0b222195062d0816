/** What the simulator tells: events of the contract, each of the story that it belongs to. */
import type { z } from 'zod'
import type { EventType, eventSchemas } from '../../shared/events/event.ts'
import type { SentEvent } from '../../shared/events/sent.ts'

/** The feed's name: its events are of the system `/simulator/demo`. */
export const SIMULATOR_SOURCE = '/simulator/demo/feed'

/**
 * The version of what a seed and a date tell. It is in every id, so that a release which tells
 * another day does not contradict what the one before has told. Raise it with every such change.
 */
export const VERSION = 2

/** Something that happened, and the story that it belongs to: what has to be told whole. */
export type Told = { atMs: number; story: string; event: SentEvent }

/** The fields of one type of event, as a sender writes them. */
export type Said<Type extends EventType> = z.input<(typeof eventSchemas)[Type]>

export function sentEvent(
  id: string,
  type: EventType,
  atMs: number,
  data: Record<string, unknown>,
): SentEvent {
  const time = isoOf(atMs)
  return { specversion: '1.0', id, source: SIMULATOR_SOURCE, type, time, data }
}

/** An instant as events have it. */
export const isoOf = (atMs: number): string => new Date(atMs).toISOString()
