import { type BlockId, callableOf, type Pipeline, type WrittenSpan, writePipeline } from '@gearboard/gears/pipeline'
import { callAt, children, descendants, type ParsePython, type SyntaxNode } from '@gearboard/gears/script/tree'
import { inspectText } from '@/lib/functions/python/lint'
import type { Severity } from '@/lib/model/registrations/severity'

/** Something wrong with a block, or with one argument of it. */
export interface PipelineProblem {
  readonly block: BlockId
  /** Null: the block as a whole. */
  readonly arg: string | null
  readonly severity: Severity
  /** What is wrong, and what would be right. */
  readonly text: string
}

/**
 * What would be refused, fail, or surprise, in its place: expressions that Python cannot read, arguments that are missing, and once all can
 * be read, what the linter finds in the script.
 */
export function pipelineProblems(pipeline: Pipeline, parse: ParsePython): readonly PipelineProblem[] {
  const own = [...preludeProblems(pipeline, parse), ...argumentProblems(pipeline, parse)]
  return own.length > 0 ? own : lintProblems(pipeline, parse)
}

function preludeProblems({ prelude }: Pipeline, parse: ParsePython): readonly PipelineProblem[] {
  const error = errorIn(parse(prelude))
  if (!error) return []
  const line = prelude.slice(0, error.from).split('\n').length
  return [{ block: 'prelude', arg: null, severity: 'error', text: `Syntax error in line ${line}.` }]
}

function argumentProblems(pipeline: Pipeline, parse: ParsePython): readonly PipelineProblem[] {
  const blocks = [
    { id: 'reader', args: pipeline.reader.args } as const,
    ...pipeline.steps.map(({ id, args }) => ({ id, args })),
    { id: 'action', args: pipeline.action.args } as const,
  ]
  return blocks.flatMap(({ id, args }) =>
    callableOf(pipeline, id).args.flatMap(({ name, defaultValue, doc }): PipelineProblem[] => {
      const source = args[name]
      const text =
        source === undefined
          ? defaultValue === undefined
            ? `Required: ${doc}`
            : undefined
          : expressionProblem(source, parse)
      return text === undefined ? [] : [{ block: id, arg: name, severity: 'error', text }]
    }),
  )
}

/** Why a text is not one Python expression that can stand as an argument; undefined when it can. */
export function expressionProblem(source: string, parse: ParsePython): string | undefined {
  if (source.trim() === '') return 'Enter a Python expression.'
  // The bracket on its own line: a comment at the end would swallow it.
  const text = `f(${source}\n)`
  const root = parse(text)
  const error = errorIn(root)
  if (error) {
    const { line, column } = placeIn(source, error.from - 2)
    return `Syntax error at ${line > 1 ? `line ${line}, ` : ''}column ${column}.`
  }
  const [statement, ...more] = [...children(root)]
  const call = statement?.firstChild ? callAt(statement.firstChild, text) : undefined
  const [arg] = call?.args ?? []
  if (more.length > 0 || !call || !arg || call.node.to !== text.length)
    return 'Enter one expression: put brackets around it.'
  if (call.args.length !== 1) return 'Enter one expression: put brackets around a tuple.'
  if (arg.name !== null || arg.spread) return 'Enter one expression, without a name or * before it.'
  if (arg.value.from !== 2 || arg.value.to !== 2 + source.length)
    return source.slice(source.lastIndexOf('\n') + 1).includes('#')
      ? 'Remove the comment at the end.'
      : 'Enter one expression: put brackets around it.'
  return undefined
}

function placeIn(text: string, offset: number) {
  const before = text.slice(0, Math.max(0, Math.min(offset, text.length))).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

function errorIn(root: SyntaxNode): SyntaxNode | undefined {
  for (const node of descendants(root)) if (node.type.isError) return node
  return undefined
}

function lintProblems(pipeline: Pipeline, parse: ParsePython): readonly PipelineProblem[] {
  const { text, spans } = writePipeline(pipeline)
  return inspectText(text, parse).findings.map(({ from, to, severity, message, hint }) => {
    const span = spanAround(spans, from, to)
    return { block: span?.block ?? 'prelude', arg: span?.arg ?? null, severity, text: `${message}. ${hint}` }
  })
}

const spanAround = (spans: readonly WrittenSpan[], from: number, to: number): WrittenSpan | undefined =>
  spans.find((span) => span.from <= from && to <= span.to)
