/** Faults of what people enter: in the database first, and from its outbox on to the stream. */
import { setTimeout as pause } from 'node:timers/promises'
import { API_KEY } from '../../server.ts'
import { eventually } from '../eventually.ts'
import type { Fault, Scene } from '../fault.ts'
import { withTeams } from '../load.ts'

const TEAMS = { front: ['ana', 'bo', 'cy', 'dee'], back: ['eli', 'fay', 'gil', 'hana'] } as const
/** Within this after it is sent, a directory is checked, written, and sent on to the stream. */
const LONGEST_MS = 150

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
function directoryOf(teams: number): unknown {
  const described = Object.entries(TEAMS).slice(0, teams)
  return {
    teams: described.map(([key]) => ({ key })),
    agents: described.flatMap(([team, agents]) =>
      agents.map((key) => ({ key, teams: [{ team }] })),
    ),
  }
}

export const directoryPut: Fault = {
  name: 'directory-put',
  title: 'the directory is put under load, and the server killed over it, twice',
  // Both directories are events of ours.
  reload: (load) => ({ ...withTeams(load, TEAMS), events: load.events + 2 }),
  strike: async (scene) => {
    const { sending, ringside, random } = scene
    for (const [share, teams] of [
      [0.2, 1],
      [0.6, 2],
    ] as const) {
      await sending.reached(share + 0.2 * random.next())
      const directory = directoryOf(teams)
      const answered = put(scene, directory)
      await pause(random.between(10, LONGEST_MS))
      await ringside.kill()
      await answered
      await ringside.start()
      await putUntilTaken(scene, directory)
    }
  },
}
