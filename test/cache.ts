/** Where what the tests fetch is kept between runs. */
import { fileURLToPath } from 'node:url'

/** The project's own cache, which no commit contains. */
export const CACHE_DIR = fileURLToPath(new URL('../.cache', import.meta.url))
