/** A batch of events made ready for the log. */
import type { FoldedEvent } from '../engine/stream.ts'
import { marksOf } from './deliveries.ts'

/**
 * Events as the log will store them: as text.
 *
 * A batch waits for a millisecond or two until it is stored. Text is one object, where the events
 * are dozens each, and collecting garbage around them costs more than making the text.
 */
export type Batch = {
  length: number
  /** The events in JSON, with commas between. */
  json: string
  /** A mark for each, one after the other. */
  marks: string
  /** Neighbours of one source, for counting. */
  runs: readonly Run[]
}

export type Run = {
  /** '' for our own events: they have none, and are not counted. */
  source: string
  length: number
  /** The latest instant that one of them tells of, in UTC milliseconds. */
  latestMs: number
}

export function batchOf(events: readonly FoldedEvent[]): Batch {
  const json = JSON.stringify(events).slice(1, -1)
  return { length: events.length, json, marks: marksOf(events), runs: runsOf(events) }
}

/** The events of a batch again; for the few that something is found out about. */
export function eventsIn(batch: Batch): FoldedEvent[] {
  return JSON.parse(`[${batch.json}]`) as FoldedEvent[]
}

function runsOf(events: readonly FoldedEvent[]): Run[] {
  const runs: Run[] = []
  for (const event of events) {
    const source = 'source' in event ? event.source : ''
    const last = runs.at(-1)
    if (last?.source === source) {
      last.length += 1
      last.latestMs = Math.max(last.latestMs, event.atMs)
    } else {
      runs.push({ source, length: 1, latestMs: event.atMs })
    }
  }
  return runs
}
