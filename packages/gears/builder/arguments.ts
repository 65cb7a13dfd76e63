import type { Argument, OPERATIONS, OperationName, READERS, ReaderName } from '../docs'
import type { PythonValue } from '../vocabulary/python-text'
import type { Py } from './py'

/** What may be given for an argument: a value of its type, or Python that yields one. Functions are Python always. */
type ArgumentValue<A extends Argument> =
  | Py
  | (A['type'] extends 'function'
      ? never
      : A['type'] extends 'text'
        ? Choice<A>
        : A['type'] extends 'list of texts'
          ? readonly Choice<A>[]
          : A['type'] extends 'number'
            ? number
            : A['type'] extends 'boolean'
              ? boolean
              : PythonValue)

type Choice<A extends Argument> = A extends { readonly choices: readonly (infer C extends string)[] } ? C : string

type OptionalArgument<A extends Argument> = 'defaultValue' extends keyof A ? true : false

/** By place: those without a default first. */
type ByPlace<Args extends readonly Argument[]> = Args extends readonly [
  infer First extends Argument,
  ...infer Rest extends readonly Argument[],
]
  ? OptionalArgument<First> extends true
    ? [value?: ArgumentValue<First>, ...rest: ByPlace<Rest>]
    : [value: ArgumentValue<First>, ...rest: ByPlace<Rest>]
  : []

/** By name. */
type ByName<Args extends readonly Argument[]> = {
  readonly [A in Args[number] as OptionalArgument<A> extends true ? A['name'] : never]?: ArgumentValue<A>
} & {
  readonly [A in Args[number] as OptionalArgument<A> extends true ? never : A['name']]: ArgumentValue<A>
}

type OperationNamed<Name extends OperationName> = Extract<(typeof OPERATIONS)[number], { readonly name: Name }>
type ReaderNamed<Name extends ReaderName> = Extract<(typeof READERS)[number], { readonly name: Name }>

/** The arguments of an operation, as `docs` defines them. */
export type OperationArguments<Name extends OperationName> = ByPlace<OperationNamed<Name>['args']>

type ArgumentsOf<Args> = Args extends readonly Argument[] ? ByName<Args> : never

/** Readers that `run` reads once. */
export type Runnable = Exclude<(typeof READERS)[number], { readonly run: null }>['name']
/** Readers that `register` listens to. */
export type Registrable = Exclude<(typeof READERS)[number], { readonly register: null }>['name']

/** What the reader's `run` takes beside what the reader itself was given. */
export type RunOptions<Name extends ReaderName> = Omit<ArgumentsOf<ReaderNamed<Name>['run']>, 'arg'>

/** What the reader's `register` takes. A CommandReader needs a trigger, or a command to hook. */
export type RegisterOptions<Name extends ReaderName> = Name extends 'CommandReader'
  ? Omit<ArgumentsOf<ReaderNamed<Name>['register']>, 'trigger' | 'hook' | 'keyprefix'> &
      (
        | { readonly trigger: string | Py; readonly hook?: never; readonly keyprefix?: never }
        | { readonly trigger?: never; readonly hook: string | Py; readonly keyprefix?: string | Py }
      )
  : ArgumentsOf<ReaderNamed<Name>['register']>

/** The options may be left out where none is needed. */
export type RegisterParameters<Name extends ReaderName> = Name extends 'CommandReader'
  ? [options: RegisterOptions<Name>]
  : [options?: RegisterOptions<Name>]
