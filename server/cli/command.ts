/** What a command of the command line is, and what it is given. */
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { closest } from '../../shared/closest.ts'

/** How a command ended, as the shell sees it. */
export const EXIT = {
  done: 0,
  /** The server, a file or a folder failed. */
  failed: 1,
  /** The command was not written as it should be. */
  usage: 2,
  /** Everything was sent, and some of it was refused; or sums that should agree do not. */
  refused: 3,
  /** Ctrl-C. */
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What the world gives a command: so that a test can be the world. */
export type CliIo = {
  env: NodeJS.ProcessEnv
  /** The folder that paths are relative to, which the person is in. */
  folder: string
  /** The project's folder, which settings are relative to. */
  project: string
  /** The whole standard input. */
  input: () => Promise<string>
  /** A line for whoever reads the result. */
  out: (line: string) => void
  /** A line for whoever looks on, or wants to know what failed. */
  err: (line: string) => void
  /** Draws over the last drawn line; '' clears it. Null: nobody looks on. */
  draw: ((line: string) => void) | null
  now: () => number
  /** Resolves after so many milliseconds, or soon after `signal` aborts. */
  wait: (ms: number) => Promise<void>
  /** Aborts when the person at the keyboard has had enough. */
  signal: AbortSignal
}

export type Option = {
  type: 'string' | 'boolean'
  multiple?: boolean
  /** What stands for its value in the help. */
  value?: string
  help: string
}
export type Values = Readonly<Record<string, ReturnType<typeof parseArgs>['values'][string]>>

export type Command = {
  /** As it is typed, such as `import` or `user add`. */
  name: string
  summary: string
  /** What follows its name. */
  usage: string
  /** Lines for its help: what it does, with examples. */
  details: readonly string[]
  options: Readonly<Record<string, Option>>
  run: (io: CliIo, values: Values, words: readonly string[]) => Promise<ExitCode>
}

/** The command was not written as it should be: says how, and ends with `EXIT.usage`. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** What was asked for could not be done: says why, and ends with `EXIT.failed`. */
export class CommandFailed extends Error {
  override name = 'CommandFailed'
}

/** Words and options, or how they were mistyped. */
export function parseWords(
  command: Command,
  args: readonly string[],
): { values: Values; words: string[] } {
  const options: ParseArgsConfig['options'] = {}
  for (const [name, { type, multiple = false }] of Object.entries(command.options)) {
    options[name] = { type, multiple }
  }
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    return { values: parsed.values, words: parsed.positionals }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new UsageError(mistyped(error, Object.keys(command.options)))
  }
}

function mistyped(error: TypeError, known: readonly string[]): string {
  const name = /'(-{1,2}[^\s'=]+)/.exec(error.message)?.[1] ?? ''
  if (!('code' in error) || error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    // Only the first sentence: the rest is advice on how to write it in a program.
    return error.message.split(/\.\s|\n/)[0] ?? error.message
  }
  const meant = closest(name.replace(/^-+/, ''), known)
  return `unknown option ${name}${meant === null ? '' : `; did you mean --${meant}?`}`
}

/** The text of an option; null where it is not given. */
export function textOf(values: Values, name: string): string | null {
  const value = values[name]
  return typeof value === 'string' ? value : null
}

/** The texts of an option that may be given several times. */
export function textsOf(values: Values, name: string): readonly string[] {
  const value = values[name]
  return Array.isArray(value) ? value.map(String) : []
}

/** One of several words, or what may have been meant. */
export function oneOf<Word extends string>(
  what: string,
  text: string,
  known: readonly Word[],
): Word {
  const found = known.find((word) => word === text)
  if (found !== undefined) return found
  const meant = closest(text, known)
  const advice = meant === null ? `there is ${known.join(', ')}` : `did you mean ${meant}?`
  throw new UsageError(`unknown ${what} ${text}; ${advice}`)
}
