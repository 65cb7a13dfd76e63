import { type Arg, command } from '../command'
import { type Decoder, Mismatch, type Reply, text } from '../reply'
import { GearsId } from '../vocabulary/ids'
import { ANSWERS_RESULTS, NO_DANGERS, READS_RESULTS, waiting } from './dangers'
import { type ExecutionResults, executionResults, ok } from './shared'

export interface PyExecuteOptions {
  /** Answer with the execution's id at once; it is then kept, while that of a blocking run is dropped. */
  readonly unblocking?: boolean
  /** The session's id, of A-Z a-z 0-9 - _; 1.2. Without it 40 random hex digits. */
  readonly id?: string
  /** 1.2 */
  readonly description?: string
  /** Replace the session of the same id; 1.2. If the script registers nothing, the old one stays. */
  readonly upgrade?: boolean
  /** Replace the session of this other id; 1.2. */
  readonly replaceWith?: string
  /** 1.2 */
  readonly forceReinstallRequirements?: boolean
  /** pip specifiers, compared as text. */
  readonly requirements?: readonly string[]
}

/** What RG.PYEXECUTE answers. */
export type PyExecuteReply =
  /** It registered, or did nothing at all. */
  | { readonly kind: 'ok' }
  /** UNBLOCKING: the run's id. */
  | { readonly kind: 'execution'; readonly id: string }
  /** The finished run; the execution is already gone. */
  | ({ readonly kind: 'results' } & ExecutionResults)
  /** Some shards refused the registrations; the others keep them, nothing is rolled back. */
  | { readonly kind: 'partial'; readonly failures: readonly ShardFailure[] }

export interface ShardFailure {
  /** The Gears id of the shard, where the text names it. */
  readonly shard: string | null
  /** The server's words. */
  readonly message: string
}

/** The text begins with a dash of its own: `-ERR shard-<id>: <reason>`. */
const shardFailure = (error: Error): ShardFailure => ({
  shard: /^-?(?:ERR )?shard-(\S+?):/.exec(error.message)?.[1] ?? null,
  message: error.message,
})

const isError = (reply: Reply): reply is Error => reply instanceof Error

// Two failing shards and a results pair are both arrays of two: only the elements tell them apart.
const pyExecuteReply: Decoder<PyExecuteReply> = (reply) => {
  if (Array.isArray(reply)) {
    const elements: readonly Reply[] = reply
    if (elements.length > 0 && elements.every(isError)) {
      return { kind: 'partial', failures: elements.filter(isError).map(shardFailure) }
    }
    return { kind: 'results', ...executionResults(reply) }
  }
  const word = text(reply)
  if (word === 'OK') return { kind: 'ok' }
  if (GearsId.parse(word)) return { kind: 'execution', id: word }
  throw new Mismatch('OK, an execution id, results or errors', JSON.stringify(word.slice(0, 60)))
}

/**
 * Runs a script. Blocks the client until its run ends unless `unblocking`, and the server's main thread while the script's top level
 * executes. An error of the script is `rejected` with the Python text; errors of a run's steps stand in `errors`.
 */
export const pyExecute = command({
  name: 'RG.PYEXECUTE',
  access: 'develop',
  guard: {
    dangers: [
      {
        harm: 'crash',
        when: 'what the script is',
        protects:
          'pyexecute holds the rules of the editor against it, and refuses what would crash unless its name is given',
      },
      { ...ANSWERS_RESULTS, when: `the run is not UNBLOCKING; ${READS_RESULTS.when}` },
      {
        harm: 'blocks-server',
        when: 'while the top level of the script runs, and a requirement is installed',
        protects: 'nothing',
      },
      waiting('until the run ends, unless UNBLOCKING'),
    ],
    sender: 'person',
  },
  blocks: true,
  args: (script: string, options: PyExecuteOptions = {}): readonly Arg[] => [
    script,
    // 1.0 wants UNBLOCKING first; REQUIREMENTS swallows all that follows it.
    ...(options.unblocking ? ['UNBLOCKING'] : []),
    ...(options.id === undefined ? [] : ['ID', options.id]),
    ...(options.description === undefined ? [] : ['DESCRIPTION', options.description]),
    ...(options.upgrade ? ['UPGRADE'] : []),
    ...(options.replaceWith === undefined ? [] : ['REPLACE_WITH', options.replaceWith]),
    ...(options.forceReinstallRequirements ? ['FORCE_REINSTALL_REQUIREMENTS'] : []),
    ...(options.requirements?.length ? ['REQUIREMENTS', ...options.requirements] : []),
  ],
  decode: pyExecuteReply,
})

export const PROFILE_ORDERS = ['tottime', 'cumtime', 'ncalls', 'name'] as const

/** cProfile's text of a session. Without an id the original server dies, hence it is required; the module ignores the order. */
export const pyProfileStats = command({
  name: 'RG.PYPROFILE',
  subcommand: 'STATS',
  access: 'watch',
  guard: {
    dangers: [{ harm: 'crash', when: 'without the id of a session', protects: 'the id is required' }],
    sender: 'person',
    refuses: (words) => (words.length < 2 ? 'without the id of a session it crashes the server' : undefined),
  },
  route: 'every',
  reads: true,
  since: '1.2',
  args: (session: string, order?: (typeof PROFILE_ORDERS)[number]) => [session, ...(order ? [order] : [])],
  decode: text,
})

export const pyProfileReset = command({
  name: 'RG.PYPROFILE',
  subcommand: 'RESET',
  access: 'operate',
  guard: { dangers: NO_DANGERS, sender: 'person' },
  route: 'every',
  since: '1.2',
  args: (session: string) => [session],
  decode: ok,
})

/** Answers only that it is no longer supported. */
export const pyExecuteRemote = command({
  name: 'RG.PYEXECUTEREMOTE',
  access: 'library',
  guard: { dangers: NO_DANGERS, sender: 'person' },
  args: (...args: readonly string[]) => args,
  decode: text,
})

/** Answers only that it is no longer supported. */
export const pyFreeInterpreter = command({
  name: 'RG.PYFREEINTERPRETER',
  access: 'library',
  guard: { dangers: NO_DANGERS, sender: 'person' },
  args: () => [],
  decode: text,
})
