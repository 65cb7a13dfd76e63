import { GearsError } from './errors'
import type { Proof, ProofKind } from './proof'

/**
 * `crash`: redis-server ends. `hang`: it answers nobody any more. `blocks-server`: for as long as the command takes. `blocks-client`: the
 * connection that sent it waits. `grows`: costs more the more there is.
 */
export type Harm = 'crash' | 'hang' | 'blocks-server' | 'blocks-client' | 'grows'

export interface Danger {
  readonly harm: Harm
  /** On which state or version. */
  readonly when: string
  /** What stands between us and it. */
  readonly protects: string
}

export interface Guard {
  /** Empty: none is known. */
  readonly dangers: readonly Danger[]
  /**
   * `gearboard`: it is sent while looking, without anybody asking. `person`: only because somebody asked for just this, or set Gearboard up to
   * do it (the watchdog aborts, a profiled run sets ProfileExecutions). `nobody`: never.
   */
  readonly sender: 'gearboard' | 'person' | 'nobody'
  /** What must be known before it is sent; the command carries it among its arguments. */
  readonly proof?: ProofKind
  /** Why these words behind its name are not sent; undefined where they are. */
  readonly refuses?: (words: readonly string[]) => string | undefined
}

const NONE: readonly Danger[] = []

const growing = (when: string, protects: string): Danger => ({ harm: 'grows', when, protects })
const waiting = (when: string): Danger => ({
  harm: 'blocks-client',
  when,
  protects: 'a connection of its own for each, 24 of one command at a time, and a time limit',
})

const READS_RESULTS: Danger = {
  harm: 'crash',
  when: '1.0.9 and 1.2.13: a result is a Python integer beyond 64 bits, a list nested very deep, or text with a lone surrogate (this one of text, too)',
  protects:
    'a proof that the plan makes every record text, or that somebody asks for the results knowing what could happen',
}

/** Sections of INFO that the module writes, or that contain such. */
const MODULE_SECTIONS = /^(?:modules|everything|rg.*)$/i

/** What stands in for a command of Redis answers with what its function returns. */
const HOOKED: readonly Danger[] = [
  waiting('where a function hooks it'),
  {
    ...READS_RESULTS,
    when: `a function hooks it; ${READS_RESULTS.when}`,
    protects: 'nothing: it is sent where a person writes a key',
  },
]

/** Of a command that answers with what a function returned. */
const ANSWERS_RESULTS: Danger = {
  ...READS_RESULTS,
  protects:
    'for browser and API the script proves that the function answers text, or somebody sends it knowing what could happen; whoever calls the SDK knows the function',
}

/** What the dump of registrations walks into. */
const DUMPS_KEY_TYPES: Danger = {
  harm: 'crash',
  when: "somebody registered a KeysReader for keyTypes 'stream' or 'empty'; nothing else tells of it",
  protects: 'Gearboard refuses to register one; nothing protects from another client that does',
}

/**
 * Every command that may leave, by its name, or by its name and first word where that decides. `Link` sends nothing that has no entry, and
 * asks the entry of what it is about to send, not that of whoever wrote the command. What ioredis sends by itself stands in `HANDSHAKE`.
 */
