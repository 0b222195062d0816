// `npm run dev`: server and screens from source, each started again, or replaced in the open page,
// as their files change.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureDependencies } from './dependencies.mjs'
import { ROOT } from './paths.mjs'
import { inTurn } from './turn.mjs'

await inTurn(ensureDependencies)

const bin = join(ROOT, 'node_modules', '.bin')
const parts = [
  ['tsx', 'watch', '--clear-screen=false', 'server/main.ts'],
  ['vite', '--clearScreen', 'false'],
].map(([program = '', ...words]) =>
  spawn(join(bin, program), words, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  }),
)

const end = () => {
  for (const part of parts) part.kill('SIGTERM')
}
process.on('SIGINT', end)
process.on('SIGTERM', end)
// One without the other is of no use.
for (const part of parts) part.on('exit', end)
