/** The help of the command line: of the whole, and of each command. */
import type { Command, Option } from './command.ts'

/** Where descriptions begin. */
const INDENT = 30
const PROGRAM = 'npm run ringside --'

function row(left: string, right: string): string {
  const [first = '', ...rest] = right.split('\n')
  const head = `  ${left}`
  const start = head.length < INDENT - 1 ? head.padEnd(INDENT) : `${head}\n${' '.repeat(INDENT)}`
  return [start + first, ...rest.map((line) => ' '.repeat(INDENT) + line)].join('\n')
}

const optionRow = ([name, { value, help }]: [string, Option]): string =>
  row(`--${name}${value === undefined ? '' : ` ${value}`}`, help)

export function helpOfAll(commands: readonly Command[]): string {
  return [
    `Usage: ${PROGRAM} <command> [options]`,
    '',
    ...commands.map(({ name, summary }) => row(name, summary)),
    '',
    `${PROGRAM} <command> --help says more of each.`,
  ].join('\n')
}

export function helpOf(command: Command): string {
  return [
    `Usage: ${PROGRAM} ${command.name} ${command.usage}`.trimEnd(),
    '',
    `${command.summary}.`,
    '',
    ...command.details,
    '',
    'Options:',
    ...Object.entries(command.options).map(optionRow),
  ].join('\n')
}
