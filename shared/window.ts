import type { Span } from './entry.ts'
import type { WindowName } from './wire.ts'

/**
 * A window, resolved: the span that a name stands for at an instant. Spans of days follow the
 * center's zone and business day, so only the server, which knows zones, resolves them.
 */
export type Window = Span & { name: WindowName | PeriodName | 'span' }

/** Reporting periods; each has a predecessor. */
export type PeriodName = 'week' | 'month' | 'quarter' | 'year' | 'last60days'
