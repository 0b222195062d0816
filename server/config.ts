/** The settings of a process: one schema, with defaults and what each is for. */
import { z } from 'zod'
import { parseRedisUrl, type RedisAddress } from './stream/redisAddress.ts'

/** Variables of the command line (server/cli), which the server has no use for. */
const OTHERS: readonly string[] = ['RINGSIDE_URL']

/** The parts that a process can run; one process runs them all unless told otherwise. */
export const ROLES = ['ingest', 'engine', 'gateway', 'api', 'connectors'] as const
export type Role = (typeof ROLES)[number]

const Roles = z
  .string()
  .transform((text) => text.split(',').map((role) => role.trim()))
  .pipe(z.array(z.enum(ROLES)).nonempty())
  .transform((roles): ReadonlySet<Role> => new Set(roles))

const urlOf = (...schemes: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.replace(':', '')),
      { error: `must be an address like ${String(schemes[0])}://HOST` },
    )

/** Each has connections and, with an engine, books in memory of its own. */
const MAX_CENTERS = 50

const CenterKeys = z
  .string()
  .transform((text) => text.split(',').map((key) => key.trim()))
  .pipe(
    z
      .array(z.string().regex(/^[\w-]{1,64}$/, 'must be made of letters, digits, _ and -'))
      .nonempty()
      .max(MAX_CENTERS)
      .refine((keys) => !keys.includes('demo'), 'demo is the simulated center: RINGSIDE_DEMO')
      .refine((keys) => new Set(keys).size === keys.length, 'must name each center once'),
  )

const RedisUrl = z.string().transform((text, context): RedisAddress => {
  try {
    return parseRedisUrl(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : '' })
    return z.NEVER
  }
})

/**
 * Who may say where a request really comes from: nobody, so many proxies before us, or those at
 * the addresses listed.
 */
const TrustProxy = z.union([
  z.literal('off').transform(() => false as const),
  z
    .string()
    .regex(/^\d{1,2}$/)
    .transform(Number),
  z
    .string()
    .regex(/^[\w.:/-]+(\s*,\s*[\w.:/-]+)*$/, {
      error: 'must be off, a number of proxies, or addresses parted by commas',
    })
    .transform((text) => text.split(',').map((address) => address.trim())),
])

/** Each setting, by the name of its environment variable. */
const settings = {
  PORT: z.coerce
    .number({ error: 'must be a number' })
    .int()
    .min(0)
    .max(65_535)
    .default(4000)
    .describe('Port of the web server. 0 takes any that is free.'),
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'Address that the web server listens on; 0.0.0.0 is every one of the machine. Until an\n' +
        'administrator has set a password it is 127.0.0.1, whatever stands here.',
    ),
  DATA_DIR: z
    .string()
    .default('./data')
    .describe('Folder of the database and of our own Redis. One process at a time uses it.'),
  REDIS_URL: RedisUrl.nullable()
    .default(null)
    .describe(
      'A Redis (6.2 or later) or Valkey to use instead of one of our own, with append-only file\n' +
        'on and eviction off: redis://user:password@host:6379/0\n' +
        'Watched by Sentinels: redis+sentinel://user:password@host:26379,host2:26379/mymaster\n' +
        'A Redis Cluster: redis+cluster://user:password@host:6379,host2:6379\n' +
        'rediss, rediss+sentinel and rediss+cluster speak TLS.',
    ),
  RINGSIDE_REDIS_REPLICAS: z.coerce
    .number({ error: 'must be a number' })
    .int()
    .min(1)
    .max(5)
    .nullable()
    .default(null)
    .describe(
      'How many replicas of the Redis at REDIS_URL must have an event before it is acknowledged;\n' +
        'while there are fewer, events are answered with 503. Not set: its own word is enough.',
    ),
  DATABASE_URL: urlOf('postgres', 'postgresql')
    .nullable()
    .default(null)
    .describe(
      'A PostgreSQL (15 or later) to use instead of the embedded SQLite:\n' +
        'postgres://user:password@host:5432/ringside',
    ),
  RINGSIDE_BACKUP_TIME: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$|^off$/, { error: 'must be a time like 03:30, or off' })
    .default('03:30')
    .describe(
      'When the embedded database is backed up each day, in the time zone of the center: the\n' +
        'quietest hour. A server that is off then does it when it runs again. off: never.',
    ),
  RINGSIDE_BACKUP_KEEP: z.coerce
    .number({ error: 'must be a number' })
    .int()
    .min(1)
    .max(400)
    .default(7)
    .describe('How many of these backups are kept, in the folder backups of DATA_DIR.'),
  RINGSIDE_REDIS_FSYNC: z
    .enum(['always', 'everysec'])
    .default('always')
    .describe(
      'When our own Redis has an event on disk: always before it is acknowledged, or everysec,\n' +
        'which may lose the last second when the machine (not the process) goes down.',
    ),
  RINGSIDE_REDIS_BIN: z
    .string()
    .nullable()
    .default(null)
    .describe('Path of the redis-server or valkey-server to run as our own; else it is found.'),
  RINGSIDE_ROLES: Roles.default(new Set(ROLES)).describe(
    `The parts that this process runs, parted by commas: ${ROLES.join(',')}.\n` +
      'All of them when not set. Fewer need REDIS_URL and DATABASE_URL, which the others share.',
  ),
  RINGSIDE_CENTERS: CenterKeys.default(['main']).describe(
    'The centers that this process serves, parted by commas. The first one is meant where a request\n' +
      'names none. Several need REDIS_URL and DATABASE_URL.',
  ),
  RINGSIDE_API_KEY: z
    .string()
    .min(8)
    .regex(/^[\x21-\x7e]+$/, 'must be letters, digits and signs of ASCII, without spaces')
    .nullable()
    .default(null)
    .describe(
      'A first key with all rights, for automation. At least 8 characters, without spaces.',
    ),
  RINGSIDE_ADMIN_PASSWORD: z
    .string()
    .min(8)
    .nullable()
    .default(null)
    .describe(
      'Password of the first administrator, at least 8 characters. When not set, one is made and\n' +
        'printed once.',
    ),
  RINGSIDE_DEMO: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      'The simulated center, which every screen marks as such: on, off, or auto, which is on until\n' +
        'the first real source is set.',
    ),
  RINGSIDE_TRUST_PROXY: TrustProxy.default(false).describe(
    'Which proxies are believed about the address and the https of a request: off, how many there\n' +
      'are in a row, or their addresses parted by commas (loopback, 10.0.0.0/8).',
  ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('The least serious lines that are logged.'),
}

