/** A subject's key as a person may read it: the last part says which one it is. */
export function subjectName(key: string): string {
  const [, ...rest] = key.split('/')
  const name = rest.join('/')
  return name === '' ? key : name
}
