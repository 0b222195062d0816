/** The DevTools protocol over a pipe, in the form that Chromium 69 already speaks. */
import type { Readable, Writable } from 'node:stream'

/** What the protocol answers or tells; its shape depends on the method. */
export type Params = Record<string, unknown>

export type DevTools = {
  /** Sends a command to the browser, or to one page's session; rejects with Chromium's words. */
  send: (method: string, params?: Params, sessionId?: string) => Promise<Params>
  /** Calls back for each event of a page's session. */
  onEvent: (sessionId: string, listener: (method: string, params: Params) => void) => void
}

type Message = { id?: number; method?: string; params?: Params; result?: Params; error?: Params }
type Waiting = { resolve: (result: Params) => void; reject: (error: Error) => void }

/**
 * Messages are JSON ended by a zero byte. A page's messages travel inside the browser's
 * (`Target.sendMessageToTarget`), since the flat form came only after Chromium 69.
 */
export function devTools(fromBrowser: Readable, toBrowser: Writable): DevTools {
  const waiting = new Map<number, Waiting>()
  const listeners = new Map<string, (method: string, params: Params) => void>()
  let lastId = 0

  const settle = (message: Message): void => {
    const asked = message.id === undefined ? undefined : waiting.get(message.id)
    if (message.id === undefined || !asked) return
    waiting.delete(message.id)
    if (message.error) asked.reject(new Error(JSON.stringify(message.error)))
    else asked.resolve(message.result ?? {})
  }
  const receive = (message: Message): void => {
    settle(message)
    if (message.method !== 'Target.receivedMessageFromTarget' || !message.params) return
    const inner = JSON.parse(String(message.params['message'])) as Message
    settle(inner)
    if (inner.method === undefined) return
    listeners.get(String(message.params['sessionId']))?.(inner.method, inner.params ?? {})
  }

  let rest = ''
  fromBrowser.setEncoding('utf8')
  fromBrowser.on('data', (chunk: string) => {
    const messages = (rest + chunk).split('\0')
    rest = messages.pop() ?? ''
    for (const text of messages) receive(JSON.parse(text) as Message)
  })
  fromBrowser.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('The browser has ended.'))
    waiting.clear()
  })

  const ask = (id: number, write: () => void): Promise<Params> =>
    new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      write()
    })
  const write = (message: Message): void => {
    toBrowser.write(`${JSON.stringify(message)}\0`)
  }

  return {
    async send(method, params = {}, sessionId) {
      const id = (lastId += 1)
      if (sessionId === undefined) {
        return ask(id, () => {
          write({ id, method, params })
        })
      }
      return ask(id, () => {
        const message = JSON.stringify({ id, method, params })
        lastId += 1
        write({
          id: lastId,
          method: 'Target.sendMessageToTarget',
          params: { sessionId, message },
        })
      })
    },
    onEvent(sessionId, listener) {
      listeners.set(sessionId, listener)
    },
  }
}
