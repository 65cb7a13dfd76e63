import { aclName } from './acl'
import * as commands from './commands'
import { isCommand } from './guards'

/** What Gearboard offers and a user of the server may lack, as pages call it. */
export const FEATURES = [
  'List of executions',
  'Details of an execution',
  'Results of executions',
  'List of registrations',
  'Shards of a cluster',
  'Version, memory and role of each shard',
  'Check of permissions and version',
  'Configuration',
  'Changing the configuration and profiled runs',
  'Python memory',
  'Requirements',
  'Sessions',
  'Plugins',
  'Python profile',
  'Streams and their lag',
  'Aborting executions',
  'Dropping executions',
  'Unregistering',
  'Pausing and resuming registrations',
  'Clearing counters of registrations',
  'Triggering commands',
  'Triggering commands on the shard of a key',
  'Refreshing the cluster',
  'Test events',
  'Running and registering scripts',
  'Exporting requirements',
  'Importing requirements',
] as const

export type Feature = (typeof FEATURES)[number]

type CommandKey = {
  [K in keyof typeof commands]: (typeof commands)[K] extends { readonly guard: unknown } ? K : never
}[keyof typeof commands]

/** Null: Gearboard does not send it. A command without an entry does not compile. */
const FEATURE_OF: Readonly<Record<CommandKey, Feature | null>> = {
  dumpExecutions: 'List of executions',
  getExecution: 'Details of an execution',
  getResults: 'Results of executions',
  getResultsBlocking: null,
  abortExecution: 'Aborting executions',
  dropExecution: 'Dropping executions',
  dumpRegistrations: 'List of registrations',
  unregister: 'Unregistering',
  pauseRegistration: 'Pausing and resuming registrations',
  unpauseRegistration: 'Pausing and resuming registrations',
  clearRegistrationsStats: 'Clearing counters of registrations',
  trigger: 'Triggering commands',
  triggerOnKey: 'Triggering commands on the shard of a key',
  pyExecute: 'Running and registering scripts',
  pyProfileStats: 'Python profile',
  pyProfileReset: 'Python profile',
  pyExecuteRemote: null,
  pyFreeInterpreter: null,
  pyStats: 'Python memory',
  pyDumpReqs: 'Requirements',
  pyExportReq: 'Exporting requirements',
  pyImportReq: 'Importing requirements',
  pyDumpSessions: 'Sessions',
  pyDumpSessionsVerbose: null,
  dumpPlugins: 'Plugins',
  configGet: 'Configuration',
  configSet: 'Changing the configuration and profiled runs',
  infoCluster: 'Shards of a cluster',
  refreshCluster: 'Refreshing the cluster',
  clusterSlots: 'Shards of a cluster',
  clusterState: 'Shards of a cluster',
  clusterMyId: 'Shards of a cluster',
  info: 'Version, memory and role of each shard',
  replication: 'Version, memory and role of each shard',
  moduleList: 'Check of permissions and version',
  commandInfo: 'Check of permissions and version',
  ping: 'Check of permissions and version',
  scanStreams: 'Streams and their lag',
  streamInfo: 'Streams and their lag',
  streamGroups: 'Streams and their lag',
  pendingEntries: 'Streams and their lag',
  streamEntry: 'Streams and their lag',
  setKey: 'Test events',
  hset: 'Test events',
  rpush: 'Test events',
  sadd: 'Test events',
  xadd: 'Test events',
  delKey: 'Test events',
  objectEncoding: 'Test events',
  expire: 'Test events',
}

interface Need {
  readonly feature: Feature
  /** As an ACL names it: `XINFO|STREAM`. */
  readonly command: string
}

const isCommandKey = (key: string): key is CommandKey => Object.hasOwn(FEATURE_OF, key)

const NEEDS: readonly Need[] = Object.entries(commands).flatMap(([key, command]) => {
  const feature = isCommandKey(key) ? FEATURE_OF[key] : null
  return feature === null || !isCommand(command) ? [] : { feature, command: aclName(command) }
})

/** A feature that a user cannot have, or not whole. */
export interface MissingFeature {
  readonly feature: Feature
  /** The commands of it that the user may not send, as an ACL names them. */
  readonly commands: readonly string[]
}

/** All commands that a feature needs, as an ACL names them, each once. */
export const FEATURE_COMMANDS: readonly string[] = [...new Set(NEEDS.map(({ command }) => command))]

/** Which features a user cannot have who may send these commands alone, in the order of `FEATURES`. @param allowed upper case, `XINFO|STREAM` */
export function missingFeatures(allowed: ReadonlySet<string>): readonly MissingFeature[] {
  return FEATURES.flatMap((feature) => {
    const lacking = NEEDS.filter((need) => need.feature === feature && !allowed.has(need.command))
    return lacking.length === 0 ? [] : { feature, commands: [...new Set(lacking.map(({ command }) => command))] }
  })
}
