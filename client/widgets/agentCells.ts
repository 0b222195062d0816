/** How a wall lays out its agents: as large as they may be and still all be seen. */

/** Of a cell, in multiples of the label size. */
const CELL_WIDTH = 3.3
const CELL_HEIGHT = 2.45
/** A cell so wide says all on one line: name, state, time. */
const LINE_WIDTH = 11
const LINE_HEIGHT = 1.75
/** Cells spread out to fill the box, but not further than this many times their least height. */
const MOST_SPREAD = 1.35

export type CellLayout = {
  columns: number
  /** In pixels. */
  cellHeight: number
  /** Whether a cell says all on one line. */
  lines: boolean
  /** How many agents are shown; a last cell says how many more there are. */
  shown: number
}

/** The fewest columns in which all agents fit; where none suffice, the most there can be. */
export function layOutCells(
  agents: number,
  box: { width: number; height: number },
  label: number,
): CellLayout {
  const tried = (columns: number): CellLayout => {
    const lines = box.width / columns >= label * LINE_WIDTH
    const least = label * (lines ? LINE_HEIGHT : CELL_HEIGHT)
    const room = columns * Math.max(1, Math.floor(box.height / least))
    const rows = Math.max(1, Math.ceil(Math.min(agents, room) / columns))
    return {
      columns,
      lines,
      cellHeight: Math.min(box.height / rows, least * MOST_SPREAD),
      shown: agents <= room ? agents : room - 1,
    }
  }
  if (box.width <= 0 || box.height <= 0 || label <= 0) {
    return { columns: 1, cellHeight: 0, lines: false, shown: 0 }
  }
  const most = mostColumns(box.width, label)
  for (let columns = 1; columns < most; columns++) {
    const layout = tried(columns)
    if (layout.shown === agents) return layout
  }
  return tried(most)
}

function mostColumns(width: number, label: number): number {
  return Math.max(1, Math.floor(width / (label * CELL_WIDTH)))
}

/** So few stand one a line on a phone, where the page scrolls and height is no matter. */
const FEW = 12

/** All agents, in a box that grows with them. */
export function flowCells(agents: number, width: number, label: number): CellLayout {
  const lines = agents <= FEW
  return {
    columns: lines ? 1 : mostColumns(width, label),
    cellHeight: label * (lines ? LINE_HEIGHT : CELL_HEIGHT),
    lines,
    shown: agents,
  }
}
