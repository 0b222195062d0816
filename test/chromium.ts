/** The Chromium of the tests: found on the machine, or Debian's, unpacked into the project's cache. */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasDebianTools, libraryPath, unpackPackages } from '../server/redis/debianPackages.ts'
import { findProgram } from '../server/redis/program.ts'
import { CACHE_DIR } from './cache.ts'

const ROOT = join(CACHE_DIR, 'chromium', 'root')
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'] as const

/** What every browser of the tests is started with, whichever its age. */
export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  // The shared memory of a container is too small for a page.
  '--disable-dev-shm-usage',
  // A picture is the same wherever it is taken.
  '--hide-scrollbars',
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
] as const

/** A Chromium that runs here, and the environment that it, and older ones beside it, need. */
export type Chromium = { path: string; env: NodeJS.ProcessEnv }

let ensured: Promise<Chromium> | null = null

/** The machine's Chromium, or one fetched once into the cache, with fonts for Japanese. */
export function ensureChromium(): Promise<Chromium> {
  ensured ??= findOrFetchChromium()
  return ensured
}

async function findOrFetchChromium(): Promise<Chromium> {
  const searchPath = process.env['PATH'] ?? ''
  for (const name of NAMES) {
    const path = await findProgram(name, searchPath)
    if (path !== null) return { path, env: process.env }
  }

  const path = join(ROOT, 'usr/lib/chromium/chromium')
  if (!existsSync(path)) {
    if (!(await hasDebianTools(searchPath))) {
      throw new Error('The browser tests need Chromium: install it and have it on the PATH.')
    }
    await unpackPackages({
      packages: ['chromium', 'chromium-common', 'fonts-noto-cjk'],
      into: ROOT,
      searchPath,
      report: (line) => {
        console.log(`Chromium: ${line}`)
      },
    })
  }
  return {
    path,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: await libraryPath(ROOT),
      FONTCONFIG_FILE: await writeFontSettings(),
    },
  }
}

/** The machine's fonts and the fetched ones: fontconfig would not look into our folder by itself. */
async function writeFontSettings(): Promise<string> {
  const folder = join(CACHE_DIR, 'chromium')
  const file = join(folder, 'fonts.conf')
  await mkdir(folder, { recursive: true })
  await writeFile(
    file,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <include ignore_missing="yes">${join(ROOT, 'etc/fonts/fonts.conf')}</include>
  <dir>${join(ROOT, 'usr/share/fonts')}</dir>
  <cachedir>${join(folder, 'font-cache')}</cachedir>
</fontconfig>
`,
  )
  return file
}
