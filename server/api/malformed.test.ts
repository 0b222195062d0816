import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { answerMalformed } from './malformed.ts'

/** What comes back, whole, for bytes that are sent. */
async function answerTo(bytes: string): Promise<string> {
  const http = createServer((_request, response) => response.end('fine'))
  answerMalformed(http)
  http.listen(0, '127.0.0.1')
  onTestFinished(() => {
    http.close()
  })
  await once(http, 'listening')
  const socket = connect((http.address() as AddressInfo).port, '127.0.0.1')
  socket.write(bytes)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

it.each([
  ['no HTTP', 'HELLO\r\n\r\n', 400],
  ['a header of nonsense', 'GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n', 400],
  ['headers too long', `GET / HTTP/1.1\r\nHost: x\r\nLong: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
])('answers %s with a problem', async (_, bytes, status) => {
  const answer = await answerTo(bytes)
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `))
  expect(answer).toContain('content-type: application/problem+json')
  const [, body = ''] = answer.split('\r\n\r\n')
  expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status })
})
