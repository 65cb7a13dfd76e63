import type { PyExecuteOptions, PyExecuteReply } from '../commands'
import {
  type ActionName,
  actionOf,
  CRASHING_KEY_TYPES,
  type OperationName,
  operation,
  type ReaderName,
  reader,
} from '../docs'
import { GearsError } from '../errors'
import type { Gears } from '../gears'
import type { ShardOption } from '../methods'
import { type Pipeline, type ShorthandName, shorthand, writePipeline } from '../pipeline'
import { parsePythonLiteral } from '../vocabulary/python-literal'
import type { PythonValue } from '../vocabulary/python-text'
import type { OperationArguments, RegisterParameters, Registrable, Runnable, RunOptions } from './arguments'
import { Py, sourceOf } from './py'

/** A complete RedisGears function: Python that `gears.pyexecute` takes as it takes a script. */
export class GearFunction {
  constructor(readonly pipeline: Pipeline) {}

  /** The script. */
  get python(): string {
    return writePipeline(this.pipeline).text
  }

  /** Submits it; see `Gears.pyexecute`. @throws GearsError */
  on(gears: Pick<Gears, 'pyexecute'>, options?: PyExecuteOptions & ShardOption): Promise<PyExecuteReply> {
    return gears.pyexecute(this, options)
  }

  toString(): string {
    return this.python
  }
}

type KeyedReader = 'KeysReader' | 'StreamReader'

/**
 * A function that is still being built, on this reader; every method returns a new one. Callbacks are `py` with a
 * lambda, with the name of a function in `prelude`, or with a whole `def`, which is then written above the builder.
 * `docs` describes each operation.
 */
export class OpenFunction<Name extends ReaderName> {
  /** What the reader reads, as Python; undefined: its default. */
  private readonly reads: string | undefined
  private readonly pipeline: Pipeline & { readonly reader: { readonly name: Name } }

  constructor(pipeline: Pipeline & { readonly reader: { readonly name: Name } }, reads?: string) {
    this.pipeline = pipeline
    this.reads = reads
  }

  /** Python above the builder: imports, constants, functions that callbacks call. */
  prelude(python: Py): OpenFunction<Name> {
    return this.changed({ prelude: [this.pipeline.prelude, python.source].filter(Boolean).join('\n\n') })
  }

  map(f: Py) {
    return this.step('map', f)
  }
  flatMap(f: Py) {
    return this.step('flatmap', f)
  }
  filter(f: Py) {
    return this.step('filter', f)
  }
  forEach(f: Py) {
    return this.step('foreach', f)
  }
  accumulate(f: Py) {
    return this.step('accumulate', f)
  }
  localGroupBy(extractor: Py, reducer: Py) {
    return this.step('localgroupby', extractor, reducer)
  }
  groupBy(extractor: Py, reducer: Py) {
    return this.step('groupby', extractor, reducer)
  }
  batchGroupBy(extractor: Py, reducer: Py) {
    return this.step('batchgroupby', extractor, reducer)
  }
  repartition(extractor: Py) {
    return this.step('repartition', extractor)
  }
  collect() {
    return this.step('collect')
  }
  /** On each shard. */
  limit(length: number | Py, start?: number | Py) {
    return this.step('limit', length, start)
  }
  aggregate(zero: PythonValue | Py, seqOp: Py, combOp: Py) {
    return this.step('aggregate', zero, seqOp, combOp)
  }
  aggregateBy(extractor: Py, zero: PythonValue | Py, seqOp: Py, combOp: Py) {
    return this.step('aggregateby', extractor, zero, seqOp, combOp)
  }
  count() {
    return this.step('count')
  }
  countBy(extractor?: Py) {
    return this.step('countby', extractor)
  }
  avg(extractor?: Py) {
    return this.step('avg', extractor)
  }
  /** Ascending, unless `reverse` is false. */
  sort(reverse?: boolean | Py) {
    return this.step('sort', reverse)
  }
  distinct() {
    return this.step('distinct')
  }

  /** The key of each record. */
  keys(this: OpenFunction<KeyedReader & Name>): OpenFunction<KeyedReader & Name> {
    return this.shorthand('keys')
  }
  /** The value of each record. */
  values(this: OpenFunction<KeyedReader & Name>): OpenFunction<KeyedReader & Name> {
    return this.shorthand('values')
  }
  /** What follows the trigger, a list of str. */
  arguments(this: OpenFunction<'CommandReader' & Name>): OpenFunction<'CommandReader' & Name> {
    return this.shorthand('arguments')
  }

