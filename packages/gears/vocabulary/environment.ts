/** RG.PYSTATS of one shard, bytes. All zeros where OverridePythonAllocators is off. */
export interface PythonStats {
  /** Ever allocated, freed or not. */
  readonly total: number
  readonly peak: number
  readonly current: number
}

/** An entry of RG.PYDUMPREQS. The last three are null on 1.0. */
export interface Requirement {
  readonly version: number
  readonly name: string
  readonly downloaded: boolean
  readonly installed: boolean
  readonly compiledOs: string
  /** Null while not downloaded: the module sends a sentence instead of a list. */
  readonly wheels: readonly string[] | null
  readonly path: string | null
  readonly refCount: number | null
  readonly inDictionary: boolean | null
}

/** An entry of RG.PYDUMPSESSIONS. */
export interface PythonSession {
  readonly id: string
  readonly description: string | null
  readonly refCount: number
  /** The module's words; `temprary` is its spelling. */
  readonly linked: 'primary' | 'None' | 'temprary'
  readonly dead: boolean
  readonly installationNeeded: boolean
  readonly requirements: readonly string[]
  readonly registrations: readonly string[]
}

/** An entry of RG.DUMPPLUGINS. */
export interface Plugin {
  readonly name: string
  readonly version: number
}

/** One key's answer to RG.CONFIGGET: its value, or the module's words why there is none. */
export type ConfigValue =
  | { readonly key: string; readonly value: string | number | readonly string[] }
  | { readonly key: string; readonly error: string }

/** One key's answer to RG.CONFIGSET; `extra`: it was saved in the extra dictionary, not as a core key. */
export type ConfigSetResult =
  | { readonly key: string; readonly stored: 'core' | 'extra' }
  | { readonly key: string; readonly error: string }
