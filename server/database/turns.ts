/** Lets one after the other have what only one may have at a time. */

/** Resolves when it is one's turn, with the function that ends it. Turns are given in order. */
export type Turns = () => Promise<() => void>

export function takingTurns(): Turns {
  let last: Promise<void> = Promise.resolve()
  return async () => {
    const before = last
    let end = (): void => undefined
    last = new Promise((resolve) => {
      end = resolve
    })
    await before
    return end
  }
}
