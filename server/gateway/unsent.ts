/** How much of what was sent to a client still lies with us: the one sign of a slow one. */

/**
 * Bytes that wait here for a client, about: text counts a byte a character. Asked of an engine.io
 * connection, whose types leave out its buffer and the socket below it.
 */
export function unsentBytes(connection: object): number {
  const { writeBuffer, transport } = connection as { writeBuffer?: unknown; transport?: unknown }
  let waiting = 0
  for (const { data } of Array.isArray(writeBuffer) ? (writeBuffer as { data?: unknown }[]) : []) {
    if (typeof data === 'string') waiting += data.length
  }
  const { socket } = (transport ?? {}) as { socket?: { bufferedAmount?: unknown } }
  const buffered = socket?.bufferedAmount
  return waiting + (typeof buffered === 'number' ? buffered : 0)
}
