export type { RegisterOptions, Registrable, Runnable, RunOptions } from './arguments'
export { GearFunction, OpenFunction } from './function'
export { Py, py } from './py'
export { commandReader, keysOnlyReader, keysReader, pythonReader, shardsIDReader, streamReader } from './readers'
