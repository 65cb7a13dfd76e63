import { GearsError } from './errors'
import type { Guard } from './guard'
import type { Proof, ProofKind } from './proof'
import { Mismatch, type Reply } from './reply'

export type Arg = string | number | Buffer

/**
 * Which shards the client's method of this name asks. `every`: each shard, with a reply per shard. `any`: one of them.
 * `one`: the one that the caller names, else any.
 */
export type Route = 'every' | 'any' | 'one'

/**
 * What Gearboard sends it for. `watch`: to show what there is. `operate`: to abort, drop, trigger, pause, unregister, configure. `develop`: to
 * submit scripts and requirements. `library`: the client has it, Gearboard does not send it.
 */
export type CommandAccess = 'watch' | 'operate' | 'develop' | 'library'

/** One command of the server: how to send it and how to read its reply. */
export interface Command<
  Args extends readonly unknown[] = readonly unknown[],
  T = unknown,
  R extends Route | undefined = Route | undefined,
> {
  readonly name: string
  /** The first word behind the name, where that decides what the command does. */
  readonly subcommand: string | undefined
  readonly access: CommandAccess
  readonly guard: Guard
  /** Absent: the client has no method for it, or one written by hand. */
  readonly route: R
  /** It changes nothing: what two ask at once is asked once, and a lost answer may be asked for again. Absent in a definition: it may change something. */
  readonly reads: boolean
  /** Its reply may take as long as a function runs: it gets a connection of its own, and the long timeout. */
  readonly blocks: (args: Args) => boolean
  /** Absent: both generations have it. */
  readonly since: '1.2' | undefined
  /** All words behind the name. */
  readonly args: (...args: Args) => readonly Arg[]
  /** What its guard wants to know before it is sent; undefined: nothing, or it is not proven. */
  readonly proof: (args: Args) => Proof<ProofKind> | undefined
  /** @throws GearsError `bad_reply` naming the place */
  readonly decode: (reply: Reply, args: Args) => T
}

/** A guard that wants a proof does not compile without one. */
type Guarded<Args extends readonly unknown[]> =
  | { readonly guard: Guard & { readonly proof?: never }; readonly proof?: never }
  | {
      [Kind in ProofKind]: {
        readonly guard: Guard & { readonly proof: Kind }
        readonly proof: (args: NoInfer<Args>) => Proof<Kind>
      }
    }[ProofKind]

interface Described<Args extends readonly unknown[], T, R extends Route | undefined> {
  readonly name: string
  readonly subcommand?: string
  readonly access: CommandAccess
  readonly route?: R
  readonly reads?: true
  readonly blocks?: boolean | ((args: NoInfer<Args>) => boolean)
  readonly since?: '1.2'
  /** Without the subcommand. */
  readonly args: (...args: Args) => readonly Arg[]
  /** `args`: as they were given to `args` above. */
  readonly decode: (reply: Reply, args: NoInfer<Args>) => T
}

export function command<Args extends readonly unknown[], T, R extends Route | undefined = undefined>(
  definition: Described<Args, T, R> & Guarded<Args>,
): Command<Args, T, R | undefined> {
  const {
    name,
    subcommand,
    access,
    guard,
    route,
    args,
    decode,
    blocks = false,
    reads = false,
    since,
    proof,
  } = definition
  return {
    name,
    subcommand,
    access,
    guard,
    route,
    reads,
    since,
    blocks: typeof blocks === 'function' ? blocks : () => blocks,
    args: subcommand === undefined ? args : (...given) => [subcommand, ...args(...given)],
    proof: (given) => proof?.(given),
    decode: (reply, given) => {
      try {
        return decode(reply, given)
      } catch (error) {
        if (!(error instanceof Mismatch)) throw error
        throw new GearsError('bad_reply', `${name}${error.path}: ${error.message}`, { command: name })
      }
    },
  }
}

export const noArgs = (): readonly Arg[] => []
