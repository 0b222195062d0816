import { describe, expect, it } from 'vitest'
import { Board } from './board.ts'
import { readyBoards } from './boards.ts'
import { metrics } from './metrics/registry.ts'
import { boardOfQueue, needsQueue } from './queueBoard.ts'

describe.each(readyBoards.map((board) => [board.key, board] as const))(
  'the ready board %s',
  (_key, board) => {
    it('is a board as anybody may write one', () => {
      expect(Board.parse(board)).toEqual(board)
    })

    it('lies within its 24 columns and 12 rows, and no two widgets overlap', () => {
      const cells = board.widgets.flatMap(({ x, y, w, h }) =>
        Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
      )
      expect(new Set(cells).size).toBe(cells.length)
      for (const { x, y, w, h } of board.widgets) {
        expect(x + w).toBeLessThanOrEqual(24)
        expect(y + h).toBeLessThanOrEqual(12)
      }
    })

    it('names only metrics that there are', () => {
      const named = board.widgets.flatMap((widget) => {
        if (widget.kind === 'queueTable') return widget.metrics
        return 'metric' in widget ? [widget.metric] : []
      })
      expect(named.filter((id) => !(id in metrics))).toEqual([])
    })
  },
)

describe('a board of one queue', () => {
  const [center, queue] = readyBoards

  it('is one whose scopes leave the queue to the address', () => {
    expect(needsQueue(center!)).toBe(false)
    expect(needsQueue(queue!)).toBe(true)
  })

  it('shows the queue that the address names, and then needs no other', () => {
    const sales = boardOfQueue(queue!, 'sales')
    expect(needsQueue(sales)).toBe(false)
    expect(sales.widgets[0]).toMatchObject({ scope: 'queue:sales' })
  })
})
