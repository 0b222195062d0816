/** Which texts a database can hold as they are. */

/** As JSON escapes them: the character 0, which PostgreSQL refuses, and halves of characters. */
const suspicious = /\\u(0000|d[89a-f])/
/** The same behind an even number of backslashes, so that an escaped backslash does not count. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/

/**
 * Whether every text in a JSON document can be stored and comes back as it was: none has the
 * character 0 or half of a surrogate pair. Takes `JSON.stringify`'s output.
 */
export function isStorable(json: string): boolean {
  return !suspicious.test(json) || !unstorable.test(json)
}
