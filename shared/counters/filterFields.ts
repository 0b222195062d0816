/** Fields of subjects by which numbers can be narrowed, in the order in which they are named. */
export const filterFields = [
  'queue',
  'channel',
  'reason',
  'product',
  'campaign',
  'origin',
  'segment',
  'kind',
  'method',
] as const
export type FilterField = (typeof filterFields)[number]

export const isFilterField = (name: string): name is FilterField =>
  (filterFields as readonly string[]).includes(name)
