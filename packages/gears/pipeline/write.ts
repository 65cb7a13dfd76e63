import type { Argument } from '../docs'
import { pythonText } from '../vocabulary/python-text'
import { type Block, type BlockId, callableOf, type Pipeline, type Sources } from './pipeline'

/** The position of a block, or of one argument of it, in the script. */
export interface WrittenSpan {
  readonly block: BlockId
  /** Null: the block as a whole. */
  readonly arg: string | null
  readonly from: number
  readonly to: number
}

export interface WrittenPipeline {
  readonly text: string
  /** Arguments before the blocks that hold them. */
  readonly spans: readonly WrittenSpan[]
}

const LONGEST_LINE = 100

/** The pipeline as a script: the code before it, then the builder, one operation per line, and the action. */
export function writePipeline(pipeline: Pipeline): WrittenPipeline {
  const script = new ScriptWriter(builderName(pipeline))
  const prelude = preludeText(pipeline.prelude)
  if (prelude !== '') script.block('prelude', () => script.addText(`${prelude}\n${blankLinesAfter(prelude)}`))
  script.builder(pipeline)
  for (const step of pipeline.steps)
    script.call(step.id, step, given(callableOf(pipeline, step.id).args, step.args, Number.POSITIVE_INFINITY))
  // `run` and `register` take what they read by place, all else by name.
  const { args } = callableOf(pipeline, 'action')
  const byPlace = args[0] && FIRST_BY_PLACE.has(args[0].name) ? 1 : 0
  script.call('action', pipeline.action, given(args, pipeline.action.args, byPlace))
  return { text: script.text, spans: script.spans }
}

export const FIRST_BY_PLACE: ReadonlySet<string> = new Set(['arg', 'prefix'])

/** How the prelude is kept: without blank lines around it. */
export const preludeText = (text: string): string => text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd()

/** Two blank lines after a function or class, one after anything else. */
const blankLinesAfter = (prelude: string): string => (/(?:^|\n)[^\S\n]+\S[^\n]*$/.test(prelude) ? '\n\n' : '\n')

const NAMES = ['gb', 'builder', 'pipeline']

/** A name that nothing in the pipeline uses. */
function builderName(pipeline: Pipeline): string {
  const blocks = [pipeline.reader, ...pipeline.steps, pipeline.action]
  const sources = [pipeline.prelude, ...blocks.flatMap(({ args }) => Object.values(args))]
  const words = new Set(sources.flatMap((text) => text.match(/\w+/g) ?? []))
  const free = NAMES.find((name) => !words.has(name))
  if (free !== undefined) return free
  let n = 1
  while (words.has(`gb_${n}`)) n++
  return `gb_${n}`
}

interface WrittenArgument {
  readonly arg: string
  /** `name=`, or nothing where the argument is positional. */
  readonly lead: string
  readonly source: string
}

/** The arguments that are given: by place up to that place or the first that is not given, then by name in the order of `sources`. */
function given(known: readonly Argument[], sources: Sources, byNameFrom: number): readonly WrittenArgument[] {
  const missing = known.findIndex(({ name }) => sources[name] === undefined)
  const byPlace = known.slice(0, Math.min(byNameFrom, missing < 0 ? known.length : missing)).map(({ name }) => name)
  const byName = Object.keys(sources).filter((name) => !byPlace.includes(name))
  return [...byPlace, ...byName].map((arg, i) => ({
    arg,
    lead: i < byPlace.length ? '' : `${arg}=`,
    source: sources[arg] ?? '',
  }))
}

class ScriptWriter {
  text = ''
  readonly spans: WrittenSpan[] = []

  constructor(private readonly name: string) {}

  addText(text: string): void {
    this.text += text
  }

  block(block: BlockId, write: () => void): void {
    const from = this.text.length
    write()
    this.spans.push({ block, arg: null, from, to: this.text.length })
  }

  builder(pipeline: Pipeline): void {
    this.block('reader', () => {
      const named = given(callableOf(pipeline, 'reader').args, pipeline.reader.args, 0)
      this.addText(`${this.name} = `)
      this.brackets('reader', `GearsBuilder(${pythonText(pipeline.reader.name)}${named.length > 0 ? ', ' : ''}`, named)
    })
  }

  call(id: BlockId, { name, comment }: Block, args: readonly WrittenArgument[]): void {
    this.block(id, () => {
      if (comment !== '') for (const line of comment.split('\n')) this.addText(line === '' ? '#\n' : `# ${line}\n`)
      this.brackets(id, `${this.name}.${name}(`, args)
    })
  }

  private brackets(id: BlockId, opening: string, args: readonly WrittenArgument[]): void {
    const line = args.map(({ lead, source }) => lead + source).join(', ')
    const broken = args.length > 1 && (opening.length + line.length > LONGEST_LINE || line.includes('\n'))
    this.addText(opening)
    for (const [i, { arg, lead, source }] of args.entries()) {
      this.addText(`${broken ? '\n    ' : i > 0 ? ', ' : ''}${lead}`)
      this.spans.push({ block: id, arg, from: this.text.length, to: this.text.length + source.length })
      this.addText(`${source}${broken ? ',' : ''}`)
    }
    this.addText(broken ? '\n)\n' : ')\n')
  }
}
