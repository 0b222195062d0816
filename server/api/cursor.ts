/** Where a page ended, as text that a caller gives back unread. */
import type { z } from 'zod'

export function cursorText(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** What a cursor says; null where none was given, `unreadable` where it is none of ours. */
export function readCursor<Schema extends z.ZodType>(
  text: string | undefined,
  schema: Schema,
): z.output<Schema> | null | 'unreadable' {
  if (text === undefined) return null
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    const parsed = schema.safeParse(value)
    return parsed.success ? parsed.data : 'unreadable'
  } catch {
    return 'unreadable'
  }
}
