/** The three ways in which CloudEvents come by HTTP: structured, batched, and binary. */
import { isAscii, isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { isTextDeeperThan } from './depth.ts'
import { plainEvents } from './plainEvents.ts'
import type { Problem } from './problem.ts'

/** Events as sent, still to be judged: parsed, or found to be plain. */
export type SentBatch = { ok: true; events: readonly unknown[] } | { ok: false; problem: Problem }

/** How the body holds events. */
type Mode = 'one' | 'batch' | 'oneOrBatch' | 'binary'

/** A body is parsed in one go. Up to this size that is quick, whatever is in it. */
const SMALL_BYTES = 256 * 1024
/** Each event is judged for its depth alone, and more strictly; a body as deep as this is no batch. */
const MAX_TEXT_DEPTH = 1_000

const OPEN_LIST = 0x5b
const OPEN_OBJECT = 0x7b

const ATTRIBUTE_PREFIX = 'ce-'
const ACCEPTED =
  'application/cloudevents+json, application/cloudevents-batch+json or application/json'

/** Reads the events of a request. */
export function eventsOf(headers: IncomingHttpHeaders, body: Buffer): SentBatch {
  const mode = modeOf(headers)
  if (mode === null) {
    return refused(415, `The content type must be ${ACCEPTED}, in UTF-8.`, { Accept: ACCEPTED })
  }
  if (mode === 'binary') return binaryEvent(headers, body)

  const plain = isUtf8(body) && isMeant(mode, body[0]) ? plainEvents(body, isAscii(body)) : null
  if (plain) return { ok: true, events: plain }
  const parsed = parseJson(body)
  if (!parsed.ok) return parsed
  const { value } = parsed
  const isBatch = Array.isArray(value)
  if (isBatch && mode !== 'one') return { ok: true, events: value }
  if (!isBatch && mode !== 'batch' && typeof value === 'object' && value !== null) {
    return { ok: true, events: [value] }
  }
  return refused(400, expectation[mode])
}

/** Whether a body that begins so holds as many events as it should. */
function isMeant(mode: Exclude<Mode, 'binary'>, first: number | undefined): boolean {
  return (first === OPEN_LIST && mode !== 'one') || (first === OPEN_OBJECT && mode !== 'batch')
}

const expectation: Record<Exclude<Mode, 'binary'>, string> = {
  one: 'The body must be one event, a JSON object.',
  batch: 'The body must be a JSON array of events.',
  oneOrBatch: 'The body must be an event, or a JSON array of events.',
}

/** Null: a content type that is not read here. */
function modeOf(headers: IncomingHttpHeaders): Mode | null {
  const { type, isUtf8Text } = mediaTypeOf(headers['content-type'] ?? '')
  if (!isUtf8Text) return null
  if (type === 'application/cloudevents+json') return 'one'
  if (type === 'application/cloudevents-batch+json') return 'batch'
  if (type.startsWith('application/cloudevents')) return null
  const isJson = type === '' || type === 'application/json' || type.endsWith('+json')
  if (!isJson) return null
  if (Object.keys(headers).some((name) => name.startsWith(ATTRIBUTE_PREFIX))) return 'binary'
  return type === 'application/json' ? 'oneOrBatch' : null
}

function mediaTypeOf(contentType: string): { type: string; isUtf8Text: boolean } {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';')
  const charset = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '')
  const isUtf8Text = charset === undefined || ['utf-8', 'utf8', 'us-ascii'].includes(charset)
  return { type: type.trim(), isUtf8Text }
}

/** Attributes are headers, and the body is the data. */
function binaryEvent(headers: IncomingHttpHeaders, body: Buffer): SentBatch {
  const event: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const [name, header] of Object.entries(headers)) {
    if (!name.startsWith(ATTRIBUTE_PREFIX)) continue
    const value = attributeOf(String(header))
    if (value === null) {
      return refused(400, `The header ${name} must be percent-encoded UTF-8.`)
    }
    event[name.slice(ATTRIBUTE_PREFIX.length)] = value
  }
  if (body.length > 0) {
    const parsed = parseJson(body)
    if (!parsed.ok) return parsed
    event['data'] = parsed.value
  }
  return { ok: true, events: [{ ...event }] }
}

/**
 * An attribute as its header has it: percent-encoded, and perhaps in quotes. Null where it is
 * neither that nor plain ASCII.
 *
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values
 */
function attributeOf(header: string): string | null {
  const quoted = /^"(.*)"$/s.exec(header)
  const text = quoted?.[1]?.replace(/\\(.)/g, '$1') ?? header
  if (!/^[\t\x20-\x7e]*$/.test(text)) return null
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

type ParsedJson = { ok: true; value: unknown } | { ok: false; problem: Problem }

function parseJson(body: Buffer): ParsedJson {
  if (!isUtf8(body)) return refused(400, 'The body is not UTF-8.')
  if (body.length > SMALL_BYTES && isTextDeeperThan(MAX_TEXT_DEPTH, body)) {
    return refused(400, `The body is nested deeper than ${String(MAX_TEXT_DEPTH)} levels.`)
  }
  try {
    return { ok: true, value: JSON.parse(withoutMark(body.toString('utf8'))) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return refused(400, `The body is not JSON: ${reason}`)
  }
}

/** Some systems begin UTF-8 with a byte order mark; RFC 8259 lets a reader pass over it. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

function refused(
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): { ok: false; problem: Problem } {
  return { ok: false, problem: { status, detail, headers } }
}
