/** Lets tasks wait for something that another task of this process does. */

export type Bell = {
  /** Wakes whoever waits now. */
  ring: () => void
  /** Resolves at the next ring. */
  next: () => Promise<void>
}

export function createBell(): Bell {
  let wake: (() => void) | null = null
  let ringing: Promise<void> | null = null
  return {
    ring: () => {
      wake?.()
      wake = ringing = null
    },
    next: () => {
      ringing ??= new Promise((resolve) => {
        wake = resolve
      })
      return ringing
    },
  }
}
