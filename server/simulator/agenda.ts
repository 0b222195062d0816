/** What is going to happen, in the order of time: the heart of a simulation by events. */

export type Task = { atMs: number; order: number; run: () => void; isCancelled: boolean }

export type Agenda = {
  /** The instant of the task that runs; before the first, `startMs`. */
  nowMs: () => number
  /** Puts a task on the agenda, by whole milliseconds; what lies in the past happens now. */
  at: (atMs: number, run: () => void) => Task
  /** The same, so long from now. */
  after: (ms: number, run: () => void) => Task
  /** When the next task is due; null where nothing is left. */
  nextAtMs: () => number | null
  /** Runs the next task; false where nothing is left. */
  runNext: () => boolean
}

/** Takes a task off the agenda, wherever it is; of one that has run, nothing changes. */
export function cancel(task: Task | null): void {
  if (task) task.isCancelled = true
}

/** An agenda that begins at an instant. Tasks of one instant run in the order in which they came. */
export function createAgenda(startMs: number): Agenda {
  /** A binary heap: each task is before the two at twice its place. */
  const heap: Task[] = []
  let nowMs = startMs
  let order = 0

  const at: Agenda['at'] = (atMs, run) => {
    const task = {
      atMs: Math.max(nowMs, Math.round(atMs)),
      order: order++,
      run,
      isCancelled: false,
    }
    heap.push(task)
    rise(heap, heap.length - 1)
    return task
  }
  const dropCancelled = (): void => {
    while (heap[0]?.isCancelled) takeFirst(heap)
  }

  return {
    nowMs: () => nowMs,
    at,
    after: (ms, run) => at(nowMs + ms, run),
    nextAtMs: () => {
      dropCancelled()
      return heap[0]?.atMs ?? null
    },
    runNext: () => {
      dropCancelled()
      const task = takeFirst(heap)
      if (!task) return false
      nowMs = task.atMs
      task.run()
      return true
    },
  }
}

const isBefore = (a: Task, b: Task): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)

function rise(heap: Task[], from: number): void {
  let child = from
  while (child > 0) {
    const parent = (child - 1) >> 1
    if (!swapIfBefore(heap, child, parent)) return
    child = parent
  }
}

function takeFirst(heap: Task[]): Task | null {
  const first = heap[0]
  const last = heap.pop()
  if (!first || !last) return null
  if (first === last) return first
  heap[0] = last
  let parent = 0
  for (;;) {
    const left = heap[2 * parent + 1]
    const right = heap[2 * parent + 2]
    if (!left) return first
    const child = right && isBefore(right, left) ? 2 * parent + 2 : 2 * parent + 1
    if (!swapIfBefore(heap, child, parent)) return first
    parent = child
  }
}

/** Swaps the tasks at two places where the first should come before the second. */
function swapIfBefore(heap: Task[], first: number, second: number): boolean {
  const a = heap[first]
  const b = heap[second]
  if (!a || !b || !isBefore(a, b)) return false
  heap[first] = b
  heap[second] = a
  return true
}
