import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { amiRecording, fixture, queueLogBytes } from '../../../test/fixtures/asterisk/recording.ts'
import type { FileBytes, RecordedBatch } from './files.ts'
import { readAmiCapture, readQueueLogFile } from './files.ts'

const LOG = '/asterisk/pbx-1/queue-log'
const AMI = '/asterisk/pbx-1/ami'

async function all(batches: AsyncIterable<RecordedBatch>): Promise<RecordedBatch[]> {
  const list = []
  for await (const batch of batches) list.push(batch)
  return list
}

const eventsOf = (batches: readonly RecordedBatch[]) => batches.flatMap(({ events }) => events)

/** Bytes as a stream gives them: in pieces of any size. */
function* pieces(bytes: Buffer, size: number): Iterable<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

const rising = (batches: readonly RecordedBatch[]): boolean =>
  batches.every(
    ({ recordedAtMs }, index) => recordedAtMs > (batches[index - 1]?.recordedAtMs ?? -Infinity),
  )

/** A recording is read several times over, on a machine that may be busy. */
const SLOW_MS = 240_000

describe('a queue_log file', { timeout: SLOW_MS }, () => {
  it('is read the same plain and packed, whole and in pieces', async () => {
    const plain = await all(readQueueLogFile([queueLogBytes()], LOG))
    expect(eventsOf(plain)).toHaveLength(3_764)
    const packed = fixture('queue_log.gz')
    for (const bytes of [[packed], pieces(packed, 1), pieces(queueLogBytes(), 777)]) {
      expect(await all(readQueueLogFile(bytes, LOG))).toEqual(plain)
    }
  })

  it('comes in batches of one second each, with that second', async () => {
    const batches = await all(readQueueLogFile([queueLogBytes()], LOG))
    expect(rising(batches)).toBe(true)
    expect(batches[0]?.recordedAtMs).toBe(1_795_283_599_000)
    expect(batches.at(-1)?.recordedAtMs).toBe(1_795_284_407_000)
    const fates = batches.map(({ understood, skipped, rejected }) => {
      const known = [...skipped.values()].reduce((sum, count) => sum + count, 0)
      return understood + known + rejected.length
    })
    expect(fates.reduce((sum, count) => sum + count, 0)).toBe(2_584)
  })

  it('may lack its last line end, and be empty', async () => {
    const line = '1795283707|NONE|sales|Anna|PAUSE|'
    expect(eventsOf(await all(readQueueLogFile([Buffer.from(line)], LOG)))).toHaveLength(1)
    expect(await all(readQueueLogFile([], LOG))).toMatchObject([{ events: [], recordedAtMs: 0 }])
  })

  it('is refused where its packing is damaged', async () => {
    const damaged = fixture('queue_log.gz').subarray(0, 5_000)
    await expect(all(readQueueLogFile([damaged], LOG))).rejects.toThrow()
  })
})

describe('a capture of an AMI connection', { timeout: SLOW_MS }, () => {
  const raw = fixture('ami.txt.gz')
  const times = fixture('ami.chunks.jsonl.gz')

  it('is read the same plain and packed, whole and in pieces', async () => {
    const batches = await all(readAmiCapture([raw], [times], AMI))
    expect(eventsOf(batches)).toHaveLength(5_648)
    expect(rising(batches)).toBe(true)
    const plain = gunzipSync(raw)
    const inPieces: [FileBytes, FileBytes][] = [
      [[plain], pieces(gunzipSync(times), 1_000)],
      [pieces(plain, 999), [times]],
    ]
    for (const [bytes, received] of inPieces) {
      expect(eventsOf(await all(readAmiCapture(bytes, received, AMI)))).toEqual(eventsOf(batches))
    }
  })

  it('gives each batch the time at which it was received', async () => {
    const batches = await all(readAmiCapture([raw], [times], AMI))
    const received = new Set(amiRecording().chunks.map(({ t }) => t))
    expect(batches.every(({ recordedAtMs }) => received.has(recordedAtMs))).toBe(true)
    for (const { events, recordedAtMs } of batches) {
      for (const { time } of events) expect(Date.parse(time)).toBeLessThanOrEqual(recordedAtMs)
    }
  })

  it('without times of receipt needs the packets’ own', async () => {
    const join = (rest: string) =>
      Buffer.from(`Event: QueueCallerJoin\r\n${rest}Uniqueid: call.1\r\nQueue: sales\r\n\r\n`)
    const stamped = await all(readAmiCapture([join('Timestamp: 1795183200.5\r\n')], null, AMI))
    expect(stamped.at(-1)?.recordedAtMs).toBe(1_795_183_200_500)
    expect(eventsOf(stamped)).toHaveLength(1)
    const [batch] = await all(readAmiCapture([join('')], null, AMI))
    expect(batch?.rejected).toHaveLength(1)
  })

  it('says what was cut off at its end', async () => {
    const { raw: whole } = amiRecording()
    const cut = await all(readAmiCapture([whole.subarray(0, 10_000)], [times], AMI))
    expect(cut.at(-1)?.rejected[0]?.reason).toBe('cut off in the middle of a packet')
  })

  it('is refused where the times of receipt do not belong to it', async () => {
    const bad = ['{"t":1,"off":5,"len":9}', '{"t":1}', 'nonsense', '{"t":1,"off":0,"len":-1}']
    for (const text of bad) {
      const read = all(readAmiCapture([raw], [gzipSync(text)], AMI))
      await expect(read).rejects.toThrow('line 1 of the times of receipt does not follow on')
    }
  })
})
