/** The periods that the console shows. */
import type { WindowName } from '../../shared/wire.ts'

/** Of the tables, which are of the floor: as it stands by the second. */
export const WINDOWS = ['interval', 'last30', 'today'] as const satisfies readonly WindowName[]
export type LiveWindow = (typeof WINDOWS)[number]

/** Of a number that is opened, which is looked at by itself: longer ones as well. */
export const OPENED_WINDOWS = [
  ...WINDOWS,
  'week',
  'month',
  'quarter',
  'year',
] as const satisfies readonly WindowName[]
export type OpenedWindow = (typeof OPENED_WINDOWS)[number]

/** The period that a text names; the present interval where it names none. */
export function asWindow(text: string | null): LiveWindow {
  return WINDOWS.find((window) => window === text) ?? 'interval'
}

/** The same of a number that is opened. */
export function asOpenedWindow(text: string | null): OpenedWindow {
  return OPENED_WINDOWS.find((window) => window === text) ?? 'interval'
}

/** Whether a period's numbers come by themselves; longer ones are asked for. */
export function isLive(window: OpenedWindow): window is LiveWindow {
  return WINDOWS.some((live) => live === window)
}
