import type { Argument, Callable } from './argument'

export interface Operation extends Callable {
  /**
   * How it moves records between shards, by the steps that the module plans for it (protocol 4.2): to the shard of their key, or to the
   * one that started the execution. Null: each shard works on its own records.
   */
  readonly moves: 'repartition' | 'collect' | null
}

const fn = <const Name extends string>(name: Name, doc: string, example: string) =>
  ({ name, type: 'function', doc, example }) as const

const moving =
  <const Moves extends Operation['moves']>(moves: Moves) =>
  <const Name extends string, const Args extends readonly Argument[]>(name: Name, args: Args, doc: string) => ({
    name,
    args,
    doc,
    moves,
  })

const local = moving(null)
const repartitions = moving('repartition')
const collects = moving('collect')

const extractor = fn('extractor', 'record → key; what is no str becomes its repr()', 'lambda r: r')
const byKeyReducer = fn('reducer', '(key, accumulator, record) → accumulator', 'lambda key, n, r: (n or 0) + 1')
const zero = {
  name: 'zero',
  type: 'any',
  doc: 'Start value, copied; also replaces a falsy accumulator',
  example: '0',
} as const

/** The operations between reader and action, with what surprises in each (protocol 4.2). Their arguments are given by place. */
export const OPERATIONS = [
  local('map', [fn('f', 'record → record', 'lambda r: r')], 'One record in, one out.'),
  local(
    'flatmap',
    [fn('f', 'record → list', 'lambda r: [r]')],
    'Expands a list into records, in reverse order. Only a list: tuples and generators pass as one record.',
  ),
  local('filter', [fn('f', 'record → truth', 'lambda r: True')], 'Keeps the records for which it is true.'),
  local(
    'foreach',
    [fn('f', 'record → ignored', 'lambda r: log(str(r))')],
    'Calls it for each record and passes the record through.',
  ),
  local(
    'accumulate',
    [fn('f', '(accumulator, record) → accumulator; the accumulator is None first', 'lambda n, r: (n or 0) + 1')],
    'Folds the records of a shard into one. No input, no output.',
  ),
  local('localgroupby', [extractor, byKeyReducer], "Groups on each shard; yields {'key', 'value'}."),
  repartitions('groupby', [extractor, byKeyReducer], "Groups over all shards; yields {'key', 'value'} in any order."),
  repartitions(
    'batchgroupby',
    [extractor, fn('reducer', '(key, list of records) → value', 'lambda key, records: len(records)')],
    'As groupby, but keeps all records of a key in memory first.',
  ),
  repartitions('repartition', [extractor], 'Moves each record to the shard that owns the extracted key.'),
  collects('collect', [], 'Moves all records to the shard that started the execution.'),
  local(
    'limit',
    [
      {
        name: 'length',
        type: 'number',
        refusal: 'limit argument must be a number',
        doc: 'Records to let through',
        example: '10',
      },
      { name: 'start', type: 'number', defaultValue: '0', doc: 'Records to skip first' },
    ],
    'Limits the records of each shard, not the total.',
  ),
  collects(
    'aggregate',
    [
      zero,
      fn('seqOp', '(accumulator, record) → accumulator', 'lambda n, r: n + 1'),
      fn('combOp', '(accumulator, partial) → accumulator', 'lambda n, part: n + part'),
    ],
    'Folds on each shard, then the partial results together.',
  ),
  repartitions(
    'aggregateby',
    [
      extractor,
      zero,
      fn('seqOp', '(key, accumulator, record) → accumulator', 'lambda key, n, r: n + 1'),
      fn('combOp', '(key, accumulator, partial) → accumulator', 'lambda key, n, part: n + part'),
    ],
    "As aggregate, for each key; yields {'key', 'value'}.",
  ),
  collects('count', [], 'The number of records. Without records it yields nothing, not 0.'),
  repartitions(
    'countby',
    [{ name: 'extractor', type: 'function', defaultValue: 'lambda x: x', doc: 'record → key' }],
    "Counts by key; yields {'key', 'value'}.",
  ),
  collects(
    'avg',
    [{ name: 'extractor', type: 'function', defaultValue: 'lambda x: float(x)', doc: 'record → number' }],
    'The average, one float.',
  ),
  collects(
    'sort',
    [{ name: 'reverse', type: 'boolean', defaultValue: 'True', doc: 'False sorts descending' }],
    'Ascending by default, although the argument is called reverse. Holds all records on one shard.',
  ),
  collects('distinct', [], 'Drops duplicates. Records must be hashable.'),
] as const satisfies readonly Operation[]

export type OperationName = (typeof OPERATIONS)[number]['name']

const ALL: readonly (Operation & { readonly name: OperationName })[] = OPERATIONS

export const operation = (name: string): (Operation & { readonly name: OperationName }) | undefined =>
  ALL.find((candidate) => candidate.name === name)
