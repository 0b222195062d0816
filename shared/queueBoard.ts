import type { Board } from './board.ts'

/**
 * Boards that show one queue: one such board serves every queue, for the wall's address names it.
 */

/** Stands in a board's scopes for the queue that the wall's address names: `?queue=sales`. */
export const QUEUE_OF_ADDRESS = 'queue:$queue'

/** Whether the board shows one queue, so that its address must name it. */
export function needsQueue(board: Board): boolean {
  return board.widgets.some((widget) => 'scope' in widget && widget.scope === QUEUE_OF_ADDRESS)
}

/** The board of one queue: wherever its scopes leave the queue to the address, this one. */
export function boardOfQueue(board: Board, queue: string): Board {
  const widgets = board.widgets.map((widget) =>
    'scope' in widget && widget.scope === QUEUE_OF_ADDRESS
      ? { ...widget, scope: `queue:${queue}` }
      : widget,
  )
  return { ...board, widgets }
}
