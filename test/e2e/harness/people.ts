/** Who works in the scripted center of the screen tests. */

export const queues = [
  { key: 'sales', name: 'Sales', thresholdMs: 15_000, weight: 5 },
  { key: 'support', name: 'Support', thresholdMs: 20_000, weight: 6 },
  { key: 'billing', name: 'Billing', thresholdMs: 30_000, weight: 3 },
  { key: 'orders', name: 'Orders', thresholdMs: 20_000, weight: 4 },
  { key: 'renewals', name: 'Renewals', thresholdMs: 30_000, weight: 2 },
  { key: 'jp', name: '日本語サポート', thresholdMs: 20_000, weight: 3 },
] as const
export type QueueKey = (typeof queues)[number]['key']

export const teams = [
  { key: 'inside-1', name: 'Inside Sales East', site: 'tokyo', queues: ['sales', 'renewals'] },
  { key: 'inside-2', name: 'Inside Sales West', site: 'osaka', queues: ['sales', 'orders'] },
  { key: 'care-1', name: 'Care', site: 'tokyo', queues: ['support', 'billing', 'jp'] },
  { key: 'care-2', name: 'Back Office', site: 'osaka', queues: ['support', 'orders', 'billing'] },
] as const

const first = ['Anna', 'Ben', 'Chloe', 'Daniel', 'Emi', 'Farid', 'Grace', 'Haruto', 'Ines', 'Jonas']
const last = ['Berg', 'Castillo', 'Dupont', 'Eriksen', 'Fischer', 'Gupta']
const japanese = [
  '佐藤 花子',
  '鈴木 一郎',
  '高橋 美咲',
  '田中 翔太',
  '伊藤 結衣',
  '渡辺 健',
  '山本 葵',
  '中村 大輔',
]

export type Person = {
  key: string
  name: string
  team: (typeof teams)[number]
}

/** Sixty people, each always the same. */
export const people: readonly Person[] = Array.from({ length: 60 }, (_, i): Person => {
  const name =
    i % 8 === 7
      ? (japanese[(i - 7) / 8] ?? '加藤 蓮')
      : `${first[i % 10] ?? ''} ${last[Math.floor(i / 10)] ?? ''}`
  const team = teams[i % teams.length]
  if (!team) throw new Error('no team')
  return { key: `a${i}`, name, team }
})
