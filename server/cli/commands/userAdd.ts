/** `user add`: somebody who may sign in. */
import { z } from 'zod'
import { roles } from '../../../shared/rights.ts'
import { newSecret } from '../../auth/secret.ts'
import { createUser, NewUser, type UserRefusal } from '../../auth/users.ts'
import { openDatabase } from '../../database/database.ts'
import {
  CommandFailed,
  EXIT,
  oneOf,
  textOf,
  textsOf,
  UsageError,
  type CliIo,
  type Command,
} from '../command.ts'
import { alone, dataFolder } from '../dataFolder.ts'

/** 96 bits: enough for a password that is typed once and then changed. */
const GENERATED_LENGTH = 16

export const userAddCommand: Command = {
  name: 'user add',
  summary: 'Add somebody who may sign in',
  usage: '<name> --role ROLE [options]',
  details: [
    'Makes a password and prints it, this once, unless one is given on the standard input. With the',
    'embedded database Ringside must not run; while it does, add people on screen.',
    '',
    'Examples:',
    '  npm run ringside -- user add "Anna Berger" --role administrator',
    '  npm run ringside -- user add lead --role supervisor --scope team:support',
  ],
  options: {
    role: { type: 'string', value: 'ROLE', help: roles.join(', ') },
    scope: {
      type: 'string',
      multiple: true,
      value: 'SCOPE',
      help: 'what the role covers, such as team:support or agent:anna; else the whole center',
    },
    'password-stdin': { type: 'boolean', help: 'read the password from the standard input' },
  },
  run: async (io, values, words) => {
    const [name, ...rest] = words
    if (name === undefined || rest.length > 0) throw new UsageError('user add takes one name')
    const roleName = textOf(values, 'role')
    if (roleName === null) throw new UsageError(`--role is needed: ${roles.join(', ')}`)
    const role = oneOf('role', roleName, roles)
    const isGiven = values['password-stdin'] === true
    const password = isGiven
      ? (await io.input()).replace(/\r?\n$/, '')
      : newSecret().slice(0, GENERATED_LENGTH)
    const user = NewUser.safeParse({ name, password, role, scopes: textsOf(values, 'scope') })
    if (!user.success) throw new UsageError(z.prettifyError(user.error))

    const data = dataFolder(io)
    const add = () => addTo(data.databaseUrl, data.databaseFile, user.data, io)
    // A server of its own takes many at a time; a file of ours takes one.
    await (data.databaseUrl === null ? alone(io, data.folder, add) : add())
    io.out(`${user.data.name} may sign in as ${role}`)
    if (!isGiven) io.out(`password ${password} (shown this once; change it)`)
    return EXIT.done
  },
}

const reasons: Readonly<Record<UserRefusal, string>> = {
  nameTaken: 'the name is taken',
  unknown: 'there is nobody of that name',
  lastAdministrator: 'the last administrator stays one',
  agentUnnamed: 'an agent needs exactly one agent: scope',
}

async function addTo(url: string | null, file: string, user: NewUser, io: CliIo): Promise<void> {
  const database = await openDatabase({ url, file })
  try {
    const created = await createUser(database.kysely, user, 'command line', io.now())
    if (!created.ok) throw new CommandFailed(`${user.name}: ${reasons[created.refusal]}`)
  } finally {
    await database.close()
  }
}
