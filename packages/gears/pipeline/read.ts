import {
  type ActionName,
  type Argument,
  isAction,
  type OperationName,
  operation,
  reader,
  runtimeFunction,
} from '../docs'
import { literalOf } from '../script/literals'
import { callAt, childNamed, children, descendants, dottedName, type PythonCall, type SyntaxNode } from '../script/tree'
import {
  actionsOf,
  type Block,
  callableOf,
  newPipeline,
  type Pipeline,
  type PipelineStep,
  type Sources,
} from './pipeline'
import { FIRST_BY_PLACE, preludeText } from './write'

/** Why a script cannot be shown as blocks. */
export interface NoBlocks {
  /** 1-based; null when it is about the script as a whole. */
  readonly line: number | null
  readonly reason: string
}

export type ReadPipeline = { readonly pipeline: Pipeline } | { readonly problem: NoBlocks }

/**
 * Reads a script into blocks: what `writePipeline` writes, and any one builder with a chain of calls, also over several statements. What
 * blocks could not hold is a reason, never dropped. `root` is the parser's top node for exactly this text.
 */
export function readPipeline(text: string, root: SyntaxNode): ReadPipeline {
  try {
    return { pipeline: text.trim() === '' ? newPipeline() : new ScriptReader(text, root).read() }
  } catch (error) {
    if (error instanceof UnreadablePipeline)
      return { problem: { line: error.at === null ? null : lineOf(text, error.at), reason: error.message } }
    throw error
  }
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

class UnreadablePipeline extends Error {
  constructor(
    readonly at: number | null,
    reason: string,
  ) {
    super(reason)
  }
}

/** A call of the chain with the name that it calls. */
interface ChainCall {
  readonly call: PythonCall
  readonly name: string
  readonly nameFrom: number
}

const GEARS_BUILDER = runtimeFunction('GearsBuilder')?.args ?? []

const BUILDER = /^(?:redisgears\.)?(?:GearsBuilder|GB)$/

const STATEMENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    AssignStatement: 'an assignment',
    ClassDefinition: 'a class',
    ForStatement: 'a loop',
    FunctionDefinition: 'a function',
    IfStatement: 'an if',
    ImportStatement: 'an import',
    TryStatement: 'a try',
    UpdateStatement: 'an assignment',
    WhileStatement: 'a loop',
    WithStatement: 'a with',
  }),
)

class ScriptReader {
  private readonly links: ChainCall[] = []
  private builder: PythonCall | undefined
  /** The name that the builder has in the script. */
  private bound: string | undefined

  constructor(
    private readonly text: string,
    private readonly root: SyntaxNode,
  ) {}

  read(): Pipeline {
    for (const node of descendants(this.root))
      if (node.type.isError) throw new UnreadablePipeline(Math.min(node.from, this.text.length - 1), 'Syntax error.')
    let start = 0
    for (const statement of children(this.root)) {
      const done = this.done
      if (statement.name === 'Comment') {
        if (done && !this.isBehindLast(statement))
          throw new UnreadablePipeline(statement.from, `A comment after ${done} has no block. Move it above.`)
      } else if (done) {
        throw new UnreadablePipeline(statement.from, this.surplus(statement, done))
      } else if (this.builder === undefined) {
        if (this.begin(statement)) start = statement.from
      } else {
        this.goOn(statement)
      }
    }
    return this.pipeline(start)
  }

  /** The action, once it was read. */
  private get done(): ActionName | undefined {
    const name = this.links.at(-1)?.name
    return name !== undefined && isAction(name) ? name : undefined
  }

  private isBehindLast(comment: SyntaxNode): boolean {
    const last = this.links.at(-1)
    return last !== undefined && !this.text.slice(last.call.node.to, comment.from).includes('\n')
  }

  private surplus(statement: SyntaxNode, action: ActionName): string {
    if (this.chainOf(statement)?.builder) return 'A second builder starts here. Blocks show one pipeline.'
    return `${this.words(statement)} after ${action} has no block.`
  }

  private words(statement: SyntaxNode): string {
    const words = STATEMENTS.get(statement.name) ?? 'a statement'
    return words.charAt(0).toUpperCase() + words.slice(1)
  }

