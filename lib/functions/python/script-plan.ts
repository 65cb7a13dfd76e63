import { type ActionName, type OperationName, operation } from '@gearboard/gears/docs'
import { type Literal, literalOf } from '@gearboard/gears/script/literals'
import { ancestors, type PythonCall, type SyntaxNode } from '@gearboard/gears/script/tree'
import { type Action, argument, lineOf, literal, type ReadScript, type ReadStep, textOf } from './script'

/** A step as RG.GETEXECUTION would list it. */
interface PlannedStep {
  readonly type: string
  readonly name: string
  /** `<function parse>`, without the address that it gets when it runs; the text of the argument if its name is unknown; or empty. */
  readonly arg: string
}

/** The plan of one `run` or `register`, in data-flow order, or why it cannot be read. */
export type ScriptPlan = {
  readonly action: ActionName
  /** Where it is called in the script. */
  readonly from: number
  /** 1-based. */
  readonly line: number
} & (
  | {
      readonly reader: string
      readonly steps: readonly PlannedStep[]
      /** Whether `repartition` and `collect` move records between shards: the mode says so. Null: only running it would tell. */
      readonly moves: boolean | null
    }
  | { readonly problem: string }
)

type Generation = '1.0' | '1.2'

/** A callback: the argument at that place, or a function of GearsBuilder by its qualified name. */
type PlannedCallback = number | string
interface StepTemplate {
  readonly type: string
  readonly name: string
  readonly callback?: PlannedCallback
}

const inBuilder = (method: string): string => `GearsBuilder.${method}.<locals>.<lambda>`
const callsBack = (type: string, name: string) => (callback: PlannedCallback) =>
  ({ type, name: `RedisGearsPy_PyCallback${name}`, callback }) satisfies StepTemplate

const mapper = callsBack('map', 'Mapper')
const accumulate = callsBack('accumulate', 'Accumulate')
const extractKey = callsBack('extractkey', 'Extractor')
const accumulateByKey = callsBack('accumulatebykey', 'AccumulateByKey')
const TO_RECORD: StepTemplate = { type: 'map', name: 'RedisGearsPy_ToPyRecordMapper' }
const REPARTITION: StepTemplate = { type: 'repartition', name: 'repartition' }
const COLLECT: StepTemplate = { type: 'collect', name: 'collect' }

const localGroup = (extractor: PlannedCallback, reducer: PlannedCallback) => [
  extractKey(extractor),
  accumulateByKey(reducer),
  TO_RECORD,
]
const group = (extractor: PlannedCallback, reducer: PlannedCallback) => [
  extractKey(extractor),
  REPARTITION,
  accumulateByKey(reducer),
  TO_RECORD,
]
const folded = (method: string) => [accumulate(inBuilder(method)), COLLECT, accumulate(inBuilder(method))]
const foldedByKey = () => [
  ...localGroup(inBuilder('__localAggregateby__'), inBuilder('__localAggregateby__')),
  ...group(inBuilder('aggregateby'), inBuilder('aggregateby')),
]
const flatMap = (callback: PlannedCallback, generation: Generation) =>
  generation === '1.0'
    ? [callsBack('flatmap', 'FlatMapper')(callback)]
    : [callsBack('map', 'FlatMapper')(callback), { type: 'flatmap', name: 'flatmap' }]

/** What each operation adds to a plan (protocol 4.2). */
const TEMPLATES: Readonly<Record<OperationName, (generation: Generation) => readonly StepTemplate[]>> = {
  map: () => [mapper(0)],
  flatmap: (generation) => flatMap(0, generation),
  filter: () => [callsBack('filter', 'Filter')(0)],
  foreach: () => [callsBack('foreach', 'ForEach')(0)],
  accumulate: () => [accumulate(0)],
  localgroupby: () => localGroup(0, 1),
  groupby: () => group(0, 1),
  batchgroupby: () => [
    extractKey(0),
    REPARTITION,
    { type: 'group', name: 'group' },
    callsBack('reduce', 'Reducer')(1),
    TO_RECORD,
  ],
  repartition: () => [extractKey(0), REPARTITION, { type: 'map', name: 'GetValueMapper' }],
  collect: () => [COLLECT],
  limit: () => [{ type: 'limit', name: 'limit' }],
  aggregate: () => folded('aggregate'),
  aggregateby: foldedByKey,
  count: () => folded('count'),
  countby: foldedByKey,
  avg: () => [mapper(0), ...folded('aggregate'), mapper(inBuilder('avg'))],
  sort: (generation) => [...folded('aggregate'), mapper(inBuilder('sort')), ...flatMap(inBuilder('sort'), generation)],
  distinct: (generation) => [...folded('aggregate'), ...flatMap(inBuilder('distinct'), generation)],
}

class UnreadableScript extends Error {}

