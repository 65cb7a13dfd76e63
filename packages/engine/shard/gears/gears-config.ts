import { type CommandReply, Failure, OK, Simple } from '../core'
import type { GearsVersion } from './terms'

const OK_EXTRA = new Simple('OK - value was saved in extra config dictionary')

interface CoreKey {
  readonly value: number
  readonly runtime: boolean
  readonly valid: (value: number) => boolean
}

const any = (): boolean => true
const positive = (value: number): boolean => value > 0

type CoreKeys = ReadonlyMap<string, CoreKey>

/** A Map, because a client may send `constructor` as a key. */
const keys = (table: Readonly<Record<string, CoreKey>>): CoreKeys => new Map(Object.entries(table))

const CORE = keys({
  MaxExecutions: { value: 1000, runtime: true, valid: any },
  MaxExecutionsPerRegistration: { value: 100, runtime: true, valid: any },
  ProfileExecutions: { value: 0, runtime: true, valid: any },
  ExecutionThreads: { value: 3, runtime: false, valid: positive },
  ExecutionMaxIdleTime: { value: 5000, runtime: true, valid: positive },
  SendMsgRetries: { value: 3, runtime: true, valid: (value) => value >= 0 },
})

const PYTHON = keys({
  PythonAttemptTraceback: { value: 1, runtime: true, valid: any },
  PythonInstallReqMaxIdleTime: { value: 30000, runtime: true, valid: positive },
  CreateVenv: { value: 0, runtime: false, valid: any },
  DownloadDeps: { value: 0, runtime: false, valid: any },
  ForeceDownloadDepsOnEnterprise: { value: 0, runtime: false, valid: any },
  OverridePythonAllocators: { value: 1, runtime: false, valid: any },
})

/** In 1.0, Python's options were options of the core. */
const PYTHON_OF_1_0 = keys({
  PythonAttemptTraceback: { value: 1, runtime: true, valid: any },
  PythonInstallReqMaxIdleTime: { value: 30000, runtime: true, valid: positive },
  CreateVenv: { value: 0, runtime: false, valid: any },
  DownloadDeps: { value: 0, runtime: false, valid: any },
  ForceDownloadDepsOnEnterprise: { value: 0, runtime: false, valid: any },
})

/** String options, fixed when the module is loaded. */
const PYTHON_TEXTS: ReadonlyMap<string, string> = new Map([
  ['DependenciesUrl', ''],
  ['DependenciesSha256', ''],
  ['PythonInstallationDir', '/var/opt/redislabs/modules/rg'],
])

const PLUGINS: readonly string[] = ['gears_python.so']
/** The maximum number of user values. A script's configuration is small; a leak is not. */
const MAX_EXTRA = 10_000

/** The options of protocol 5. Read numeric options with `number`. */
export class GearsConfig {
  private readonly core: Map<string, number>
  private readonly python: Map<string, number>
  private readonly extra = new Map<string, string>()
  private readonly coreKeys: CoreKeys
  private readonly pythonKeys: CoreKeys

  constructor(
    private readonly version: GearsVersion,
    loadedWith: readonly string[],
    /** Called after PythonAttemptTraceback has changed. */
    private readonly onChange: () => void,
  ) {
    this.coreKeys = version === '1.0' ? new Map([...CORE, ...PYTHON_OF_1_0]) : CORE
    this.pythonKeys = version === '1.0' ? new Map() : PYTHON
    this.core = new Map([...this.coreKeys].map(([key, { value }]) => [key, value]))
    this.python = new Map([...this.pythonKeys].map(([key, { value }]) => [key, value]))
    for (let i = 0; i < loadedWith.length; i += 2) this.load(loadedWith[i] ?? '', loadedWith[i + 1] ?? '')
  }

  /** Applies a module argument, which may be any key, also one that is fixed afterwards. Throws if the module would not load. */
  private load(key: string, value: string): void {
    const core = foundKey(this.core, key)
    const option = this.coreKeys.get(core) ?? this.pythonKeys.get(key)
    if (!option) {
      this.extra.set(key, value)
      return
    }
    const number = wholeNumber(value)
    if (number === undefined || !option.valid(number))
      throw new Error(`module argument ${key}: '${value}' is not a valid value`)
    if (this.coreKeys.has(core)) this.core.set(core, number)
    else this.python.set(key, number)
  }

  get attemptTraceback(): boolean {
    return this.number('PythonAttemptTraceback') !== 0
  }

  number(key: string): number {
    const value = this.core.get(key) ?? this.python.get(key)
    if (value === undefined) throw new Error(`no such option: ${key}`)
    return value
  }

  /** A user value, which scripts read with `configGet`. */
  extraValue(key: string): string | undefined {
    return this.extra.get(key)
  }

  get(key: string): CommandReply {
    const core = this.version === '1.0' ? foundKey(this.core, key) : key
    const number = this.core.get(core) ?? this.python.get(key)
    if (number !== undefined) return number
    if (this.version !== '1.0' && key === 'Plugin') return PLUGINS
    const text = PYTHON_TEXTS.get(this.version === '1.0' ? foundKey(PYTHON_TEXTS, key) : key) ?? this.extra.get(key)
    return text ?? new Failure(`(error) Unsupported config parameter: ${key}`)
  }

  set(key: string, value: string | undefined): CommandReply {
    const core = foundKey(this.core, key)
    const known = this.coreKeys.get(core)
    if (known) {
      if (!known.runtime) return new Failure(`(error) Config value ${key} not modifiable at runtime`)
      const number = wholeNumber(value)
      if (number === undefined || !known.valid(number)) return new Failure(`(error) Failed setting config value ${key}`)
      this.core.set(core, number)
      this.onChange()
      return OK
    }
    if (this.version !== '1.0' && key.toLowerCase() === 'plugin')
      return new Failure(`(error) Config value ${key} not modifiable at runtime`)
    if (this.pythonKeys.get(key)?.runtime === false || PYTHON_TEXTS.has(key))
      return new Failure(
        this.version === '1.0'
          ? `(error) Config value ${key} not modifiable at runtime`
          : `(error) ${key} is not configurable at runtime`,
      )
    if (value === undefined) return new Failure(`(error) Value was not given to ${key}`)
    const option = this.pythonKeys.get(key)
    if (option) {
      const number = wholeNumber(value)
      if (number === undefined || !option.valid(number))
        return new Failure(`Failed setting config value for key '${key}' with value '${value}'`)
      this.python.set(key, number)
      this.onChange()
    } else if (this.extra.size < MAX_EXTRA || this.extra.has(key)) {
      this.extra.set(key, value)
    } else {
      return new Failure(`(error) Failed setting config value ${key}`)
    }
    return OK_EXTRA
  }
}

function foundKey(keys: ReadonlyMap<string, unknown>, key: string): string {
  const lower = key.toLowerCase()
  for (const name of keys.keys()) if (name.toLowerCase() === lower) return name
  return key
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
}
