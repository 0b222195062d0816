/** The built screens start on the engines of office TVs, before any server says a word. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { launchTvEngine } from '../tvEngine.ts'
import { TV_VERSIONS } from '../tvPackages.ts'

const built = fileURLToPath(new URL('../../dist/client', import.meta.url))
let server: Server
let address: string

beforeAll(async () => {
  const app = express()
  app.use('/api', (_request, response) => {
    response.status(401).type('application/problem+json').send({ title: 'Sign in', status: 401 })
  })
  app.use(express.static(built))
  app.use((_request, response) => {
    response.sendFile(join(built, 'index.html'))
  })
  server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`
})
afterAll(() => void server.close())

describe.each(TV_VERSIONS)('Chromium %i', (version) => {
  it('reads every script and draws the first screen', async () => {
    const engine = await launchTvEngine(version)
    onTestFinished(engine.close)
    const page = await engine.open(address)
    await page.waitFor('document.querySelector("#app").innerText.trim().length > 0')
    const thrown = page.errors.filter((error) => error.includes('exceptionDetails'))
    expect(thrown).toEqual([])
  })
})

it('no rule of the screens needs an engine of 2021', () => {
  const styles = readdirSync(join(built, 'assets')).filter((file) => file.endsWith('.css'))
  expect(styles.length).toBeGreaterThan(0)
  for (const file of styles) {
    expect(readFileSync(join(built, 'assets', file), 'utf8')).not.toContain(':where(')
  }
})
