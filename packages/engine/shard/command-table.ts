import { findKeys, isRedisSpec } from './commands/key-specs'
import { type CommandSpec, Failure } from './core'

/** The command with a valid number of arguments, or the error. */
export type Lookup = CommandSpec | Failure

/** A shard's commands. */
export class CommandTable {
  /** Commands by the name that they were defined with. */
  readonly commands = new Map<string, CommandSpec>()
  /** Commands and subcommands by lower-case name. */
  readonly names = new Map<string, CommandSpec>()

  define(specs: readonly CommandSpec[]): void {
    for (const spec of specs) {
      this.commands.set(spec.name, spec)
      this.names.set(spec.name.toLowerCase(), spec)
    }
  }

  /** Finds the command that `argv` names, including its subcommand, or fails with Redis's error text. */
  find(argv: readonly Buffer[]): Lookup {
    const typed = argv[0]?.toString('latin1') ?? ''
    const name = typed.toLowerCase()
    const spec = this.names.get(name)
    if (!spec) return unknownCommand(argv)
    const subcommand = argv[1]
    if (subcommand && isContainerSpec(spec)) {
      const sub = this.names.get(`${name}|${subcommand.toString('latin1').toLowerCase()}`)
      if (sub) return checkArity(sub, argv)
      return new Failure(
        `ERR unknown subcommand '${subcommand.toString('utf8').slice(0, 128)}'. Try ${name.toUpperCase()} HELP.`,
      )
    }
    return checkArity(spec, argv)
  }
}

/** The keys of a command line, by the key specifications or, for commands of modules, by first, last and step. */
export function keysOf(spec: CommandSpec, argv: readonly Buffer[]): readonly Buffer[] {
  if (isRedisSpec(spec)) return findKeys(spec.keySpecs, argv).map(({ key }) => key)
  if (spec.movable) return spec.movable(argv)
  const [first, last, step] = spec.keys
  if (first === 0) return []
  const end = last < 0 ? argv.length + last : last
  return argv.filter((_, i) => i >= first && i <= end && (i - first) % step === 0)
}

export const hasFlag = (spec: CommandSpec, flag: string): boolean => isRedisSpec(spec) && spec.allFlags.includes(flag)

const isContainerSpec = (spec: CommandSpec): boolean => isRedisSpec(spec) && spec.container

export const touchesKeys = (spec: CommandSpec): boolean =>
  spec.keys[0] !== 0 ||
  spec.movable !== undefined ||
  spec.flags.includes('write') ||
  spec.name === 'exec' ||
  spec.name === 'eval' ||
  spec.name === 'evalsha'

function checkArity(spec: CommandSpec, argv: readonly Buffer[]): Lookup {
  const { arity } = spec
  if (arity >= 0 ? argv.length === arity : argv.length >= -arity) return spec
  return new Failure(`ERR wrong number of arguments for '${spec.name}' command`)
}

/** HTTP requests are refused: a browser may have been tricked into calling this port. */
export const isHttp = ([first]: readonly Buffer[]): boolean =>
  ['post', 'host:'].includes(first?.toString('latin1').toLowerCase() ?? '')

/** An argument as printf's %s shows it. */
const cText = (arg: Buffer): string => {
  const end = arg.indexOf(0)
  return arg.toString('utf8', 0, end < 0 ? arg.length : end)
}

function unknownCommand(argv: readonly Buffer[]): Failure {
  const [name, ...rest] = argv
  let args = ''
  for (const arg of rest) {
    if (args.length >= 128) break
    args += `'${cText(arg).slice(0, 128 - args.length)}' `
  }
  return new Failure(
    `ERR unknown command '${name ? cText(name).slice(0, 128) : ''}', with args beginning with: ${args}`,
  )
}
