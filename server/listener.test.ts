import { createServer } from 'node:http'
import { connect } from 'node:net'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { listen } from './listener.ts'

const answering = () => createServer((_request, response) => response.end('here'))
const ask = async (address: string, port: number): Promise<string> =>
  (await fetch(`http://${address}:${String(port)}/`)).text()

describe('the address that the web server listens on', () => {
  it('moves, and connections at the old one stay', async () => {
    const listener = await listen(answering(), '127.0.0.1', 0)
    const port = listener.port()
    const kept = connect(port, '127.0.0.1')
    await once(kept, 'connect')
    await expect(ask('127.0.0.2', port)).rejects.toThrow()

    await listener.moveTo('127.0.0.2')
    expect(listener.port()).toBe(port)
    expect(await ask('127.0.0.2', port)).toBe('here')
    await expect(ask('127.0.0.1', port)).rejects.toThrow()

    kept.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    const [answer] = (await once(kept, 'data')) as [Buffer]
    expect(answer.toString()).toContain('200 OK')
    listener.close()
  })

  it('keeps connections for longer than proxies do', async () => {
    const listener = await listen(answering(), '127.0.0.1', 0)
    const answer = await fetch(`http://127.0.0.1:${String(listener.port())}/`)
    const [, seconds] = /timeout=(\d+)/.exec(answer.headers.get('keep-alive') ?? '') ?? []
    expect(Number(seconds)).toBeGreaterThan(60)
    listener.close()
  })

  it('goes back where the new one cannot be had', async () => {
    const listener = await listen(answering(), '127.0.0.1', 0)
    await expect(listener.moveTo('203.0.113.1')).rejects.toThrow()
    expect(await ask('127.0.0.1', listener.port())).toBe('here')
    listener.close()
  })

  it('is refused where it is taken', async () => {
    const first = await listen(answering(), '127.0.0.1', 0)
    await expect(listen(answering(), '127.0.0.1', first.port())).rejects.toThrow()
    first.close()
  })
})
