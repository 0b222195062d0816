import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const start = fileURLToPath(new URL('start.mjs', import.meta.url))

it.each(['18.20.4', '20.18.3', '21.7.3', '22.11.0'])('refuses Node %s, and says why', (version) => {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`
  const url = `data:text/javascript,${encodeURIComponent(pretend)}`
  const { status, stderr } = spawnSync(process.execPath, ['--import', url, start], {
    encoding: 'utf8',
  })
  expect(stderr).toContain('Ringside needs Node 20.19, 22.12 or later')
  expect(status).toBe(1)
})
