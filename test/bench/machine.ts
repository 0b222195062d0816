/** The machine that figures were taken on: they mean little without it. */
import { cpus, loadavg, release, totalmem, type } from 'node:os'

export type Machine = {
  cores: number
  processor: string
  memoryGB: number
  system: string
  node: string
  /** What else it was doing: the load of the last minute as figures were begun. */
  load: number
}

export function machine(): Machine {
  const [first] = cpus()
  return {
    cores: cpus().length,
    processor: first?.model.trim() ?? 'unknown',
    memoryGB: Math.round(totalmem() / 1_073_741_824),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
  }
}