/** What the parts of several processes share, and so what a process that runs few parts must have. */
const SHARED = ['REDIS_URL', 'DATABASE_URL'] as const

const Config = SHARED.reduce(
  (schema, name) =>
    schema.refine(
      (config) =>
        config[name] !== null ||
        (config.RINGSIDE_ROLES.size === ROLES.length && config.RINGSIDE_CENTERS.length === 1),
      {
        path: [name],
        error:
          'must be set when RINGSIDE_ROLES leaves parts to other processes, or RINGSIDE_CENTERS\n' +
          '  names several',
      },
    ),
  z
    .object(settings)
    .refine(
      ({ REDIS_URL, RINGSIDE_REDIS_REPLICAS }) =>
        RINGSIDE_REDIS_REPLICAS === null || REDIS_URL !== null,
      {
        path: ['RINGSIDE_REDIS_REPLICAS'],
        error: 'needs REDIS_URL: a Redis of our own has no replicas',
      },
    ),
)

/** The settings, checked and in their own types; null is "not set". */
export type Config = z.infer<typeof Config>

/** Reads the settings once, at start. Names every bad one in a single error, then gives up. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  // Empty is not set: compose files and .env files write it so.
  const set = Object.entries(env).filter(([, value]) => value !== '')
  const parsed = Config.safeParse(Object.fromEntries(set))
  if (!parsed.success) throw new Error(`Bad settings:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/**
 * The variables that look like settings of ours and are none: misspelt, or of another version. To
 * be shown at start, since what they were meant to change stays as it is.
 */
export function unknownSettings(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env).filter(
    (name) => name.startsWith('RINGSIDE_') && !(name in settings) && !OTHERS.includes(name),
  )
}

/** What `.env.example` holds: every setting, what it is for, and its default. */
export function envExample(): string {
  const defaults: Record<string, Config[keyof Config]> = Config.parse({})
  const blocks = Object.entries(settings).map(([name, schema]) => {
    const lines = (schema.description ?? '').split('\n').map((line) => `# ${line}`)
    return [...lines, `# ${name}=${asText(defaults[name] ?? null)}`].join('\n')
  })
  return [HEAD, ...blocks].join('\n\n') + '\n'
}

const HEAD = `# Settings of Ringside. Copy this file to .env and change what you need there; a variable of the
# environment goes before the file. What stands behind a # is the default.`

function asText(value: Config[keyof Config]): string {
  if (value === null) return ''
  if (value === false) return 'off'
  if (value instanceof Set || Array.isArray(value)) return [...value].join(',')
  // No other default is more than a word or a number.
  return typeof value === 'object' ? '' : String(value)
}
