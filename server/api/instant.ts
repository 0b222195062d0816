/** An instant as the API writes it: RFC 3339 in UTC, to the millisecond. */
export function instantText(atMs: number): string {
  return new Date(atMs).toISOString()
}
