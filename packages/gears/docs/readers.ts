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

const CONVERT_TO_STR = {
  name: 'convertToStr',
  type: 'boolean',
  defaultValue: 'True',
  doc: 'Turn every result into text. False keeps numbers and lists.',
} as const satisfies Argument

const COLLECT = {
  name: 'collect',
  type: 'boolean',
  defaultValue: 'True',
  doc: 'Bring the results of all shards to the one that started the execution.',
} as const satisfies Argument

const MODE = {
  name: 'mode',
  type: 'text',
  defaultValue: "'async'",
  refusal: 'unknown execution mode',
} as const

const RUN_MODE = {
  ...MODE,
  choices: ['async', 'async_local'],
  doc: 'Where it runs: async on every shard, async_local on one.',
} as const satisfies Argument

const REGISTER_MODE = {
  ...MODE,
  choices: ['async', 'async_local', 'sync'],
  doc: 'Where it runs: async on every shard, async_local on one, sync inside the triggering command, on the main thread.',
} as const satisfies Argument

const ON_REGISTERED = {
  name: 'onRegistered',
  type: 'function',
  defaultValue: 'None',
  refusal: 'OnRegistered argument must be a function',
  doc: 'Called on every shard at registration and at reload: the place for sockets and locks.',
} as const satisfies Argument

const READ_VALUE = {
  name: 'readValue',
  type: 'boolean',
  defaultValue: 'True',
  refusal: 'readValue is not boolean',
  doc: 'False leaves type and value out of the record.',
} as const satisfies Argument

const NO_SCAN = {
  name: 'noScan',
  type: 'boolean',
  defaultValue: 'False',
  refusal: 'exactMatch value is not boolean',
  doc: 'Treat the argument as one exact key.',
} as const satisfies Argument

const GLOB = {
  name: 'arg',
  type: 'text',
  defaultValue: "'*'",
  refusal: 'regex argument must be a string',
  doc: 'Glob of the keys to read.',
} as const satisfies Argument

const RUN_REST = [CONVERT_TO_STR, COLLECT, RUN_MODE] as const
const REGISTER_REST = [CONVERT_TO_STR, COLLECT, REGISTER_MODE, ON_REGISTERED] as const

/** What `keyTypes` takes. The dump of a registration for the last two crashes the server (protocol 3.3). */
export const KEY_TYPES = ['string', 'list', 'hash', 'set', 'zset', 'module', 'stream', 'empty'] as const
export const CRASHING_KEY_TYPES: readonly string[] = ['stream', 'empty']

