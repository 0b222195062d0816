/** Starts worker threads of ours, built or from source. */
import { Worker } from 'node:worker_threads'

/** `source`: the worker's file, as `database/sqliteWorker`; it reads `data` as its `workerData`. */
export function startWorker(source: string, data: unknown): Worker {
  // Built, this module is dist/server/main.js and the workers lie beside it.
  if (!import.meta.url.endsWith('.ts')) {
    const file = source.slice(source.lastIndexOf('/') + 1)
    return new Worker(new URL(`./${file}.js`, import.meta.url), { workerData: data })
  }
  // From source, Node 20 needs tsx to be started inside the thread: `--import tsx` does not do it.
  const tsx = import.meta.resolve('tsx/esm/api')
  const file = new URL(`./${source}.ts`, import.meta.url).href
  const boot = `import(${JSON.stringify(tsx)}).then(({ register }) => {
    register()
    return import(${JSON.stringify(file)})
  })`
  return new Worker(boot, { eval: true, workerData: data })
}