  /** Whether this statement makes the builder. */
  private begin(statement: SyntaxNode): boolean {
    const chain = this.chainOf(statement)
    if (!chain?.builder) return false
    this.builder = chain.builder
    this.bound = chain.target
    this.addLinks(chain.links)
    return true
  }

  private goOn(statement: SyntaxNode): void {
    const chain = this.chainOf(statement)
    if (chain?.builder)
      throw new UnreadablePipeline(statement.from, 'A second builder starts here. Blocks show one pipeline.')
    if (!chain || chain.root !== this.bound || (chain.target !== undefined && chain.target !== this.bound))
      throw new UnreadablePipeline(
        statement.from,
        `${this.words(statement)} is between the blocks. Move it above GearsBuilder.`,
      )
    this.addLinks(chain.links)
  }

  private addLinks(links: readonly ChainCall[]): void {
    for (const link of links) {
      if (this.done)
        throw new UnreadablePipeline(link.nameFrom, `${link.name} is called on the result of ${this.done}.`)
      this.links.push(link)
    }
  }

  /** `name = GB(…).map(f)`, `name.map(f)`, `(GB(…).run())`: the calls in the order in which they are made. */
  private chainOf(statement: SyntaxNode) {
    const parts = [...children(statement)].filter((part) => part.name !== 'Comment')
    const assigned = statement.name === 'AssignStatement'
    if (assigned ? parts.length !== 3 || parts[0]?.name !== 'VariableName' : statement.name !== 'ExpressionStatement')
      return undefined
    const target = assigned && parts[0] ? this.slice(parts[0]) : undefined
    const links: ChainCall[] = []
    let node = parts.at(-1)
    for (;;) {
      while (node?.name === 'ParenthesizedExpression')
        node = [...children(node)].find((child) => !/^(?:\(|\)|Comment)$/.test(child.name))
      if (!node) return undefined
      if (node.name === 'VariableName') return links.length > 0 ? { target, links, root: this.slice(node) } : undefined
      const call = callAt(node, this.text)
      if (!call) return undefined
      if (BUILDER.test(dottedName(call.callee, this.text) ?? '')) return { target, links, builder: call }
      const property = call.callee.name === 'MemberExpression' ? childNamed(call.callee, 'PropertyName') : undefined
      if (!property) return undefined
      links.unshift({ call, name: this.slice(property), nameFrom: property.from })
      node = call.callee.firstChild ?? undefined
    }
  }

  private pipeline(start: number): Pipeline {
    const { builder } = this
    if (!builder) throw new UnreadablePipeline(null, 'The script creates no GearsBuilder at its top level.')
    const readerBlock = this.reader(builder)
    const last = this.links.at(-1)
    if (!this.done || !last) throw new UnreadablePipeline(null, 'The builder has no run or register call.')
    const comments = this.comments(start)
    const steps = this.links.slice(0, -1).map((link, id): PipelineStep => {
      const known = operation(link.name)
      if (!known) throw new UnreadablePipeline(link.nameFrom, `GearsBuilder has no ${link.name}.`)
      return { id, ...this.block<OperationName>(link, known.name, known.args, known.args.length, comments) }
    })
    if (!actionsOf(readerBlock.name).includes(this.done))
      throw new UnreadablePipeline(last.nameFrom, `${readerBlock.name} does not support ${this.done}.`)
    const blank: Pipeline = {
      prelude: preludeText(this.text.slice(0, start)),
      reader: readerBlock,
      steps,
      action: { name: this.done, args: {}, comment: '' },
    }
    const { args } = callableOf(blank, 'action')
    const byPlace = args[0] && FIRST_BY_PLACE.has(args[0].name) ? 1 : 0
    const action = this.block(last, this.done, args, byPlace, comments)
    return { ...blank, action: this.withDefault(builder, action) }
  }

  private reader(builder: PythonCall): Pipeline['reader'] {
    const args = this.sources(builder, 'GearsBuilder', GEARS_BUILDER, GEARS_BUILDER.length)
    const [first] = builder.args
    const named = builder.args.find((arg) => arg.name === 'reader') ?? (first?.name ? undefined : first)
    const value = named && literalOf(named.value, this.text, new Map())
    const name = named ? (value?.kind === 'text' ? value.value : undefined) : 'KeysReader'
    if (name === undefined) throw new UnreadablePipeline(builder.node.from, 'The reader is known only at run time.')
    const known = reader(name)
    if (!known) throw new UnreadablePipeline(builder.node.from, `There is no reader named ${name}.`)
    return { name: known.name, args: args.desc === undefined ? {} : { desc: args.desc } }
  }

