import type { Argument } from './argument'

export const READER_NAMES = [
  'KeysReader',
  'KeysOnlyReader',
  'StreamReader',
  'PythonReader',
  'ShardsIDReader',
  'CommandReader',
] as const
export type ReaderName = (typeof READER_NAMES)[number]

/** A reader with the arguments of its own; `null` where it does not support the action (protocol 3.1, 3.2). */
export interface Reader {
  readonly name: ReaderName
  readonly doc: string
  readonly record: string
  readonly run: readonly Argument[] | null
  readonly register: readonly Argument[] | null
}

const MODES = ['async', 'async_local', 'sync'] as const

const convertToStr: Argument = {
  name: 'convertToStr',
  type: 'boolean',
  defaultValue: 'True',
  doc: 'Turn every result into text. False keeps numbers and lists.',
}
const collect: Argument = {
  name: 'collect',
  type: 'boolean',
  defaultValue: 'True',
  doc: 'Bring the results of all shards to the one that started the execution.',
}
const mode = (choices: readonly string[]): Argument => ({
  name: 'mode',
  type: 'text',
  defaultValue: "'async'",
  choices,
  refusal: 'unknown execution mode',
  doc: `Where it runs: async on every shard, async_local on one${choices.includes('sync') ? ', sync inside the triggering command, on the main thread' : ''}.`,
})
const onRegistered: Argument = {
  name: 'onRegistered',
  type: 'function',
  defaultValue: 'None',
  refusal: 'OnRegistered argument must be a function',
  doc: 'Called on every shard at registration and at reload: the place for sockets and locks.',
}
const readValue: Argument = {
  name: 'readValue',
  type: 'boolean',
  defaultValue: 'True',
  refusal: 'readValue is not boolean',
  doc: 'False leaves type and value out of the record.',
}
const noScan: Argument = {
  name: 'noScan',
  type: 'boolean',
  defaultValue: 'False',
  refusal: 'exactMatch value is not boolean',
  doc: 'Treat the argument as one exact key.',
}

const runArgs = (arg: Pick<Argument, 'type' | 'defaultValue' | 'refusal' | 'doc'>, own: readonly Argument[] = []) => [
  { name: 'arg', ...arg },
  ...own,
  convertToStr,
  collect,
  mode(['async', 'async_local']),
]

const registerArgs = (prefixDoc: string | null, own: readonly Argument[]): readonly Argument[] => [
  ...(prefixDoc === null
    ? []
    : [{ name: 'prefix', type: 'text', defaultValue: "'*'", doc: prefixDoc } satisfies Argument]),
  ...own,
  convertToStr,
  collect,
  mode(MODES),
  onRegistered,
]

const glob = {
  type: 'text',
  defaultValue: "'*'",
  refusal: 'regex argument must be a string',
  doc: 'Glob of the keys to read.',
} as const

const texts = (
  name: string,
  refusal: string,
  doc: string,
  more: Pick<Argument, 'choices' | 'since'> = {},
): Argument => ({ name, type: 'list of texts', defaultValue: 'None', refusal, doc, ...more })

/** What `keyTypes` takes. The dump of a registration for the last two crashes the server (protocol 3.3). */
export const KEY_TYPES = ['string', 'list', 'hash', 'set', 'zset', 'module', 'stream', 'empty'] as const
export const CRASHING_KEY_TYPES: readonly string[] = ['stream', 'empty']

