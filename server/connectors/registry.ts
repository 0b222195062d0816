/** Every connector there is, and what the feeds that they read can say. */
import type { Directory } from '../../shared/directory.ts'
import { eventTypes } from '../../shared/events/event.ts'
import { asteriskAmi } from './asterisk/ami.ts'
import { asteriskQueueLog } from './asterisk/queueLog.ts'
import type { Connector } from './connector.ts'

/** A connector, whatever its settings: they are checked by it before it runs. */
type AnyConnector = Connector<unknown>
// Each checks its settings by its own schema before `run` sees them.
const any = <Settings>(connector: Connector<Settings>): AnyConnector =>
  connector as unknown as AnyConnector

export const connectors: Readonly<Record<string, AnyConnector>> = {
  'asterisk-queue-log': any(asteriskQueueLog),
  'asterisk-ami': any(asteriskAmi),
}

/**
 * The connector that reads a source: the one that the directory names, else the one after which the
 * source is named, such as `/asterisk/pbx-1/ami`; null: somebody else's feed.
 */
function connectorOf(source: string, directory: Directory): AnyConnector | null {
  const named = directory.sources.find((one) => one.source === source)?.connector
  const [vendor = '', , feed = ''] = source.split('/').filter((part) => part !== '')
  return connectors[named ?? `${vendor}-${feed}`] ?? null
}

/**
 * What a source never reports, by event type, so that a metric that needs it is n/a and not 0: what
 * the directory says, and what its connector does not list. Of a feed that nobody described nothing
 * is lacking: it may yet say anything.
 */
export function lacksOf(source: string, directory: Directory): string[] {
  const described = directory.sources.find((one) => one.source === source)?.lacks ?? []
  const connector = connectorOf(source, directory)
  const missing = connector
    ? eventTypes.filter((type) => connector.reports[type] === undefined)
    : []
  return [...new Set([...described, ...missing])]
}