/** The plans that a script would build, read off its text, as that generation of the module plans them. */
export function scriptPlans(script: ReadScript, generation: Generation): readonly ScriptPlan[] {
  const actions = script.actions.filter(
    ({ nameNode }, i, all) => all.findIndex((other) => other.nameNode.from === nameNode.from) === i,
  )
  return actions.map((action, index) => {
    const { name, nameNode } = action
    const at = { action: name, from: nameNode.from, line: lineOf(script, nameNode) }
    try {
      const sameBuilder = ({ builder }: Action) => builder.call.node.from === action.builder.call.node.from
      if (actions.slice(0, index).some(sameBuilder))
        throw new UnreadableScript('The builder was used before: 1.2 appends these steps, 1.0 rejects them.')
      return { ...at, ...planOf(script, action, generation) }
    } catch (error) {
      if (error instanceof UnreadableScript) return { ...at, problem: error.message }
      throw error
    }
  })
}

function planOf(script: ReadScript, action: Action, generation: Generation) {
  const { builder, steps, call } = action
  if (builder.readerText === null) throw new UnreadableScript('The reader is known only at run time.')
  for (const one of [...steps.map((step) => step.call), call])
    if (branchOf(one.node) !== branchOf(builder.call.node))
      throw new UnreadableScript(
        `Whether and how often line ${lineOf(script, one.callee.firstChild?.nextSibling ?? one.node)} is reached is known only at run time.`,
      )
  if (call.args.some((arg) => arg.spread))
    throw new UnreadableScript(`What * passes to ${action.name} is known only at run time.`)
  const convert = truthOf(script, action, 1, 'convertToStr')
  const collect = truthOf(script, action, 2, 'collect')
  const mode = argument(call, Number.POSITIVE_INFINITY, 'mode')
  const modeText = mode ? literal(script, mode.value) : undefined
  return {
    reader: builder.readerText,
    steps: [
      planned(TO_RECORD, script, call),
      ...steps.flatMap((step) => stepsOf(script, step, generation)),
      ...(convert ? [planned(mapper(inBuilder(action.name)), script, call)] : []),
      ...(collect ? [planned(COLLECT, script, call)] : []),
    ],
    moves: mode ? (modeText?.kind === 'text' ? modeText.value === 'async' : null) : true,
  }
}

const BRANCHES =
  /^(?:If|For|While|Try|Match)Statement$|^(?:Conditional|Lambda)Expression$|^FunctionDefinition$|ComprehensionExpression$/

/** Where the nearest branch, loop or function around a node begins; null at the top level. The two sides of an `if` are two. */
function branchOf(node: SyntaxNode): number | null {
  let inner = node
  for (const parent of ancestors(node)) {
    if (BRANCHES.test(parent.name)) return inner.name === 'Body' ? inner.from : parent.from
    inner = parent
  }
  return null
}

/** Whether an argument of the action, true by default, is true. */
function truthOf(script: ReadScript, { name, call }: Action, place: number, arg: string): boolean {
  const given = argument(call, place, arg)
  if (!given) return true
  const truth = truthOfLiteral(literal(script, given.value))
  if (truth === undefined) throw new UnreadableScript(`Whether ${name} gets a true ${arg} is known only at run time.`)
  return truth
}

function truthOfLiteral(value: Literal | undefined): boolean | undefined {
  switch (value?.kind) {
    case 'boolean':
      return value.value
    case 'number':
      return value.value !== 0
    case 'text':
      return value.value !== ''
    case 'none':
      return false
    case 'list':
      return value.items.length > 0
    case 'function':
      return true
    case 'other':
    case undefined:
      return undefined
  }
}

function stepsOf(
  script: ReadScript,
  { name, nameNode, call }: ReadStep,
  generation: Generation,
): readonly PlannedStep[] {
  const known = operation(name)
  if (!known) throw new UnreadableScript(`GearsBuilder has no ${name} (line ${lineOf(script, nameNode)}).`)
  return TEMPLATES[known.name](generation).map((template) => planned(template, script, call, known.name))
}

function planned(
  { type, name, callback }: StepTemplate,
  script: ReadScript,
  call: PythonCall,
  of?: OperationName,
): PlannedStep {
  if (callback === undefined) return { type, name, arg: '' }
  if (typeof callback === 'string') return { type, name, arg: `<function ${callback}>` }
  const spec = of && operation(of)?.args[callback]
  const given = spec && argument(call, callback, spec.name)
  if (given) return { type, name, arg: callbackText(script, given.value) }
  // A default of the builder's own is a lambda in the body of its class.
  if (spec?.defaultValue !== undefined) return { type, name, arg: '<function GearsBuilder.<lambda>>' }
  throw new UnreadableScript(`${of} on line ${lineOf(script, call.callee)} lacks ${spec?.name ?? 'its function'}.`)
}

/** The function as Python names it, if the text alone shows that; else the argument as written. */
function callbackText(script: ReadScript, node: SyntaxNode): string {
  const source = textOf(script, node)
  const definition = node.name === 'VariableName' ? script.functions.get(source) : undefined
  if (definition?.name === 'FunctionDefinition')
    return isPlain(definition) && !script.constants.has(source) ? `<function ${source}>` : source
  return literalOf(node, script.text, script.constants)?.kind === 'function' ? '<function <lambda>>' : source
}

/** At the top level and without a decorator, which may put another function in its place. */
function isPlain(definition: SyntaxNode): boolean {
  for (const parent of ancestors(definition))
    if (/^(?:FunctionDefinition|ClassDefinition|DecoratedStatement)$/.test(parent.name)) return false
  return true
}
