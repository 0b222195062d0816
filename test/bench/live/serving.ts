/** A real server for benches: built, on a data folder of its own, with the queues of the center. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuild } from '../../../scripts/build.mjs'
import { inTurn } from '../../../scripts/turn.mjs'
import { startRingside, type Ringside } from '../../faults/ringside.ts'
import { API_KEY } from '../../server.ts'
import { queueOf } from './center.ts'

export const ADMIN_PASSWORD = 'password-of-the-bench'

export type Serving = {
  ringside: Ringside
  port: number
  dataDir: string
  /** Ends it, and removes its data. */
  close: () => Promise<void>
}

export async function startServing(queues: number): Promise<Serving> {
  await inTurn(ensureBuild)
  const dataDir = await mkdtemp(join(tmpdir(), 'ringside-bench-'))
  const ringside = await startRingside({
    dataDir,
    env: { RINGSIDE_ADMIN_PASSWORD: ADMIN_PASSWORD, LOG_LEVEL: 'warn' },
  })
  const close = async (): Promise<void> => {
    await ringside.end()
    await rm(dataDir, { recursive: true, force: true })
  }
  const response = await fetch(`${ringside.url}/api/directory`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      queues: Array.from({ length: queues }, (_, n) => ({ key: queueOf(n) })),
    }),
  })
  if (!response.ok) {
    await close()
    throw new Error(`The directory: ${String(response.status)} ${await response.text()}`)
  }
  return { ringside, port: Number(new URL(ringside.url).port), dataDir, close }
}