  /** The default argument of the builder is what `run` reads, unless `run` says so itself. */
  private withDefault(builder: PythonCall, action: Block<ActionName>): Block<ActionName> {
    const { defaultArg } = this.sources(builder, 'GearsBuilder', GEARS_BUILDER, GEARS_BUILDER.length)
    if (defaultArg === undefined) return action
    if (action.name === 'register' || action.args.arg !== undefined)
      throw new UnreadablePipeline(builder.node.from, `defaultArg has no effect on this ${action.name}. Remove it.`)
    return { ...action, args: { arg: defaultArg, ...action.args } }
  }

  private block<Name extends string>(
    link: ChainCall,
    name: Name,
    known: readonly Argument[],
    byPlace: number,
    comments: ReadonlyMap<ChainCall, string>,
  ): Block<Name> {
    return { name, args: this.sources(link.call, name, known, byPlace), comment: comments.get(link) ?? '' }
  }

  /** The arguments as written, by name. */
  private sources(call: PythonCall, name: string, known: readonly Argument[], byPlace: number): Sources {
    const found = new Map<string, string>()
    for (const [i, arg] of call.args.entries()) {
      if (arg.spread) throw new UnreadablePipeline(arg.from, `What * passes to ${name} is known only at run time.`)
      const spec = arg.name === null ? (i < byPlace ? known[i] : undefined) : known.find((one) => one.name === arg.name)
      if (!spec)
        throw new UnreadablePipeline(
          arg.from,
          arg.name === null
            ? `${name} takes ${byPlace === 0 ? 'no argument' : `${byPlace}`} by place: name this one.`
            : `${name} does not know ${arg.name}${known.length > 0 ? `; it knows ${known.map((one) => one.name).join(', ')}` : ''}.`,
        )
      if (found.has(spec.name)) throw new UnreadablePipeline(arg.from, `${spec.name} is given twice.`)
      if (!this.ends(arg.value.to))
        throw new UnreadablePipeline(arg.from, `Put brackets around this argument of ${name}.`)
      if (this.names(arg.value))
        throw new UnreadablePipeline(arg.from, `An argument of ${name} uses the builder itself.`)
      found.set(spec.name, this.slice(arg.value))
    }
    return Object.fromEntries(found)
  }

  /** Whether an argument ends there: a generator expression without brackets is not one node. */
  private ends(offset: number): boolean {
    return /^(?:\s|#[^\n]*\n|\\\r?\n)*[,)]/.test(this.text.slice(offset))
  }

  private names(value: SyntaxNode): boolean {
    if (this.bound === undefined) return false
    for (const node of descendants(value))
      if (node.name === 'VariableName' && this.slice(node) === this.bound) return true
    return false
  }

  /** Comments by the block that they stand at: above it, behind it, or between its arguments. */
  private comments(start: number): ReadonlyMap<ChainCall, string> {
    const lines = new Map<ChainCall, string[]>()
    for (const node of descendants(this.root)) {
      if (node.name !== 'Comment' || node.from < start || this.isWithinArgument(node)) continue
      const alone = /(?:^|\n)[^\S\n]*$/.test(this.text.slice(0, node.from))
      const link =
        this.links.find(({ call, nameFrom }) => nameFrom < node.from && node.from < call.node.to) ??
        (alone
          ? this.links.find(({ nameFrom }) => nameFrom > node.from)
          : this.links.findLast(({ nameFrom }) => nameFrom < node.from))
      if (!link) throw new UnreadablePipeline(node.from, 'A comment beside GearsBuilder has no block. Move it above.')
      lines.set(link, [...(lines.get(link) ?? []), this.slice(node).replace(/^# ?/, '').trimEnd()])
    }
    return new Map([...lines].map(([link, texts]) => [link, texts.join('\n')]))
  }

  private isWithinArgument(node: SyntaxNode): boolean {
    const args = [...(this.builder?.args ?? []), ...this.links.flatMap(({ call }) => call.args)]
    return args.some(({ value }) => value.from < node.from && node.from < value.to)
  }

  private slice({ from, to }: Pick<SyntaxNode, 'from' | 'to'>): string {
    return this.text.slice(from, to)
  }
}
