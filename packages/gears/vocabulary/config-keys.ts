import { editDistance } from './edit-distance'

/** A configuration key of the module (protocol 5). */
export interface ConfigKey {
  readonly name: string
  /** How 1.0 spells it, where that differs. */
  readonly nameOn10?: string
  readonly type: 'integer' | 'text' | 'list'
  readonly unit?: 'ms'
  /** Undefined where it depends on the build. */
  readonly defaultValue?: number | string
  /** Lowest value that the module takes. */
  readonly min?: number
  /** Settable with RG.CONFIGSET; the others only as module arguments at start. */
  readonly runtime: boolean
  /** Absent: both versions. */
  readonly since?: '1.2'
  readonly meaning: string
  /** What it means that shards have different values; null: each machine has its own. */
  readonly drift: string | null
}

export const CONFIG_KEYS: readonly ConfigKey[] = [
  {
    name: 'MaxExecutions',
    type: 'integer',
    defaultValue: 1000,
    runtime: true,
    meaning: 'Executions kept per shard; the oldest is evicted beyond it. 0 or less: no limit.',
    drift: 'finished executions are kept for longer on some shards',
  },
  {
    name: 'MaxExecutionsPerRegistration',
    type: 'integer',
    defaultValue: 100,
    runtime: true,
    meaning: 'Finished executions kept per KeysReader or StreamReader registration.',
    drift: 'finished executions are kept for longer on some shards',
  },
  {
    name: 'ProfileExecutions',
    type: 'integer',
    defaultValue: 0,
    min: 0,
    runtime: true,
    meaning: 'Times every step and feeds RG.PYPROFILE. Costs time, and on some builds hides the errors of steps.',
    drift: 'only some shards time steps',
  },
  {
    name: 'ExecutionThreads',
    type: 'integer',
    defaultValue: 3,
    min: 1,
    runtime: false,
    meaning: 'Worker threads of the default pool. Python steps interleave under one interpreter lock.',
    drift: 'some shards run more at once',
  },
  {
    name: 'ExecutionMaxIdleTime',
    type: 'integer',
    unit: 'ms',
    defaultValue: 5000,
    min: 1,
    runtime: true,
    meaning: 'Aborts a distributed execution that waits this long for other shards.',
    drift: 'executions time out sooner on some shards',
  },
  {
    name: 'SendMsgRetries',
    type: 'integer',
    defaultValue: 3,
    min: 0,
    runtime: true,
    meaning: 'Retries for a message to another shard; 0 is unlimited.',
    drift: 'some shards give up sooner on messages to others',
  },
  {
    name: 'Plugin',
    type: 'list',
    runtime: false,
    since: '1.2',
    meaning: 'Plugins loaded at start.',
    drift: 'shards load different plugins',
  },
  {
    name: 'PythonAttemptTraceback',
    type: 'integer',
    defaultValue: 1,
    min: 0,
    runtime: true,
    meaning: 'Errors carry the Python traceback.',
    drift: 'only some shards add a traceback to errors',
  },
  {
    name: 'PythonInstallReqMaxIdleTime',
    type: 'integer',
    unit: 'ms',
    defaultValue: 30000,
    min: 1,
    runtime: true,
    meaning: 'Idle limit while a registration and its requirements are distributed.',
    drift: 'registrations time out sooner on some shards',
  },
  {
    name: 'CreateVenv',
    type: 'integer',
    defaultValue: 0,
    min: 0,
    runtime: false,
    meaning: 'A virtual environment for each shard.',
    drift: 'only some shards separate requirements',
  },
  {
    name: 'DownloadDeps',
    type: 'integer',
    min: 0,
    runtime: false,
    meaning: 'Fetch the Python runtime at start. Default 0, on 1.0 it is 1.',
    drift: null,
  },
  {
    name: 'ForeceDownloadDepsOnEnterprise',
    nameOn10: 'ForceDownloadDepsOnEnterprise',
    type: 'integer',
    defaultValue: 0,
    min: 0,
    runtime: false,
    meaning: 'Fetch it on Redis Enterprise too. The spelling is the module’s: Forece… on 1.2, Force… on 1.0.',
    drift: null,
  },
  {
    name: 'OverridePythonAllocators',
    type: 'integer',
    defaultValue: 1,
    min: 0,
    runtime: false,
    since: '1.2',
    meaning: 'Measures Python memory; RG.PYSTATS is all zeros without it.',
    drift: 'only some shards measure Python memory',
  },
  {
    name: 'DependenciesUrl',
    type: 'text',
    runtime: false,
    meaning: 'Where the Python runtime is fetched from.',
    drift: null,
  },
  {
    name: 'DependenciesSha256',
    type: 'text',
    runtime: false,
    meaning: 'Checksum of the Python runtime.',
    drift: 'shards run different builds of Python',
  },
  {
    name: 'PythonInstallationDir',
    type: 'text',
    defaultValue: '/var/opt/redislabs/modules/rg',
    runtime: false,
    meaning: 'Where the Python runtime and the requirements are installed.',
    drift: null,
  },
]

/** What to ask a server of this generation for, each key as it spells it. */
export const configNames = (generation: '1.0' | '1.2'): readonly string[] =>
  generation === '1.2'
    ? CONFIG_KEYS.map(({ name }) => name)
    : CONFIG_KEYS.filter(({ since }) => since === undefined).map(({ name, nameOn10 }) => nameOn10 ?? name)

export const configKey = (name: string): ConfigKey | undefined => CONFIG_KEYS.find((key) => key.name === name)

/** The core key that `name` probably meant, when it is none but differs by case or up to two edits: a typo is stored silently as a user key. */
export function similarConfigKey(name: string): ConfigKey | undefined {
  if (configKey(name)) return undefined
  const lower = name.toLowerCase()
  return CONFIG_KEYS.find((key) => editDistance(key.name.toLowerCase(), lower) <= 2)
}

/** The module's key that CONFIGSET would set for a name of other case; CONFIGGET does not find it under that name (protocol 5). */
export const sameButForCase = (name: string): ConfigKey | undefined =>
  configKey(name) ? undefined : CONFIG_KEYS.find((key) => key.name.toLowerCase() === name.toLowerCase())

/** What is wrong with a value for this key, naming what would be right; undefined when nothing is. */
export function configValueProblem({ name, type, min }: ConfigKey, value: string): string | undefined {
  if (type !== 'integer') return undefined
  if (!/^-?\d{1,18}$/.test(value)) return `${name} must be a whole number`
  if (min !== undefined && Number(value) < min) return `${name} must be at least ${min}`
  return undefined
}
