/** The rules of exactly-once, each broken on purpose: what the harness must notice. */

/** A line of the product and what stands there instead, in a copy of it. */
export type BrokenRule = {
  /** As the architecture numbers them. */
  rule: number
  /** What does not hold any more. */
  broken: string
  file: string
  /** Stands in the file exactly once, else the rule is to be written anew. */
  from: string
  to: string
  /** The fault that must go wrong. */
  fault: string
}

export const brokenRules: readonly BrokenRule[] = [
  {
    rule: 1,
    broken: 'delivered ids are not known again',
    file: 'server/books/folding.ts',
    from: '  for (const [name, hash] of delivered.found) known.set(name, hash)\n',
    to: '',
    fault: 'redis-set-back',
  },
  {
    rule: 2,
    broken: 'the place is written before the rest, in a transaction of its own',
    file: 'server/books/bookWriter.ts',
    from: '        const isJudgedAnew = await commit(',
    to: `        const { place } = flying
        await database.kysely.updateTable('center').set({ place }).where('center', '=', center).execute()
        await new Promise((resolve) => setTimeout(resolve, 300))
        const isJudgedAnew = await commit(`,
    fault: 'server-killed',
  },
  {
    rule: 3,
    broken: 'a stream that lost entries is followed on',
    file: 'server/books/checkpoint.ts',
    from: '  if (await log.holdsAfter(found.place)) return',
    to: '  if (true) return',
    fault: 'stream-trimmed',
  },
  {
    rule: 4,
    broken: 'the stream is trimmed up to the books, whatever a backup needs',
    file: 'server/books/trimming.ts',
    from: '    return earlier(committed, needed)\n',
    to: '    return committed\n',
    fault: 'restored-after-trimming',
  },
  {
    rule: 5,
    broken: 'the epoch is not compared in a commit',
    file: 'server/books/commit.ts',
    from: "    .where('epoch', '=', epoch)\n    .where('commits', '=', commits)\n",
    to: '',
    fault: 'two-engines',
  },
  {
    rule: 6,
    broken: 'the engine tells that it follows, without Redis',
    file: 'server/books/keeper.ts',
    from: 'session === null || hearing.isSilent()',
    to: 'session === null',
    fault: 'redis-frozen',
  },
  {
    rule: 7,
    broken: 'a row of the outbox is marked as sent, and then sent',
    file: 'server/books/outbox.ts',
    from: '  await log.append(rows.map(({ event }) => JSON.parse(event) as StreamEvent))\n',
    to: `  await database.kysely.updateTable('outbox').set({ sentAtMs: nowMs }).execute()
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  await log.append(rows.map(({ event }) => JSON.parse(event) as StreamEvent))
`,
    fault: 'directory-put',
  },
  {
    rule: 8,
    broken: 'reconcile takes every sum for right',
    file: 'server/books/read/reconcile.ts',
    from: '        result.differences.push({ between, of, expected, found })\n',
    to: '',
    fault: 'balance-falsified',
  },
]
