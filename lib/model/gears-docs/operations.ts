import type { Argument, Callable } from './argument'

export interface Operation extends Callable {
  /** Moves records between shards (protocol 4.2). */
  readonly global: boolean
}

const fn = (name: string, doc: string, defaultValue?: string): Argument => ({
  name,
  type: 'function',
  defaultValue,
  doc,
})
const local = (name: string, args: readonly Argument[], doc: string): Operation => ({ name, args, doc, global: false })
const global = (name: string, args: readonly Argument[], doc: string): Operation => ({ name, args, doc, global: true })

const extractor = fn('extractor', 'record → key; what is no str becomes its repr()')
const zero: Argument = { name: 'zero', type: 'any', doc: 'Start value, copied; also replaces a falsy accumulator' }

/** The operations between reader and action, with what surprises in each (protocol 4.2). */
export const OPERATIONS: readonly Operation[] = [
  local('map', [fn('f', 'record → record')], 'One record in, one out.'),
  local(
    'flatmap',
    [fn('f', 'record → list')],
    'Expands a list into records, in reverse order. Only a list: tuples and generators pass as one record.',
  ),
  local('filter', [fn('f', 'record → truth')], 'Keeps the records for which it is true.'),
  local('foreach', [fn('f', 'record → ignored')], 'Calls it for each record and passes the record on.'),
  local(
    'accumulate',
    [fn('f', '(accumulator, record) → accumulator; the accumulator is None first')],
    'Folds the records of a shard into one. No input, no output.',
  ),
  local(
    'localgroupby',
    [extractor, fn('reducer', '(key, accumulator, record) → accumulator')],
    "Groups on each shard; yields {'key', 'value'}.",
  ),
  global(
    'groupby',
    [extractor, fn('reducer', '(key, accumulator, record) → accumulator')],
    "Groups over all shards; yields {'key', 'value'} in any order.",
  ),
  global(
    'batchgroupby',
    [extractor, fn('reducer', '(key, list of records) → value')],
    'As groupby, but keeps all records of a key in memory first.',
  ),
  global('repartition', [extractor], 'Moves each record to the shard that owns the extracted key.'),
  global('collect', [], 'Moves all records to the shard that started the execution.'),
  local(
    'limit',
    [
      { name: 'length', type: 'number', refusal: 'limit argument must be a number', doc: 'Records to let through' },
      { name: 'start', type: 'number', defaultValue: '0', doc: 'Records to skip first' },
    ],
    'Lets through so many records on each shard, not in all.',
  ),
  global(
    'aggregate',
    [zero, fn('seqOp', '(accumulator, record) → accumulator'), fn('combOp', '(accumulator, partial) → accumulator')],
    'Folds on each shard, then the partial results together.',
  ),
  global(
    'aggregateby',
    [
      extractor,
      zero,
      fn('seqOp', '(key, accumulator, record) → accumulator'),
      fn('combOp', '(key, accumulator, partial) → accumulator'),
    ],
    "As aggregate, for each key; yields {'key', 'value'}.",
  ),
  global('count', [], 'The number of records. Of nothing it yields no record, not 0.'),
  global('countby', [fn('extractor', 'record → key', 'lambda x: x')], "Counts by key; yields {'key', 'value'}."),
  global('avg', [fn('extractor', 'record → number', 'lambda x: float(x)')], 'The average, one float.'),
  global(
    'sort',
    [{ name: 'reverse', type: 'boolean', defaultValue: 'True', doc: 'False sorts descending' }],
    'Ascending by default, although the argument is called reverse. Holds all records on one shard.',
  ),
  global('distinct', [], 'Drops duplicates. Records must be hashable.'),
]

export const operation = (name: string): Operation | undefined =>
  OPERATIONS.find((candidate) => candidate.name === name)
