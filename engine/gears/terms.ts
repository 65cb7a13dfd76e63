/** The module's version that is emulated. */
export type Version = '1.0' | '1.2'

export type Mode = 'async' | 'async_local' | 'sync'

export type ReaderName = 'KeysReader' | 'StreamReader' | 'PythonReader' | 'CommandReader'
/** Those that functions can be registered with; `_rg/flat_execution.py` refuses the other. */
export type RegisteringReader = Exclude<ReaderName, 'PythonReader'>

/** type, name and arg of a step, in execution order. */
export type StepTriple = readonly [type: string, name: string, arg: string]
