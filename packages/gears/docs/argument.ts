/** What an argument takes; lint checks literals against it, completion offers `choices`. */
export type ArgumentType =
  | 'text'
  | 'number'
  | 'boolean'
  | 'function'
  | 'list of texts'
  /** Anything: the module does not look. */
  | 'any'

export interface Argument {
  readonly name: string
  readonly type: ArgumentType
  /** As one writes it in Python; absent where the argument must be given. */
  readonly defaultValue?: string
  readonly unit?: 'ms' | 's'
  /** The only values. */
  readonly choices?: readonly string[]
  /** The module compares them without case; else it wants them exactly as written here (measured). */
  readonly anyCase?: true
  /** What `gears.error` says to a value of another type (protocol 3.2); absent where the module does not check. */
  readonly refusal?: string
  /** Absent: both versions. */
  readonly since?: '1.2'
  readonly doc: string
  /** What to begin with where there is no default; Python that runs as it is. */
  readonly example?: string
}

export interface Callable {
  readonly name: string
  readonly args: readonly Argument[]
  /** What it returns, in words. */
  readonly returns?: string
  readonly since?: '1.2'
  readonly doc: string
}

/** `register(prefix='*', mode='async')`: what hover and signature help show. */
export const signature = (callable: Callable): string =>
  `${callable.name}(${callable.args.map(argumentText).join(', ')})`

export const argumentText = (argument: Argument): string =>
  argument.defaultValue === undefined ? argument.name : `${argument.name}=${argument.defaultValue}`
