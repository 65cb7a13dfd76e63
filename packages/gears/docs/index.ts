import type { Callable } from './argument'
import type { Reader } from './readers'

export { type Argument, type ArgumentType, argumentText, type Callable, signature } from './argument'
export { OPERATIONS, type Operation, type OperationName, operation } from './operations'
export {
  CRASHING_KEY_TYPES,
  KEY_TYPES,
  READER_NAMES,
  READERS,
  type Reader,
  type ReaderName,
  reader,
  SILENT_REGISTER_ARGUMENTS,
} from './readers'
export { RUNTIME, runtimeFunction } from './runtime'

export const ACTION_NAMES = ['run', 'register'] as const
export type ActionName = (typeof ACTION_NAMES)[number]

export const isAction = (name: string): name is ActionName => name === 'run' || name === 'register'

/** `run` or `register` as this reader takes it; undefined where it does not support it. */
export function actionOf(reader: Reader, name: ActionName): Callable | undefined {
  const args = reader[name]
  if (args === null) return undefined
  return {
    name,
    args,
    doc:
      name === 'run'
        ? `Runs the function once over the ${reader.name}. A script can run once.`
        : `Registers the function: it runs at each new event of the ${reader.name}.`,
    returns: name === 'run' ? 'a future of [results, errors] (1.2)' : 'the registration id (1.2)',
  }
}
