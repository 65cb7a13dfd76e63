import { steadyMs } from '../clock'
import type { Monitors } from './clients/monitors'
import { CommandError } from './command-error'
import { CommandTable, hasFlag, keysOf } from './command-table'
import { permissionError } from './commands/server/permissions'
import { BLOCKED, type CommandOutcome, type CommandReply, type CommandSpec, type Context, Failure } from './core'
import type { Slots } from './keyspace/slots'
import type { RedisConfig } from './redis-config'
import type { Running } from './running'
import { Slowlog } from './slowlog'
import type { Statistics } from './statistics'

type Rewriter = (context: Context, argv: readonly Buffer[]) => readonly Buffer[] | undefined
type CommandFilter = (context: Context, argv: readonly Buffer[], reply: CommandReply) => CommandOutcome

/** In RESP2, a subscribed client may run only these commands. */
const PUBSUB_COMMANDS = new Set(
  'ping subscribe unsubscribe psubscribe punsubscribe ssubscribe sunsubscribe quit reset'.split(' '),
)

/**
 * The shortest duration that the slow log can record. It is checked first, because reading the configuration for every command would cost
 * more than most commands.
 */
const SLOW_MS = 1

export interface DispatchParts {
  /** Undefined outside a cluster, where every key is local. */
  readonly slots: Slots | undefined
  readonly config: RedisConfig
  readonly statistics: Statistics
  readonly monitors: Monitors
  readonly warn: (text: string) => void
}

/** Runs a command: applies command hooks, checks whether it may run, runs it, and records statistics. */
export class Dispatch {
  readonly table = new CommandTable()
  readonly slowlog = new Slowlog()
  /** The innermost running command. */
  current: Running | undefined
  private readonly rewriters: Rewriter[] = []
  private readonly filters: CommandFilter[] = []

  constructor(private readonly parts: DispatchParts) {}

  onCommand(rewrite: Rewriter): void {
    this.rewriters.push(rewrite)
  }

  onReply(filter: CommandFilter): void {
    this.filters.push(filter)
  }

  get rewrites(): boolean {
    return this.rewriters.length > 0
  }

  rewrite(context: Running, argv: readonly Buffer[]): readonly Buffer[] {
    for (const rewriter of this.rewriters) {
      const replaced = rewriter(context, argv)
      if (replaced) return replaced
    }
    return argv
  }

  /** Runs a command of MULTI, a script or Python, with the checks of those contexts and without queueing. */
  runNested(context: Running, given: readonly Buffer[]): CommandReply {
    const argv = context.origin === 'internal' || context.origin === 'multi' ? given : this.rewrite(context, given)
    const found = this.table.find(argv)
    if (found instanceof Failure) return found
    const refused = this.refuse(context, found, argv)
    if (refused) return refused
    const outcome = this.run(context, found, argv)
    if (outcome !== BLOCKED) return outcome
    const where = context.origin === 'lua' ? 'Lua script' : 'transaction'
    return new Failure(`ERR Blocking module command called from ${where}`)
  }

  /** Checks authentication, ACL, cluster redirection and pub/sub mode, in the order of Redis's processCommand. */
  refuse(context: Running, spec: CommandSpec, argv: readonly Buffer[]): Failure | undefined {
    const { session, origin } = context
    if (origin === 'internal' || origin === 'python') return this.redirect(context, spec, argv)
    if (!session.authenticated && !hasFlag(spec, 'no_auth')) return new Failure('NOAUTH Authentication required.')
    if (session.transaction && origin === 'client' && hasFlag(spec, 'no_multi'))
      return new Failure('ERR Command not allowed inside a transaction')
    if (!session.user.unrestricted) {
      const denied = permissionError(session.user, spec, argv)
      if (denied) return new Failure(denied)
    }
    const elsewhere = this.redirect(context, spec, argv)
    if (elsewhere) return elsewhere
    if (session.protocol === 2 && session.subscribed && !PUBSUB_COMMANDS.has(spec.name))
      return new Failure(
        `ERR Can't execute '${spec.name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
      )
    return undefined
  }

  /** Runs a command that has passed the checks. */
  run(context: Running, spec: CommandSpec, argv: readonly Buffer[]): CommandOutcome {
    const { monitors, statistics } = this.parts
    const outer = this.current
    context.argv = argv
    this.current = context
    statistics.commands += 1
    const started = steadyMs()
    let outcome: CommandOutcome | undefined
    try {
      if (monitors.sessions.size > 0) monitors.reportCommand(context, spec, argv)
      outcome = this.attempt(context, spec, argv)
      for (const filter of this.filters) {
        if (outcome === BLOCKED) break
        outcome = filter(context, argv, outcome)
      }
      if (outcome instanceof Failure) statistics.countError(outcome)
      return outcome
    } finally {
      const ms = steadyMs() - started
      // A blocked command enters the slow log when its reply is sent.
      if (outcome === BLOCKED && context.waiting)
        context.onAnswered = (waited) => this.notice(context, argv, ms + waited)
      else this.notice(context, argv, ms)
      this.current = outer
    }
  }

  private redirect({ session }: Running, spec: CommandSpec, argv: readonly Buffer[]): Failure | undefined {
    const { slots } = this.parts
    if (!slots) return undefined
    const queue = spec.name === 'exec' ? session.transaction?.queue : undefined
    return slots.refusal(queue ? queue.flatMap((queued) => keysOf(queued.spec, queued.argv)) : keysOf(spec, argv))
  }

  private attempt(context: Running, spec: CommandSpec, argv: readonly Buffer[]): CommandOutcome {
    try {
      return spec.run(context, argv)
    } catch (error) {
      if (error instanceof CommandError) return new Failure(error.message)
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.parts.warn(`${spec.name} failed: ${text.slice(0, 2000)}`)
      return new Failure(`ERR internal error in '${spec.name}', see the engine's log`)
    }
  }

  private notice({ session }: Running, argv: readonly Buffer[], ms: number): void {
    if (ms < SLOW_MS) return
    const { config } = this.parts
    const threshold = Number(config.get('slowlog-log-slower-than'))
    const most = Number(config.get('slowlog-max-len'))
    const micros = Math.round(ms * 1000)
    if (threshold >= 0 && micros >= threshold)
      this.slowlog.addCommand(argv, micros, session.address, session.name, most)
  }
}
