/** What amounts are worth by the directory of a center, for its door. */
import type { Exchange } from '../../shared/money.ts'
import { exchangeOf } from '../../shared/money.ts'
import { LogUnavailable } from '../stream/eventLog.ts'
import type { DirectoryStore, PutDirectory } from './store.ts'

/**
 * Asks for the exchange by the newest directory. While the database cannot be read it is the one
 * that was read last: nobody can put another meanwhile. Rejects with `LogUnavailable` where none
 * was ever read, so that senders try again.
 */
export function exchangeBy({ current }: Pick<DirectoryStore, 'current'>): () => Promise<Exchange> {
  let known: { put: PutDirectory; exchange: Exchange } | null = null
  return async () => {
    try {
      const put = await current()
      if (known?.put !== put) known = { put, exchange: exchangeOf([put.directory]) }
    } catch (error) {
      if (!known) throw new LogUnavailable(`rates of exchange cannot be read: ${String(error)}`)
    }
    return known.exchange
  }
}
