/** The command line: finds the command, runs it, and says how it ended. */
import { closest } from '../../shared/closest.ts'
import {
  CommandFailed,
  EXIT,
  parseWords,
  UsageError,
  type CliIo,
  type Command,
  type ExitCode,
} from './command.ts'
import { commands } from './commands.ts'
import { helpOf, helpOfAll } from './help.ts'

const isHelp = (word: string): boolean => word === '--help' || word === '-h'

/** Runs a command; failures are said, not thrown. */
export async function runCli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const [first] = args
  if (first === undefined) {
    io.err(helpOfAll(commands))
    return EXIT.usage
  }
  if (isHelp(first) || first === 'help') {
    const command = find(args.slice(1))
    io.out(command ? helpOf(command) : helpOfAll(commands))
    return EXIT.done
  }
  const command = find(args)
  if (!command) {
    const meant = closest(first, [...commands.map(({ name }) => name), 'help'])
    const advice = meant === null ? '' : `; did you mean ${meant}?`
    io.err(`ringside: unknown command ${first}${advice}`)
    io.err(helpOfAll(commands))
    return EXIT.usage
  }
  return run(command, args.slice(command.name.split(' ').length), io)
}

/** The command that the words begin with; some have two words. */
function find(args: readonly string[]): Command | null {
  return (
    commands.find(({ name }) => {
      const words = name.split(' ')
      return words.every((word, i) => args[i] === word)
    }) ?? null
  )
}

async function run(command: Command, args: readonly string[], io: CliIo): Promise<ExitCode> {
  if (args.some(isHelp)) {
    io.out(helpOf(command))
    return EXIT.done
  }
  try {
    const { values, words } = parseWords(command, args)
    return await command.run(io, values, words)
  } catch (error) {
    io.draw?.('')
    if (io.signal.aborted) {
      io.err(`ringside ${command.name}: stopped`)
      return EXIT.interrupted
    }
    if (error instanceof UsageError) {
      io.err(`ringside ${command.name}: ${error.message}`)
      io.err(`npm run ringside -- ${command.name} --help says how it is written.`)
      return EXIT.usage
    }
    if (error instanceof CommandFailed) {
      io.err(`ringside ${command.name}: ${error.message}`)
      return EXIT.failed
    }
    throw error
  }
}
