/** A reported fact in a line: whom and what it names, ids and technicalities left out. */
import type { Messages } from '../i18n/en.ts'
import type { Numbers } from '../numbers.ts'

/** Names within a system, and how well it knows: of no use to somebody who follows a call. */
const TECHNICAL =
  /^(contact|visit|leg|offer|fromLeg|interaction|parentContact|matter|evaluation)Id$|^(provenance|precision)$/

type Names = Pick<Numbers, 'queueName' | 'agentName'>

export function factLine(
  data: Readonly<Record<string, unknown>>,
  names: Names,
  t: Messages,
): string {
  return Object.entries(data)
    .filter(([name]) => !TECHNICAL.test(name))
    .flatMap(([name, value]) => {
      const text = valueText(name, value, names, t)
      return text === '' ? [] : [text]
    })
    .join(' · ')
}

function valueText(name: string, value: unknown, names: Names, t: Messages): string {
  if (typeof value === 'string') {
    if (name === 'queue' || name === 'toQueue') return names.queueName(value)
    if (name === 'agent') return names.agentName(value)
    return t.values[value] ?? `${t.fields[name] ?? name}: ${value}`
  }
  if (typeof value === 'number' || typeof value === 'boolean')
    return `${t.fields[name] ?? name}: ${String(value)}`
  return ''
}
