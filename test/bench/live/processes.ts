/** What a server and its Redis take, as the system and the server itself tell it. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

export type Taken = {
  /** Memory of the process, of what its heap holds now, and of buffers beside it, in bytes. */
  residentBytes: number
  heapBytes: number
  outsideBytes: number
  /** How late the server's event loop was since it was asked last, in milliseconds. */
  delayP99Ms: number
  delayMaxMs: number
  /** Time of a processor so far, in seconds. */
  cpuSeconds: number
  openFiles: number
}

export async function takenBy(url: string): Promise<Taken> {
  const response = await fetch(`${url}/metrics`)
  const figures = new Map<string, number>()
  for (const line of (await response.text()).split('\n')) {
    const [name = '', value] = line.split(' ')
    if (value !== undefined && !name.startsWith('#')) figures.set(name, Number(value))
  }
  const figure = (name: string): number => figures.get(name) ?? NaN
  return {
    residentBytes: figure('process_resident_memory_bytes'),
    heapBytes: figure('nodejs_heap_size_used_bytes'),
    outsideBytes: figure('nodejs_external_memory_bytes'),
    delayP99Ms: figure('nodejs_eventloop_lag_p99_seconds') * 1_000,
    delayMaxMs: figure('nodejs_eventloop_lag_max_seconds') * 1_000,
    cpuSeconds: figure('process_cpu_seconds_total'),
    openFiles: figure('process_open_fds'),
  }
}

/** What a process has in memory, in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8')
  return Number(/VmRSS:\s*(\d+) kB/.exec(status)?.[1] ?? NaN) * 1_024
}

/** What lies in a folder and those in it, in bytes. */
export async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true })
  // A file may go while they are looked at.
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      (file) => (file.isFile() ? file.size : 0),
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
