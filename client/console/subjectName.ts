/** A subject's key as a person reads it in a list: what tells it from the others of its system. */
export function subjectName(key: string): string {
  const hash = key.indexOf('#')
  if (hash >= 0 && hash < key.length - 1) return key.slice(hash + 1)
  const [, ...rest] = key.split('/')
  const name = rest.join('/')
  return name === '' ? key : name
}