export const GUARDS = {
  'RG.PYEXECUTE': {
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
  'RG.GETEXECUTION': {
    dangers: [
      growing('with the errors and steps of an execution', 'a budget a second; each that ended is asked once'),
      {
        harm: 'blocks-server',
        when: 'C code holds the lock of Python, such as a long regex: the main thread waits for it (tried: 3 to 5 s)',
        protects: 'the budget halves where answers are slow',
      },
    ],
    sender: 'gearboard',
    refuses: (words) => (words[1] === 'SHARD' ? undefined : 'without SHARD it is an execution itself'),
  },
  'RG.DUMPEXECUTIONS': {
    dangers: [
      growing('0.7 ms and 117 kB for each 1,000 executions kept', 'looks are further apart the longer one takes'),
    ],
    sender: 'gearboard',
  },
  'RG.GETRESULTS': { dangers: [READS_RESULTS], sender: 'gearboard', proof: 'results' },
  'RG.GETRESULTSBLOCKING': {
    dangers: [READS_RESULTS, waiting('until the execution ends')],
    sender: 'person',
    proof: 'results',
  },
  'RG.ABORTEXECUTION': { dangers: [waiting('until running Python stops')], sender: 'person' },
  'RG.DROPEXECUTION': { dangers: NONE, sender: 'person' },
  'RG.DUMPREGISTRATIONS': {
    dangers: [
      growing(
        '5.7 ms and 720 kB for each 1,000 registrations; with the square of those of one session: 200 ms and 48 MB for 1,000',
        'looks are further apart the longer one takes',
      ),
      DUMPS_KEY_TYPES,
    ],
    sender: 'gearboard',
  },
  'RG.UNREGISTER': { dangers: NONE, sender: 'person' },
  'RG.PAUSEREGISTRATIONS': { dangers: [waiting('until every shard has answered')], sender: 'person' },
  'RG.UNPAUSEREGISTRATIONS': { dangers: [waiting('until every shard has answered')], sender: 'person' },
  'RG.CLEARREGISTRATIONSSTATS': { dangers: [waiting('until every shard has answered')], sender: 'person' },
  'RG.TRIGGER': {
    dangers: [ANSWERS_RESULTS, waiting('until the function ends')],
    sender: 'person',
  },
  'RG.TRIGGERONKEY': {
    dangers: [ANSWERS_RESULTS, waiting('until the function ends')],
    sender: 'person',
  },
  'RG.CONFIGGET': { dangers: NONE, sender: 'gearboard' },
  'RG.CONFIGSET': { dangers: NONE, sender: 'person' },
  'RG.INFOCLUSTER': { dangers: NONE, sender: 'gearboard' },
  'RG.REFRESHCLUSTER': {
    dangers: [
      { harm: 'crash', when: 'Redis 7 and later with RedisGears up to 1.2.5', protects: 'a proof by both versions' },
    ],
    sender: 'person',
    proof: 'refresh',
  },
  'RG.DUMPPLUGINS': { dangers: NONE, sender: 'gearboard' },
  'RG.NETWORKTEST': {
    dangers: [{ harm: 'crash', when: 'the cluster is not initialised', protects: 'it is never sent' }],
    sender: 'nobody',
  },
  'RG.PYSTATS': { dangers: NONE, sender: 'gearboard' },
  'RG.PYDUMPREQS': { dangers: NONE, sender: 'gearboard' },
  'RG.PYEXPORTREQ': {
    dangers: [growing('with the wheels, which it answers whole', 'it is sent only for a download')],
    sender: 'person',
  },
  'RG.PYIMPORTREQ': { dangers: [waiting('until every shard has installed it')], sender: 'person' },
  'RG.PYDUMPSESSIONS': {
    dangers: [growing('0.1 ms and 46 kB for each 1,000 registrations', 'it is sent only while a page asks')],
    sender: 'gearboard',
  },
  // Its registrations are dumped as RG.DUMPREGISTRATIONS dumps them (measured on 1.2.13: it ends the server alike).
  'RG.PYDUMPSESSIONS VERBOSE': {
    dangers: [
      DUMPS_KEY_TYPES,
      growing('3.6 ms and 322 kB for each 1,000 registrations', 'Gearboard itself does not send it'),
    ],
    sender: 'person',
  },
  'RG.PYPROFILE STATS': {
    dangers: [{ harm: 'crash', when: 'without the id of a session', protects: 'the id is required' }],
    sender: 'person',
    refuses: (words) => (words.length < 2 ? 'without the id of a session it crashes the server' : undefined),
  },
  'RG.PYPROFILE RESET': { dangers: NONE, sender: 'person' },
  'RG.PYEXECUTEREMOTE': { dangers: NONE, sender: 'person' },
  'RG.PYFREEINTERPRETER': { dangers: NONE, sender: 'person' },
  INFO: {
    dangers: NONE,
    sender: 'gearboard',
    refuses: (words) =>
      words.some((word) => MODULE_SECTIONS.test(word)) ? 'its sections of the module are not read' : undefined,
  },
  'MODULE LIST': { dangers: NONE, sender: 'gearboard' },
  'COMMAND INFO': { dangers: NONE, sender: 'gearboard' },
  'CLUSTER SLOTS': { dangers: NONE, sender: 'gearboard' },
  'CLUSTER INFO': { dangers: NONE, sender: 'gearboard' },
  'CLUSTER MYID': { dangers: NONE, sender: 'gearboard' },
  'SENTINEL GET-MASTER-ADDR-BY-NAME': { dangers: NONE, sender: 'gearboard' },
  'SENTINEL MASTERS': { dangers: NONE, sender: 'gearboard' },
  PING: { dangers: NONE, sender: 'gearboard' },
  MULTI: { dangers: NONE, sender: 'gearboard' },
  SCAN: {
    dangers: [growing('a step looks at COUNT keys', 'a budget of steps, only while a page asks')],
    sender: 'gearboard',
  },
  'XINFO STREAM': { dangers: NONE, sender: 'gearboard' },
  'XINFO GROUPS': { dangers: NONE, sender: 'gearboard' },
  XPENDING: { dangers: NONE, sender: 'gearboard' },
  XRANGE: { dangers: NONE, sender: 'gearboard' },
  'OBJECT ENCODING': { dangers: NONE, sender: 'person' },
  SET: { dangers: HOOKED, sender: 'person' },
  HSET: { dangers: HOOKED, sender: 'person' },
  RPUSH: { dangers: HOOKED, sender: 'person' },
  SADD: { dangers: HOOKED, sender: 'person' },
  XADD: { dangers: HOOKED, sender: 'person' },
  DEL: { dangers: HOOKED, sender: 'person' },
  EXPIRE: { dangers: NONE, sender: 'person' },
} as const satisfies Readonly<Record<string, Guard>>

/** What ioredis sends by itself to open a connection: none of it runs anything or reads a key. */
export const HANDSHAKE = ['AUTH', 'HELLO', 'SELECT', 'CLIENT'] as const

type Form = keyof typeof GUARDS
/** What `command({ name })` may name. */
export type CommandName = Form extends infer F ? (F extends `${infer Name} ${string}` ? Name : F) : never
/** The proof that a command of this name must carry; `undefined` where it needs none. */
export type ProofOf<Name extends CommandName> = Name extends Form
  ? (typeof GUARDS)[Name] extends { readonly proof: infer Kind extends ProofKind }
    ? Proof<Kind>
    : undefined
  : undefined

const ENTRIES: ReadonlyMap<string, Guard> = new Map<string, Guard>(Object.entries(GUARDS))

/** The entry for what is about to be sent. */
export function guardOf(name: string, words: readonly string[]): Guard | undefined {
  const [first] = words
  const form = first === undefined ? undefined : ENTRIES.get(`${name} ${first}`.toUpperCase())
  return form ?? ENTRIES.get(name.toUpperCase())
}

/**
 * Refuses what must not leave. @param looking true: nobody asked for it
 * @throws GearsError `invalid_request`, which says why
 */
export function pass(
  name: string,
  words: readonly string[],
  { looking, proof }: { readonly looking: boolean; readonly proof: Proof<ProofKind> | undefined },
): void {
  const reason = refusalOf(guardOf(name, words), words, looking, proof)
  if (reason !== undefined)
    throw new GearsError('invalid_request', `${name} was not sent: ${reason}`, { command: name })
}

function refusalOf(
  guard: Guard | undefined,
  words: readonly string[],
  looking: boolean,
  proof: Proof<ProofKind> | undefined,
): string | undefined {
  if (!guard) return 'nothing is known of what it does to a server (packages/gears/guard.ts has no entry for it)'
  if (guard.sender === 'nobody') return guard.dangers.map(({ harm, when }) => `${harm}: ${when}`).join('; ')
  if (guard.sender === 'person' && looking) return 'only a person may ask for it'
  if (guard.proof !== undefined && (proof?.kind !== guard.proof || !proof.covers(words))) return UNPROVEN[guard.proof]
  return guard.refuses?.(words)
}

const UNPROVEN: Readonly<Record<ProofKind, string>> = {
  results: 'nothing proves that these results can be read without harm; name the override to read them anyway',
  refresh: 'nothing proves that the server survives it',
}