  /** Once, over what is there. @throws GearsError `invalid_request` */
  run(this: OpenFunction<Runnable & Name>, options?: RunOptions<Name>): GearFunction {
    return this.close('run', { arg: this.reads === undefined ? undefined : new Py(this.reads), ...options })
  }

  /**
   * At each event from now on. What the reader was given is the prefix, unless `prefix` says another.
   * @throws GearsError `invalid_request`, also for what would crash the server: batch 0, key types 'stream' and 'empty'
   */
  register(this: OpenFunction<Registrable & Name>, ...[options]: RegisterParameters<Name>): GearFunction {
    return this.close('register', {
      ...(this.reads === undefined ? {} : { prefix: prefixOf(this.reads) }),
      ...options,
    })
  }

  private step<Operation extends OperationName>(name: Operation, ...values: OperationArguments<Operation>) {
    const names = operation(name)?.args.map((arg) => arg.name) ?? []
    return this.addStep(name, Object.fromEntries(names.map((arg, i) => [arg, values[i]])))
  }

  private shorthand(name: ShorthandName): OpenFunction<Name> {
    const { operation: of, args } = shorthand(name)
    return this.addStep(of, Object.fromEntries(Object.entries(args).map(([arg, source]) => [arg, new Py(source)])))
  }

  private addStep(name: OperationName, values: Values): OpenFunction<Name> {
    const { prelude, args } = this.lifted(values)
    const { steps } = this.pipeline
    return this.changed({ prelude, steps: [...steps, { id: steps.length, name, args, comment: '' }] })
  }

  private close(name: ActionName, values: Values): GearFunction {
    const known = reader(this.pipeline.reader.name)
    const spec = known && actionOf(known, name)
    // What the types refuse already, for those who call from JavaScript.
    if (!spec) throw new GearsError('invalid_request', `${this.pipeline.reader.name} does not support ${name}`)
    const stranger = Object.keys(values).find((arg) => !spec.args.some((one) => one.name === arg))
    if (stranger !== undefined)
      throw new GearsError('invalid_request', `${name} of ${this.pipeline.reader.name} does not know ${stranger}`)
    const { prelude, args } = this.lifted(values)
    refuseCrashes(args)
    return new GearFunction({ ...this.pipeline, prelude, action: { name, args, comment: '' } })
  }

  /** The values as Python, each `def` put above and called by its name. */
  private lifted(values: Values) {
    let { prelude } = this.pipeline
    const args: Record<string, string> = {}
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) continue
      const source = sourceOf(value)
      const defined = value instanceof Py ? /^(?:async\s+)?def\s+(\w+)/.exec(source)?.[1] : undefined
      if (defined !== undefined) prelude = withFunction(prelude, defined, source)
      args[name] = defined ?? source
    }
    return { prelude, args }
  }

  private changed(part: Partial<Pick<Pipeline, 'prelude' | 'steps'>>): OpenFunction<Name> {
    return new OpenFunction({ ...this.pipeline, ...part }, this.reads)
  }
}

type Values = Readonly<Record<string, PythonValue | Py | undefined>>

/** @throws GearsError when another function has that name already */
function withFunction(prelude: string, name: string, source: string): string {
  if (prelude.includes(source)) return prelude
  if ([...prelude.matchAll(/^(?:async[^\S\n]+)?def[^\S\n]+(\w+)/gm)].some(([, defined]) => defined === name))
    throw new GearsError('invalid_request', `two functions are named ${name}: give one another name`)
  return prelude === '' ? source : `${prelude}\n\n\n${source}`
}

/** A glob is none of the prefixes that a registration takes: it would match nothing, and say nothing. */
function prefixOf(reads: string): Py {
  const text = parsePythonLiteral(reads)
  if (typeof text === 'string' && /[*?[\]\\]/.test(text.replace(/\*$/, '')))
    throw new GearsError('invalid_request', `${reads} is a glob, and register takes a prefix: give it as prefix`)
  return new Py(reads)
}

function refuseCrashes(args: Readonly<Record<string, string>>): void {
  const read = (name: string) => parsePythonLiteral(args[name] ?? '')
  if (read('batch') === 0) throw new GearsError('invalid_request', 'batch: 0 crashes the server; give 1 or more')
  const types = read('keyTypes')
  const crashing = Array.isArray(types) ? CRASHING_KEY_TYPES.find((type) => types.includes(type)) : undefined
  if (crashing !== undefined)
    throw new GearsError('invalid_request', `keyTypes: '${crashing}' crashes the server; test the type in a filter`)
}
