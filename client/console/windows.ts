/** The periods that the console shows. */
import type { WindowName } from '../../shared/wire.ts'

export const WINDOWS = ['interval', 'last30', 'today'] as const satisfies readonly WindowName[]
export type LiveWindow = (typeof WINDOWS)[number]

/** The period that a text names; the present interval where it names none. */
export function asWindow(text: string | null): LiveWindow {
  return WINDOWS.find((window) => window === text) ?? 'interval'
}
