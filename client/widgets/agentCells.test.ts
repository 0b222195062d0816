import { describe, expect, it } from 'vitest'
import { flowCells, layOutCells } from './agentCells.ts'

const label = 32
const box = { width: 640, height: 640 }

describe('agents on a wall', () => {
  it('stand one a line where they are few', () => {
    expect(layOutCells(8, box, label)).toMatchObject({ columns: 1, lines: true, shown: 8 })
  })

  it('stand in as few columns as hold them all', () => {
    // 8 rows of 78 pixels.
    expect(layOutCells(24, box, label)).toMatchObject({ columns: 3, lines: false, shown: 24 })
    expect(layOutCells(25, box, label)).toMatchObject({ columns: 4, shown: 25 })
  })

  it('leave the last cell to say how many more there are', () => {
    expect(layOutCells(60, box, label)).toMatchObject({ columns: 6, shown: 47 })
  })

  it('are none before the box is measured', () => {
    expect(layOutCells(8, { width: 0, height: 0 }, label).shown).toBe(0)
  })

  it('never exceed their box', () => {
    for (let agents = 0; agents < 80; agents++) {
      const { columns, cellHeight, shown } = layOutCells(agents, box, label)
      const cells = shown < agents ? shown + 1 : shown
      expect(Math.ceil(cells / columns) * cellHeight).toBeLessThanOrEqual(box.height)
    }
  })
})

describe('agents on a phone', () => {
  it('are all there: a few one a line, many side by side', () => {
    expect(flowCells(5, 350, 15)).toMatchObject({ columns: 1, lines: true, shown: 5 })
    expect(flowCells(60, 350, 15)).toMatchObject({ columns: 7, lines: false, shown: 60 })
  })
})
