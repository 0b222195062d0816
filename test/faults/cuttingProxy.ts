/** A way to the server that breaks: connections are cut in the middle of a request or an answer. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { Random } from './random.ts'

/** A request of ours has some two thousand bytes, its answer some three hundred. */
const MOST_BYTES_UP = 15_000
const MOST_BYTES_DOWN = 3_000

export type CuttingProxy = { url: string; cuts: () => number; close: () => Promise<void> }

/** While `isCutting`, each connection may carry so much up or down and is then reset. */
export async function startCuttingProxy(
  target: string,
  random: Random,
  isCutting: () => boolean,
): Promise<CuttingProxy> {
  const to = Number(new URL(target).port)
  const open = new Set<Socket>()
  let cuts = 0
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    const cut = (): void => {
      cuts += 1
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
    const carry = (from: Socket, into: Socket, mostBytes: number): void => {
      let left = random.between(1, mostBytes)
      open.add(from)
      from.on('error', () => into.destroy())
      from.on('close', () => {
        open.delete(from)
        into.destroy()
      })
      from.on('data', (chunk) => {
        if (!isCutting()) {
          into.write(chunk)
          return
        }
        into.write(chunk.subarray(0, left))
        left -= chunk.length
        if (left <= 0) cut()
      })
    }
    carry(near, far, MOST_BYTES_UP)
    carry(far, near, MOST_BYTES_DOWN)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${String(port)}`,
    cuts: () => cuts,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
