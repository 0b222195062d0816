/** Builds of old Chromiums, fetched from the package registry once and unpacked into the cache. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import { CACHE_DIR } from './cache.ts'

const run = promisify(execFile)
const decompress = promisify(brotliDecompress)

/**
 * Chromium's major version → the package that carries a build of it, and the package's SHA-256.
 * These are old and full of holes: for tests on loopback only, and never a dependency.
 */
const PACKAGES = {
  69: {
    name: 'chrome-aws-lambda@1.6.3',
    sha256: 'f1b0f5206d211ea256678dacdc699cb83587d444d5f165798ad660e74fa1d90e',
  },
  77: {
    name: 'chrome-aws-lambda@1.18.1',
    sha256: '79ca33159e5e59853063fcf7a7620766100dfa63c7df3b75b58c6bf0ac24b5bf',
  },
  79: {
    name: 'chrome-aws-lambda@2.0.2',
    sha256: '287fd9947ca8e8256a1d8fcdea588d133632787d890f3137eef635f9a1809eac',
  },
  85: {
    name: 'chrome-aws-lambda@5.2.1',
    sha256: '4af9d2661e995315acecb2bac395c493397c90c7b9bd0cea8a7f3d8b77e5deae',
  },
  87: {
    name: 'chrome-aws-lambda@5.4.0',
    sha256: '3d10b26e7743e167fcc4c528179b7b49b0f539d770d957d6218417ecef67864b',
  },
  92: {
    name: '@sparticuz/chromium@92.0.0',
    sha256: 'ae2070e08840e30bb50dbfffe9824d428d46445436bf08147e7f9102294a28ca',
  },
  108: {
    name: '@sparticuz/chromium@108.0.3',
    sha256: '34521d616af72d5907f229ae3540e0d82ac2db74f22b979d37fe8a3cdd93f641',
  },
} as const

export type TvVersion = keyof typeof PACKAGES

/** Every engine that is supported, oldest first. */
const ALL = Object.keys(PACKAGES).map(Number) as TvVersion[]
/** Those that every run of the tests takes: the oldest, and the last one without `:where()`. */
const USUAL: readonly TvVersion[] = [69, 87]

/** The engines that this run tests: two of them, or all of them in `npm run test:tv`. */
export const TV_VERSIONS: readonly TvVersion[] = process.env['TV_ENGINES'] === 'all' ? ALL : USUAL

/** The engine's program, unpacked from its package the first time. */
export async function ensureTvProgram(version: TvVersion): Promise<string> {
  const folder = join(CACHE_DIR, 'tv')
  const path = join(folder, `chromium-${String(version)}`)
  if (existsSync(path)) return path

  console.log(`TV engines: fetching Chromium ${String(version)} (about 45 MB, kept for later runs)`)
  await mkdir(folder, { recursive: true })
  const work = await mkdtemp(join(folder, 'partial-'))
  try {
    const program = await unpack(version, work)
    await rename(program, path)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return path
}

async function unpack(version: TvVersion, work: string): Promise<string> {
  const { name, sha256 } = PACKAGES[version]
  await run('npm', ['pack', name, '--pack-destination', work], { cwd: work })
  const [tarball = ''] = await readdir(work)
  const packed = await readFile(join(work, tarball))
  const digest = createHash('sha256').update(packed).digest('hex')
  if (digest !== sha256) throw new Error(`${name} is not the package that was checked: ${digest}`)

  await run('tar', ['-xzf', tarball], { cwd: work })
  const bin = join(work, 'package/bin')
  const compressed = (await readdir(bin)).find((file) => /^chromium.*\.br$/.test(file))
  if (compressed === undefined) throw new Error(`${name} holds no Chromium`)
  const program = join(work, 'chromium')
  await writeFile(program, await decompress(await readFile(join(bin, compressed))))
  await chmod(program, 0o755)
  return program
}
