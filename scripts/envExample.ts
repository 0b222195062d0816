// `npm run env-example`: writes .env.example anew from the settings' schema.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { envExample } from '../server/config.ts'
import { ROOT } from './paths.mjs'

await writeFile(join(ROOT, '.env.example'), envExample())
