import { type CommandOutcome, type CommandSpec, type Context, Failure } from '../core'

export type RgHandler = (context: Context, argv: readonly Buffer[]) => CommandOutcome

const RUNS_SCRIPTS = new Set(['rg.pyexecute', 'rg.trigger'])

/** A command of the module. Its arity in Redis is -1, because the module checks the number of arguments itself, with its own error. */
export function rgCommand(
  name: string,
  count: (args: number) => boolean,
  run: RgHandler,
  keys: CommandSpec['keys'] = [0, 0, 0],
): CommandSpec {
  return {
    name,
    arity: -1,
    flags: name === 'rg.trigger' ? ['readonly', 'module', 'movablekeys'] : ['readonly', 'module'],
    keys,
    // A command that runs scripts waits for the server lock, like a command with keys. Its `movable` then finds no keys.
    ...(RUNS_SCRIPTS.has(name) ? { movable: () => [] } : {}),
    run: (context, argv) =>
      count(argv.length - 1) ? run(context, argv) : new Failure(`ERR wrong number of arguments for '${name}' command`),
  }
}

export const anyCount = (): boolean => true
export const exactly =
  (wanted: number) =>
  (args: number): boolean =>
    args === wanted
export const between =
  (low: number, high = Number.POSITIVE_INFINITY) =>
  (args: number): boolean =>
    low <= args && args <= high

export const argument = (argv: readonly Buffer[], index: number): string => argv[index]?.toString() ?? ''
