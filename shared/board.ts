import { z } from 'zod'
import { Name } from './events/fields.ts'
import { WindowName } from './wire.ts'

/**
 * A board: what a wall shows, tile by tile. Plain JSON that people may export and write by hand;
 * strict, so that a misspelt field is an error.
 */

const place = {
  /** On a grid of 24 columns and 12 rows, from the top left. */
  x: z.int().min(0).max(23),
  y: z.int().min(0).max(11),
  w: z.int().min(1).max(24),
  h: z.int().min(1).max(12),
}
/** Scopes as text; one may leave its queue to the wall's address (`shared/queueBoard.ts`). */
const scope = z.string().min(1).max(300)

export const Widget = z.discriminatedUnion('kind', [
  /** One number with its target, state, and the last half hour as a line. */
  z.strictObject({
    kind: z.literal('metricTile'),
    ...place,
    metric: Name,
    /** What the metric is of, where it is of another one; null: what is usual for it. */
    of: Name.nullable().default(null),
    scope,
    window: WindowName.default('interval'),
    /** The smaller second figure beneath; null: none. */
    beneath: WindowName.nullable().default('today'),
    target: z.number().nullable().default(null),
    /** Where the state turns from warn to bad; null: worked out from the target. */
    bad: z.number().nullable().default(null),
    sparkline: z.boolean().default(true),
  }),
  /** Every queue, one a row. */
  z.strictObject({
    kind: z.literal('queueTable'),
    ...place,
    queues: z.union([z.literal('all'), z.array(Name).max(100)]).default('all'),
    metrics: z.array(Name).min(1).max(12),
    window: WindowName.default('interval'),
  }),
  /** Every agent of a scope with state and ticking time in state. */
  z.strictObject({
    kind: z.literal('agentGrid'),
    ...place,
    scope: scope.default('center'),
    names: z.enum(['full', 'first', 'initials', 'alias', 'none']).default('initials'),
  }),
  /** A metric over the business day, with its target. */
  z.strictObject({
    kind: z.literal('trend'),
    ...place,
    metric: Name,
    scope,
    target: z.number().nullable().default(null),
  }),
  /** Who waits now, the longest first. */
  z.strictObject({ kind: z.literal('waitingList'), ...place, scope }),
  z.strictObject({
    kind: z.literal('heading'),
    ...place,
    text: z.string().max(80),
    textJa: z.string().max(80).optional(),
  }),
])
export type Widget = z.output<typeof Widget>

export const Board = z.strictObject({
  schema: z.literal('ringside.board/1'),
  key: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower case letters, digits, dashes'),
  name: z.string().min(1).max(80),
  nameJa: z.string().max(80).optional(),
  theme: z.enum(['dark', 'light', 'auto']).default('dark'),
  widgets: z.array(Widget).max(48),
})
export type Board = z.output<typeof Board>

/** Whether a board shows a metric. */
export const showsMetric = ({ widgets }: Pick<Board, 'widgets'>, id: string): boolean =>
  widgets.some(
    (widget) =>
      ('metric' in widget && widget.metric === id) ||
      ('metrics' in widget && widget.metrics.includes(id)),
  )