export const READERS = [
  {
    name: 'KeysReader',
    doc: 'Keys and their values; registered, it fires on key events.',
    record: "{'event', 'key', 'type', 'value'}",
    run: [GLOB, NO_SCAN, { ...READ_VALUE, refusal: 'readValue value is not boolean' }, ...RUN_REST],
    register: [
      {
        name: 'prefix',
        type: 'text',
        defaultValue: "'*'",
        doc: 'user:* for all keys with that prefix; without the star, that key alone. No glob.',
      },
      {
        name: 'eventTypes',
        type: 'list of texts',
        defaultValue: 'None',
        refusal: 'given eventTypes is not iterable',
        doc: "Fire only on these events, e.g. ['set', 'expired'].",
      },
      {
        name: 'keyTypes',
        type: 'list of texts',
        defaultValue: 'None',
        choices: KEY_TYPES,
        refusal: 'unknown key type',
        doc: 'Fire only for keys of these types.',
      },
      {
        name: 'commands',
        type: 'list of texts',
        defaultValue: 'None',
        since: '1.2',
        refusal: 'given commands is not iterable',
        doc: 'Fire only for these commands; the client waits and override_reply can change what it gets.',
      },
      READ_VALUE,
      ...REGISTER_REST,
    ],
  },
  {
    name: 'KeysOnlyReader',
    doc: 'Names of keys, without their values. Runs only.',
    record: 'the key, a str',
    run: [
      GLOB,
      { name: 'count', type: 'number', defaultValue: '1000', doc: 'COUNT of each SCAN.' },
      NO_SCAN,
      {
        name: 'patternGenerator',
        type: 'function',
        defaultValue: 'None',
        doc: 'Called on each shard; returns (pattern, noScan).',
      },
      CONVERT_TO_STR,
      COLLECT,
    ],
    register: null,
  },
  {
    name: 'StreamReader',
    doc: 'Entries of a stream; registered, it consumes new ones in batches.',
    record: "{'key', 'id', 'value'}",
    run: [
      { ...GLOB, doc: 'One exact stream key, no pattern.' },
      {
        name: 'fromId',
        type: 'text',
        defaultValue: "'0-0'",
        refusal: 'fromId argument must be a string',
        doc: 'Read after this id.',
      },
      ...RUN_REST,
    ],
    register: [
      {
        name: 'prefix',
        type: 'text',
        defaultValue: "'*'",
        doc: 'orders:* for all streams with that prefix; without the star, that stream alone.',
      },
      {
        name: 'batch',
        type: 'number',
        defaultValue: '1',
        refusal: 'batch argument must be a number',
        doc: 'Entries to wait for before it fires. 0 hangs the server.',
      },
      {
        name: 'duration',
        type: 'number',
        unit: 'ms',
        defaultValue: '0',
        refusal: 'duration argument must be a number',
        doc: 'Milliseconds after the first entry until an incomplete batch fires. 0: never.',
      },
      {
        name: 'onFailedPolicy',
        type: 'text',
        defaultValue: "'continue'",
        choices: ['continue', 'abort', 'retry'],
        anyCase: true,
        refusal: 'onFailedPolicy must be Continue/Abort/Retry',
        doc: 'After an error: continue with the next batch, stop, or retry the same batch.',
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
      ...REGISTER_REST,
    ],
  },
  {
    name: 'PythonReader',
    doc: 'Whatever a generator function yields, on each shard. Runs only.',
    record: 'whatever is yielded',
    run: [
      {
        name: 'arg',
        type: 'function',
        refusal: 'pyreader argument must be a function',
        doc: 'A generator function without parameters.',
        example: 'lambda: (n for n in range(10))',
      },
      ...RUN_REST,
    ],
    register: null,
  },
  {
    name: 'ShardsIDReader',
    doc: 'One record for each shard: its id. Runs only.',
    record: "the shard id, '1' outside a cluster",
    run: [{ name: 'arg', type: 'any', defaultValue: 'None', doc: 'Ignored.' }, ...RUN_REST],
    register: null,
  },
  {
    name: 'CommandReader',
    doc: 'Fires when a client calls RG.TRIGGER, or a hooked command. Registers only.',
    record: '[trigger, arg, …], each a str',
    run: null,
    register: [
      {
        name: 'trigger',
        type: 'text',
        defaultValue: 'None',
        refusal: 'trigger argument is not string',
        doc: 'The name for RG.TRIGGER, case-sensitive.',
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
        doc: 'A Redis command to replace; call_next calls it.',
      },
      {
        name: 'keyprefix',
        type: 'text',
        defaultValue: 'None',
        since: '1.2',
        refusal: 'keyprefix argument is not string',
        doc: 'With hook: only when a key starts with this. A bare prefix, no star.',
      },
      ...REGISTER_REST,
    ],
  },
] as const satisfies readonly Reader[]

const ALL: readonly Reader[] = READERS

export const reader = (name: string): Reader | undefined => ALL.find((candidate) => candidate.name === name)

/** `regex` is the deprecated name of `prefix`, `OnRegistered` what 1.0 scripts write: the module takes both silently. */
export const SILENT_REGISTER_ARGUMENTS: readonly string[] = ['regex', 'OnRegistered', 'prefix']
