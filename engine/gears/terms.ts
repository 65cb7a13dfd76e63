/** The module's version that is emulated. */
export type GearsVersion = '1.0' | '1.2'

export type ExecutionMode = 'async' | 'async_local' | 'sync'

export type ReaderType = 'KeysReader' | 'StreamReader' | 'PythonReader' | 'CommandReader'
/** Those that functions can be registered with; `_rg/flat_execution.py` refuses the other. */
export type RegisteringReader = Exclude<ReaderType, 'PythonReader'>

/** type, name and arg of a step, in execution order. */
export type StepTriple = readonly [type: string, name: string, arg: string]
