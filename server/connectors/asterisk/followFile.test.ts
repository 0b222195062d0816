import { appendFile, copyFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FilePlace, FileStep } from './followFile.ts'
import { followFile } from './followFile.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringside-follow-'))
  path = join(folder, 'queue_log')
})
afterEach(() => rm(folder, { recursive: true }))

/** A reader that is asked for all there is now, and remembers where it stopped. */
function reader(from: FilePlace | null = null) {
  const steps = followFile(path, from)
  let place = from
  return {
    /** What it says until it has nothing more to say: text, and in brackets what happened. */
    async now(): Promise<string> {
      let text = ''
      for (;;) {
        const { value } = (await steps.next()) as { value: FileStep }
        if (value.kind === 'idle') return value.missing ? `${text}[missing]` : text
        if (value.kind === 'bytes') {
          text += value.bytes.toString()
          ;({ place } = value)
        } else text += value.kind === 'gap' ? `[${value.reason}]` : '[end]'
      }
    },
    place: () => place,
    close: () => steps.return(undefined as never),
  }
}

describe('following a file', () => {
  it('reads what is there and what is added, line by line', async () => {
    await writeFile(path, 'one\ntwo\nthr')
    const file = reader()
    expect(await file.now()).toBe('one\ntwo\n')
    expect(await file.now()).toBe('')
    await appendFile(path, 'ee\n')
    expect(await file.now()).toBe('three\n')
    await file.close()
  })

  it('waits for a file that is not there yet', async () => {
    const file = reader()
    expect(await file.now()).toBe('[missing]')
    await writeFile(path, 'one\n')
    expect(await file.now()).toBe('one\n')
    await file.close()
  })

  it('reads a renamed file to its end before the one that took its place', async () => {
    await writeFile(path, 'one\n')
    const file = reader()
    expect(await file.now()).toBe('one\n')
    await rename(path, `${path}.1`)
    // Asterisk still has the old file open, whatever its name.
    await appendFile(`${path}.1`, 'two\n')
    expect(await file.now()).toBe('two\n')
    await writeFile(path, '')
    await appendFile(`${path}.1`, 'three\n')
    expect(await file.now()).toBe('three\n')
    await appendFile(`${path}.1`, 'four\nhal')
    await writeFile(path, 'five\n')
    expect(await file.now()).toBe('four\nhal[end]five\n')
    await file.close()
  })

  it('says that lines may be lost when a file was truncated', async () => {
    await writeFile(path, 'one\ntwo\n')
    const file = reader()
    await file.now()
    await truncate(path, 0)
    expect(await file.now()).toBe('[the file was truncated]')
    await appendFile(path, 'three\n')
    expect(await file.now()).toBe('three\n')
    await file.close()
  })

  it('sees a truncation also when more was written since than it had read', async () => {
    await writeFile(path, 'one\n')
    const file = reader()
    await file.now()
    await writeFile(path, 'another line, longer than before\n')
    expect(await file.now()).toBe('[the file was truncated]another line, longer than before\n')
    await file.close()
  })

  it('reads on in the copy that was made before a file was truncated', async () => {
    await writeFile(path, 'one\n')
    const file = reader()
    await file.now()
    await appendFile(path, 'two\n')
    await copyFile(path, `${path}.1`)
    await truncate(path, 0)
    expect(await file.now()).toBe('two\n[end][the file was truncated]')
    await appendFile(path, 'three\n')
    expect(await file.now()).toBe('three\n')
    await file.close()
  })

  it('reads a line that is too long to be one, in pieces', async () => {
    await writeFile(path, `${'x'.repeat(200_000)}\ny\n`)
    const file = reader()
    expect(await file.now()).toHaveLength(200_003)
    await file.close()
  })
})

describe('taking up a file', () => {
  async function placeAfter(text: string): Promise<FilePlace> {
    await writeFile(path, text)
    const file = reader()
    await file.now()
    await file.close()
    const place = file.place()
    if (!place) throw new Error('no place')
    return place
  }

  it('goes on where it stopped', async () => {
    const place = await placeAfter('one\nhal')
    expect(place.offset).toBe(4)
    await appendFile(path, 'f\ntwo\n')
    const file = reader(place)
    expect(await file.now()).toBe('half\ntwo\n')
    await file.close()
  })

  it('finds what was rotated away meanwhile, however often', async () => {
    const place = await placeAfter('1 one\n')
    await appendFile(path, 'two\n')
    await rename(path, `${path}.2`)
    await writeFile(`${path}.1`, '2 two and a half\n')
    await writeFile(path, 'four\n')
    await writeFile(`${path}.1.gz`, 'packed')
    await writeFile(`${path}.bak`, 'one\n')
    const file = reader(place)
    expect(await file.now()).toBe('two\n[end]2 two and a half\n[end]four\n')
    await file.close()
  })

  it('waits for the new file where there is none yet, and then finds the old', async () => {
    const place = await placeAfter('one\n')
    await appendFile(path, 'two\n')
    await rename(path, `${path}.1`)
    const file = reader(place)
    expect(await file.now()).toBe('[missing]')
    await writeFile(path, 'three\n')
    expect(await file.now()).toBe('two\n[end]three\n')
    await file.close()
  })

  it('says that lines may be lost when the file is gone, or is another one', async () => {
    const place = await placeAfter('one\n')
    await rename(path, join(folder, 'elsewhere'))
    await writeFile(path, 'two\n')
    const gone = reader(place)
    expect(await gone.now()).toBe('[the file that was being read is gone]two\n')
    await gone.close()

    const before = await placeAfter('one\n')
    await writeFile(path, 'another\n')
    const replaced = reader(before)
    expect(await replaced.now()).toBe('[the file was truncated]another\n')
    await replaced.close()
  })
})
