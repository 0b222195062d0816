/** The texts of the page of how long data is kept in English; it says which texts there are. */
export const retentionEn = {
  title: 'How long data is kept',
  lead: 'Sums are kept for good: no number ever changes by what is set here. It says how long the rest is kept.',
  homeLead: 'Details of contacts, rejected events, the log, the stream.',
  days: 'days',
  megabytes: 'MB',
  details: 'Details of contacts',
  detailsHint:
    'What was reported of calls, chats and tasks, with customers and times, and the entries that a number opens into. They take the most disk. Older numbers stay as they are, but cannot be opened, nor judged under other settings.',
  forGood: 'Keep them for good',
  after: 'Give them up',
  fields: {
    detailDays: 'Days that details are kept',
    rejectedDays: 'Events that were turned away',
    auditDays: 'Log of who did and saw what',
    streamDays: 'Stream of events',
    streamMegabytes: 'Most that the stream takes',
  },
  hints: {
    detailDays: 'The entries go within minutes, the contacts a day or two later.',
    rejectedDays:
      'With what they said, so that they can be put right and sent again. After that only their count is kept.',
    auditDays: 'After that nobody can tell any more who opened whose details.',
    streamDays:
      'A backup that is put back goes on from the stream, so it may be this old. Each day of it takes memory of Redis for all events of the day.',
    streamMegabytes: 'Above it younger events go as well, once they are in a backup.',
  },
  all: 'All details are kept now.',
  wrong: (field: string, least: string, most: string, unit: string) =>
    `${field}: enter a whole number of ${unit}, from ${least} to ${most}.`,
  noQuarter: (time: string) =>
    `The business day begins at ${time}. Details can be given up only where it begins on a quarter of an hour: change businessDayStart in the directory first.`,
  outdated:
    'Somebody else changed this meanwhile. What holds now is shown above your changes: look at it, then save again.',
  save: 'Save',
  saving: 'Saving …',
  saved: 'Saved.',
  same: 'Nothing is different from before.',
  askTitle: 'This cannot be undone',
  asks: {
    detailDays: (date: string) =>
      `Details of contacts from before ${date} are given up, and from now on each day those of one more. Keeping them longer later does not bring them back.`,
    rejectedDays: (date: string) => `Events that were turned away before ${date} are deleted.`,
    auditDays: (date: string) => `Lines of the log from before ${date} are deleted.`,
  },
  confirm: 'Delete and save',
  cancel: 'Do not save',
}
