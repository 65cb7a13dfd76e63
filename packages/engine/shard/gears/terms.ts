import { isListOf, isOneOf, isText, type TypeGuard } from '../../type-guards'

/** The emulated version of RedisGears. */
export type GearsVersion = '1.0' | '1.2'

export type ExecutionMode = 'async' | 'async_local' | 'sync'

export type ReaderType = 'KeysReader' | 'StreamReader' | 'PythonReader' | 'CommandReader'
/** The readers that functions can be registered with; `_rg/flat_execution.py` refuses the other one. */
export type RegisteringReader = Exclude<ReaderType, 'PythonReader'>

/** The type, name and arg of a step, in execution order. */
export type StepTriple = readonly [type: string, name: string, arg: string]

export const isExecutionMode: TypeGuard<ExecutionMode> = isOneOf('async', 'async_local', 'sync')

const isTexts = isListOf(isText)
export const isStepTriple = (value: unknown): value is StepTriple => isTexts(value) && value.length === 3
