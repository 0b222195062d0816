/** Faults of what people enter: in the database first, and from its outbox on to the stream. */
import { API_KEY } from '../../server.ts'
import { differences } from '../check.ts'
import { eventually } from '../eventually.ts'
import type { Fault, Scene } from '../fault.ts'
import { withTeams } from '../load.ts'
import { someTime } from './processes.ts'

const TEAMS = {
  front: ['ana', 'bo', 'cy', 'dee'],
  back: ['eli', 'fay', 'gil', 'hana'],
  side: ['ira', 'jun', 'kit', 'lou'],
} as const

/** Puts the directory; false: nobody answered, or not now. */
async function put({ ringside }: Scene, directory: unknown): Promise<boolean> {
  return fetch(`${ringside.url}/api/directory`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(directory),
  }).then(
    async (answer) => {
      const said = await answer.text()
      if (answer.status !== 200 && answer.status !== 503) throw new Error(`PUT: ${said}`)
      return answer.status === 200
    },
    () => false,
  )
}

/** Puts it as somebody does who has got no answer: once more. The same again changes nothing. */
export const putUntilTaken = (scene: Scene, directory: unknown): Promise<void> =>
  eventually('the directory is taken', () => put(scene, directory))

/** The first of these teams with their agents, who always were in them. */
function directoryOf(teams: number): object {
  const described = Object.entries(TEAMS).slice(0, teams)
  return {
    teams: described.map(([key]) => ({ key })),
    agents: described.flatMap(([team, agents]) =>
      agents.map((key) => ({ key, teams: [{ team }] })),
    ),
  }
}

/** Whether the database has it. */
async function isWritten({ ringside }: Scene, directory: object): Promise<boolean> {
  const found = await ringside.get('/api/directory').catch(() => null)
  const { teams } = (found?.body ?? {}) as { teams?: unknown[] }
  return teams?.length === (directory as { teams: unknown[] }).teams.length
}

export const directoryPut: Fault = {
  name: 'directory-put',
  title: 'the directory is put under load, and the server killed once it is written, three times',
  // Each directory is an event of ours.
  reload: (load) => ({ ...withTeams(load, TEAMS), events: load.events + 3 }),
  strike: async (scene) => {
    const { sending, ringside, random, load } = scene
    for (const [share, teams, longestMs] of [
      [0.1, 1, 30],
      [0.4, 2, 200],
      [0.7, 3, 1_000],
    ] as const) {
      await sending.reached(share + 0.1 * random.next())
      const directory = directoryOf(teams)
      const taken = putUntilTaken(scene, directory)
      // Whoever awaits it is told as well.
      taken.catch(() => undefined)
      await eventually('the directory is written', () => isWritten(scene, directory))
      // Before it is sent on to the stream, meanwhile, or after it.
      await someTime(scene, longestMs)
      await ringside.kill()
      await ringside.start()
      await taken
    }
    await sending.rest()
    // What came before a directory is derived anew by it, after the end of the stream is reached; what
    // is not right then is told as after any other fault.
    await eventually('the directory is in the figures', async () => {
      const wrong = await differences(ringside, load, ringside.url).catch(() => null)
      return wrong?.length === 0
    }).catch(() => undefined)
  },
}
