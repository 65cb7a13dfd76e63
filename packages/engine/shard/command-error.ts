/** The error reply of a command: the text after the dash, including the error code. The dispatcher sends it. */
export class CommandError extends Error {}

export const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value'
export const SYNTAX = 'ERR syntax error'
export const NOT_INTEGER = 'ERR value is not an integer or out of range'
export const NOT_FLOAT = 'ERR value is not a valid float'
export const NO_KEY = 'ERR no such key'
export const OUT_OF_RANGE = 'ERR index out of range'
