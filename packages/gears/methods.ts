import type { Command, Route } from './command'
import type * as commands from './commands'
import type { GearsError } from './errors'
import type { ShardRef } from './vocabulary/shard'

/** What one shard answered, or why it did not. */
export type ShardReply<T> =
  | { readonly shard: ShardRef; readonly value: T }
  | { readonly shard: ShardRef; readonly error: GearsError }

/** Which shard to ask, by its key, where the id does not tell: before RG.REFRESHCLUSTER all shards hand out the same ids. */
export interface ShardOption {
  readonly shard?: string
}

export const isShardOption = (value: unknown): value is ShardOption =>
  typeof value === 'object' && value !== null && Object.keys(value).every((key) => key === 'shard')

type AllCommands = typeof commands

type RouteOf<C> = C extends { readonly route: infer R } ? Exclude<R, undefined> : never

type MethodOf<C, R> =
  C extends Command<infer Args, infer T, Route | undefined>
    ? R extends 'every'
      ? (...args: Args) => Promise<readonly ShardReply<T>[]>
      : R extends 'one'
        ? (...args: readonly [...Args, on?: ShardOption]) => Promise<T>
        : (...args: Args) => Promise<T>
    : never

/** The methods of the client that need no hand: one for each command that has a route, under the command's name. */
export type CommandMethods = {
  readonly [Name in keyof AllCommands as [RouteOf<AllCommands[Name]>] extends [never] ? never : Name]: MethodOf<
    AllCommands[Name],
    RouteOf<AllCommands[Name]>
  >
}
