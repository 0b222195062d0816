/** Faults of those who send: cut connections, events late, doubled, in any order. */
import { startCuttingProxy } from '../cuttingProxy.ts'
import type { Fault } from '../fault.ts'
import { aDayLate, inBatches } from '../load.ts'
import { startSending } from '../sender.ts'

export const connectionCut: Fault = {
  name: 'connection-cut',
  title: 'connections cut in the middle of requests and of answers, all the time',
  strike: async ({ random, ringside, load, sending, note, after }) => {
    await sending.stop()
    let isCutting = true
    const proxy = await startCuttingProxy(ringside.url, random, () => isCutting)
    after(proxy.close)
    const again = startSending({
      url: () => proxy.url,
      batches: load.batches,
      random,
      againAfterMs: 20,
    })
    await again.reached(0.9)
    isCutting = false
    await again.rest()
    note(`${String(proxy.cuts())} connections were cut`)
    if (proxy.cuts() < 20) throw new Error('Hardly any connection was cut')
  },
}

export const lateDoubledShuffled: Fault = {
  name: 'late-doubled-shuffled',
  title: 'a day late, each event twice, in any order',
  // Sent within a minute by the slowest machine: after that, who is a day silent is taken for lost.
  calls: 150,
  reload: (load, random) => {
    const late = aDayLate(load)
    const events = late.batches.flat()
    return { ...late, batches: inBatches(random.shuffle([...events, ...events])) }
  },
  strike: async () => undefined,
}
