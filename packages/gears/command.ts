import { GearsError } from './errors'
import type { CommandName, ProofOf } from './guard'
import type { Proof, ProofKind } from './proof'
import { Mismatch, type Reply } from './reply'

export type Arg = string | number | Buffer

/** One command of the server: how to send it and how to read its reply. */
export interface Command<Args extends readonly unknown[] = readonly unknown[], T = unknown> {
  readonly name: string
  /** It changes nothing: what two ask at once is asked once, and a lost answer may be asked for again. Absent in a definition: it may change something. */
  readonly reads: boolean
  /** Its reply may take as long as a function runs: it gets a connection of its own, and the long timeout. */
  readonly blocks: (args: Args) => boolean
  /** Absent: both generations have it. */
  readonly since: '1.2' | undefined
  readonly args: (...args: Args) => readonly Arg[]
  /** What its guard wants to know before it is sent; undefined: nothing, or it is not proven. */
  readonly proof: (args: Args) => Proof<ProofKind> | undefined
  /** @throws GearsError `bad_reply` naming the place */
  readonly decode: (reply: Reply, args: Args) => T
}

type Definition<Name extends CommandName, Args extends readonly unknown[], T> = Described<Name, Args, T> &
  (ProofOf<Name> extends undefined
    ? { readonly proof?: never }
    : { readonly proof: (args: NoInfer<Args>) => ProofOf<Name> })

interface Described<Name extends CommandName, Args extends readonly unknown[], T> {
  /** It has an entry in the table of guards. */
  readonly name: Name
  readonly reads?: true
  readonly blocks?: boolean | ((args: NoInfer<Args>) => boolean)
  readonly since?: '1.2'
  readonly args: (...args: Args) => readonly Arg[]
  /** `args`: as they were given to `args` above. */
  readonly decode: (reply: Reply, args: NoInfer<Args>) => T
}

export function command<Name extends CommandName, Args extends readonly unknown[], T>(
  definition: Definition<Name, Args, T>,
): Command<Args, T> {
  const { name, decode, blocks = false, reads = false, proof } = definition
  return {
    ...definition,
    reads,
    blocks: typeof blocks === 'function' ? blocks : () => blocks,
    since: definition.since,
    proof: (args) => proof?.(args),
    decode: (reply, args) => {
      try {
        return decode(reply, args)
      } catch (error) {
        if (!(error instanceof Mismatch)) throw error
        throw new GearsError('bad_reply', `${name}${error.path}: ${error.message}`, { command: name })
      }
    },
  }
}

export const noArgs = (): readonly Arg[] => []
