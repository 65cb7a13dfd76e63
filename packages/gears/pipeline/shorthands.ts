import type { OperationName, ReaderName } from '../docs'
import type { Sources } from './pipeline'

/** A step that a reader's records need so often that it has a name of its own. */
export interface Shorthand {
  readonly name: string
  readonly readers: readonly ReaderName[]
  readonly operation: OperationName
  readonly args: Sources
  readonly doc: string
}

export const SHORTHANDS = [
  {
    name: 'keys',
    readers: ['KeysReader', 'StreamReader'],
    operation: 'map',
    args: { f: "lambda r: r['key']" },
    doc: 'The key of each record.',
  },
  {
    name: 'values',
    readers: ['KeysReader', 'StreamReader'],
    operation: 'map',
    args: { f: "lambda r: r['value']" },
    doc: 'The value of each record: of a key as its type has it, of a stream entry its fields.',
  },
  {
    name: 'arguments',
    readers: ['CommandReader'],
    operation: 'map',
    args: { f: 'lambda call: call[1:]' },
    doc: 'What follows the trigger, as a list of str.',
  },
] as const satisfies readonly Shorthand[]

export type ShorthandName = (typeof SHORTHANDS)[number]['name']

export const shorthand = (name: ShorthandName): Shorthand =>
  SHORTHANDS.find((candidate) => candidate.name === name) ?? SHORTHANDS[0]