export const READERS: readonly Reader[] = [
  {
    name: 'KeysReader',
    doc: 'Keys and their values; registered, it fires on key events.',
    record: "{'event', 'key', 'type', 'value'}",
    run: runArgs(glob, [noScan, { ...readValue, refusal: 'readValue value is not boolean' }]),
    register: registerArgs('user:* for all keys with that prefix; without the star, that key alone. No glob.', [
      texts('eventTypes', 'given eventTypes is not iterable', "Fire only on these events, e.g. ['set', 'expired']."),
      texts('keyTypes', 'unknown key type', 'Fire only for keys of these types.', { choices: KEY_TYPES }),
      texts(
        'commands',
        'given commands is not iterable',
        'Fire only for these commands; the client waits and override_reply can change what it gets.',
        { since: '1.2' },
      ),
      readValue,
    ]),
  },
  {
    name: 'KeysOnlyReader',
    doc: 'Names of keys, without their values. Runs only.',
    record: 'the key, a str',
    run: runArgs(glob, [
      { name: 'count', type: 'number', defaultValue: '1000', doc: 'COUNT of each SCAN.' },
      noScan,
      {
        name: 'patternGenerator',
        type: 'function',
        defaultValue: 'None',
        doc: 'Called on each shard; returns (pattern, noScan).',
      },
    ]).filter((argument) => argument.name !== 'mode'),
    register: null,
  },
  {
    name: 'StreamReader',
    doc: 'Entries of a stream; registered, it consumes new ones in batches.',
    record: "{'key', 'id', 'value'}",
    run: runArgs({ ...glob, doc: 'One exact stream key, no pattern.' }, [
      {
        name: 'fromId',
        type: 'text',
        defaultValue: "'0-0'",
        refusal: 'fromId argument must be a string',
        doc: 'Read after this id.',
      },
    ]),
    register: registerArgs('orders:* for all streams with that prefix; without the star, that stream alone.', [
      {
        name: 'batch',
        type: 'number',
        defaultValue: '1',
        refusal: 'batch argument must be a number',
        doc: 'Entries to wait for before it fires. 0 crashes the server.',
      },
      {
        name: 'duration',
        type: 'number',
        unit: 'ms',
        defaultValue: '0',
        refusal: 'duration argument must be a number',
        doc: 'Milliseconds after the first entry of a batch, after which it fires all the same. 0: never.',
      },
      {
        name: 'onFailedPolicy',
        type: 'text',
        defaultValue: "'continue'",
        choices: ['continue', 'abort', 'retry'],
        refusal: 'onFailedPolicy must be Continue/Abort/Retry',
        doc: 'After an error: go on with the next batch, stop, or try the same batch again.',
      },
      {
        name: 'onFailedRetryInterval',
        type: 'number',
        unit: 's',
        defaultValue: '1',
        refusal: 'retryInterval argument must be a number',
        doc: 'Seconds between retries.',
      },
      {
        name: 'trimStream',
        type: 'boolean',
        defaultValue: 'True',
        refusal: 'pyTrimmStream argument must be a boolean',
        doc: 'Delete the entries that were read. With False the stream grows.',
      },
    ]),
  },
  {
    name: 'PythonReader',
    doc: 'Whatever a generator function yields, on each shard. Runs only.',
    record: 'whatever is yielded',
    run: runArgs({
      type: 'function',
      refusal: 'pyreader argument must be a function',
      doc: 'A generator function without parameters.',
    }),
    register: null,
  },
  {
    name: 'ShardsIDReader',
    doc: 'One record for each shard: its id. Runs only.',
    record: "the shard id, '1' outside a cluster",
    run: runArgs({ type: 'any', defaultValue: 'None', doc: 'Ignored.' }),
    register: null,
  },
  {
    name: 'CommandReader',
    doc: 'Fires when a client calls RG.TRIGGER, or a hooked command. Registers only.',
    record: '[trigger, arg, …], each a str',
    run: null,
    register: registerArgs(null, [
      {
        name: 'trigger',
        type: 'text',
        defaultValue: 'None',
        refusal: 'trigger argument is not string',
        doc: 'The name for RG.TRIGGER, with its case.',
      },
      {
        name: 'inorder',
        type: 'boolean',
        defaultValue: 'False',
        refusal: 'inorder argument is be boolean',
        doc: 'Run one after the other, in the order of the calls.',
      },
      {
        name: 'hook',
        type: 'text',
        defaultValue: 'None',
        since: '1.2',
        refusal: 'hook argument is not string',
        doc: 'A Redis command to stand in for; call_next goes on to it.',
      },
      {
        name: 'keyprefix',
        type: 'text',
        defaultValue: 'None',
        since: '1.2',
        refusal: 'keyprefix argument is not string',
        doc: 'With hook: only when a key starts with this. A bare prefix, no star.',
      },
    ]),
  },
]

export const reader = (name: string): Reader | undefined => READERS.find((candidate) => candidate.name === name)

/** `regex` is the deprecated name of `prefix`, `OnRegistered` what 1.0 scripts write: the module takes both silently. */
export const SILENT_REGISTER_ARGUMENTS: readonly string[] = ['regex', 'OnRegistered', 'prefix']
