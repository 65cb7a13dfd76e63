export {
  ACL_LEVELS,
  ACL_VERSIONS,
  type AclLevel,
  type AclVersion,
  type AclWish,
  aclGrant,
  aclLine,
  aclLines,
  aclVersionOf,
} from './acl'
export * from './builder'
export type { Arg, Command, CommandAccess } from './command'
export type {
  ConfigEntry,
  ExecutionResults,
  ExportedRequirement,
  ListedExecution,
  LoadedModule,
  PyExecuteOptions,
  PyExecuteReply,
  SessionFilter,
  ShardFailure,
  SlotOwner,
  VerboseSession,
} from './commands'
export * as commands from './commands'
export { type ConnectionTestOptions, testConnection } from './connection-test'
export { GearsError, type GearsErrorCode, unsent } from './errors'
export { FEATURE_COMMANDS, FEATURES, type Feature, type MissingFeature, missingFeatures } from './features'
export type { ExecutionFilter, RegistrationFilter } from './filters'
export { Gears, RedisGears, type Shard, type Unproven } from './gears'
export type { Danger, Guard, Harm } from './guard'
export { GUARDS } from './guards'
export type { ConnectOptions, GearsOptions } from './link/connect'
export { NO_SUCH_COMMAND, versionText } from './link/probe'
export {
  addressInWords,
  addressOf,
  type HostPort,
  parseAddress,
  parseTarget,
  type SentinelSettings,
  type Target,
  type TlsSettings,
} from './link/target'
export { type TargetFault, targetFaults } from './link/target-faults'
export { Traffic } from './link/traffic'
export type { ShardOption, ShardReply } from './methods'
export { Proof } from './proof'
export { type GearsValue, toResultValue } from './value'
