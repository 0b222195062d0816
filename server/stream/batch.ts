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

/** One event as the log will store it. */
export type ReadyEvent = {
  json: string
  mark: string
  source: string
  atMs: number
}

/** Makes a batch of events, in order, some of which are ready. */
export type BatchMaker = {
  add: (event: FoldedEvent) => void
  addReady: (event: ReadyEvent) => void
  /** All of them; the maker is done with. */
  batch: () => Batch
}

export function batchOf(events: readonly FoldedEvent[]): Batch {
  const { add, batch } = batchMaker()
  for (const event of events) add(event)
  return batch()
}

export function batchMaker(): BatchMaker {
  const json: string[] = []
  const marks: string[] = []
  const runs: Run[] = []
  let length = 0
  /** Neighbours that are not text yet: made into text together. */
  let objects: FoldedEvent[] = []
  const write = (): void => {
    if (objects.length === 0) return
    json.push(JSON.stringify(objects).slice(1, -1))
    marks.push(marksOf(objects))
    objects = []
  }
  return {
    add(event) {
      length += 1
      objects.push(event)
      run(runs, 'source' in event ? event.source : '', event.atMs)
    },
    addReady(event) {
      length += 1
      write()
      json.push(event.json)
      marks.push(event.mark)
      run(runs, event.source, event.atMs)
    },
    batch() {
      write()
      return { length, json: json.join(','), marks: marks.join(''), runs }
    },
  }
}

/** The events of a batch again; for the few that something is found out about. */
export function eventsIn(batch: Batch): FoldedEvent[] {
  return JSON.parse(`[${batch.json}]`) as FoldedEvent[]
}

function run(runs: Run[], source: string, atMs: number): void {
  const last = runs.at(-1)
  if (last?.source === source) {
    last.length += 1
    last.latestMs = Math.max(last.latestMs, atMs)
  } else {
    runs.push({ source, length: 1, latestMs: atMs })
  }
}
