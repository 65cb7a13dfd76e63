import { checked, hasFields, isFlag, isNullOr, isText } from '../../type-guards'
import { BLOCKED, type CommandOutcome, type CommandReply, type Context, Failure, type ShardApi } from '../core'
import type { CommandLink, ShardExecution } from './execution'
import type { Executions } from './executions'
import type { Launcher } from './launcher'
import { type ArgValue, ReaderRegistration, type RegistrationFactory, type RegistrationInit } from './registration'
import type { Registrations } from './registrations'
import type { ScriptSession } from './script-session'
import type { GearsVersion } from './terms'
import { resultReply } from './values'

interface CommandSpecification {
  readonly trigger: string | null
  readonly hook: string | null
  readonly keyPrefix: string | null
  readonly inorder: boolean
}

const isCommandSpec = hasFields<CommandSpecification>({
  trigger: isNullOr(isText),
  hook: isNullOr(isText),
  keyPrefix: isNullOr(isText),
  inorder: isFlag,
})

/** How often a hook may call its own command through execute(). RedisGears hangs where this raises. */
const MAX_HOOK_DEPTH = 4

const NOT_SYNC = 'ERR can not run a non-sync execution inside a MULTI/LUA (blocking is not allowed) or on loading.'

class CommandReaderRegistration extends ReaderRegistration {
  readonly hook: string | undefined
  /** How many of its executions are on the stack. */
  depth = 0
  private readonly prefix: Buffer | undefined

  constructor(
    init: RegistrationInit,
    readonly spec: CommandSpecification,
    private readonly reader: CommandReader,
  ) {
    super(init)
    this.hook = spec.hook?.toLowerCase()
    this.prefix = spec.keyPrefix === null ? undefined : Buffer.from(spec.keyPrefix)
  }

  /** A hook's keyprefix is a plain prefix without `*` (protocol 3.5). */
  matches(keys: () => readonly Buffer[]): boolean {
    const { prefix } = this
    return prefix === undefined || keys().some((key) => key.subarray(0, prefix.length).equals(prefix))
  }

  args(version: GearsVersion): readonly (readonly [string, ArgValue])[] {
    const trigger: [string, ArgValue] = ['trigger', this.spec.trigger ?? this.spec.hook]
    return version === '1.0' ? [trigger] : [trigger, ['inorder', this.spec.inorder ? 1 : 0]]
  }

  attach(): void {
    this.reader.attach(this)
  }

  detach(): void {
    this.reader.detach(this)
  }

  override refusal(queued: readonly ReaderRegistration[], replaced: ScriptSession | undefined): string | undefined {
    return this.reader.refusal(this.spec, queued, replaced)
  }
}

/** CommandReader registrations: RG.TRIGGER and command hooks. */
export class CommandReader implements RegistrationFactory {
  private readonly triggers = new Map<string, CommandReaderRegistration>()
  /** Hooks by lower-case command, newest first. */
  private readonly hooks = new Map<string, CommandReaderRegistration[]>()

  constructor(
    private readonly shard: ShardApi,
    private readonly version: GearsVersion,
    private readonly executions: Executions,
    private readonly registrations: Registrations,
    private readonly launcher: Launcher,
  ) {
    shard.onCommand((_context, argv) => this.rewrite(argv))
  }

  make(init: RegistrationInit): CommandReaderRegistration {
    return new CommandReaderRegistration(
      init,
      checked(isCommandSpec, init.spec, 'the arguments of a CommandReader'),
      this,
    )
  }

  attach(registration: CommandReaderRegistration): void {
    const { hook, spec } = registration
    if (hook !== undefined) this.hooks.set(hook, [registration, ...(this.hooks.get(hook) ?? [])])
    else if (spec.trigger !== null) this.triggers.set(spec.trigger, registration)
  }

  detach(registration: CommandReaderRegistration): void {
    const { hook, spec } = registration
    if (hook === undefined) {
      if (spec.trigger !== null && this.triggers.get(spec.trigger) === registration) this.triggers.delete(spec.trigger)
      return
    }
    const left = (this.hooks.get(hook) ?? []).filter((other) => other !== registration)
    if (left.length > 0) this.hooks.set(hook, left)
    else this.hooks.delete(hook)
  }

  byTrigger(trigger: string): CommandReaderRegistration | undefined {
    return this.triggers.get(trigger)
  }

  /** Returns why it cannot be registered. Names of the session that it is about to replace are free. */
  refusal(
    spec: CommandSpecification,
    queued: readonly ReaderRegistration[],
    replaced: ScriptSession | undefined,
  ): string | undefined {
    const freed = ({ init }: ReaderRegistration): boolean => init.session === replaced
    const siblings = queued.filter((other) => other instanceof CommandReaderRegistration)
    if (spec.trigger !== null) {
      const known = this.triggers.get(spec.trigger)
      if (known && !freed(known)) return 'trigger already registered'
      return siblings.some((other) => other.spec.trigger === spec.trigger)
        ? 'trigger already registered in this session'
        : undefined
    }
    const name = spec.hook?.toLowerCase() ?? ''
    const command = this.shard.commands.get(name)
    if (!command) return 'Can not override an unexisting command'
    if (command.flags.includes('noscript')) return 'Can not override a command which are not allowed inside a script'
    if (command.movable && spec.keyPrefix !== null) return 'Can not override a command with moveable keys by key prefix'
    const hooks = (this.hooks.get(name) ?? []).filter((other) => !freed(other))
    if (hooks.some((other) => other.init.mode !== 'sync')) return 'Can not override a none sync registration'
    if (siblings.some((other) => other.hook === name && other.init.mode !== 'sync'))
      return 'Can not override a none sync registration which already created on this session'
    return undefined
  }

  /** Implements RG.TRIGGER. A start that is refused is not counted. */
  trigger(context: Context, registration: CommandReaderRegistration, argv: readonly Buffer[]): CommandOutcome {
    return this.start(context, registration, argv, { argv }, (execution) => {
      const { results, errors } = execution.outcome ?? { results: [], errors: [] }
      return errors[0] !== undefined
        ? new Failure(errors[0])
        : results.map((result) => resultReply(result, this.version))
    })
  }

  private rewrite(argv: readonly Buffer[]): readonly Buffer[] | undefined {
    if (this.hooks.size === 0) return undefined
    const hook = this.nextHook(argv, undefined)
    return hook ? [INNER_HOOK, Buffer.from(hook.id), ...argv] : undefined
  }

  /** The newest hook of a command, or the next one after `current`. */
  private nextHook(
    argv: readonly Buffer[],
    current: CommandReaderRegistration | undefined,
  ): CommandReaderRegistration | undefined {
    const hooks = this.hooks.get(argv[0]?.toString('latin1').toLowerCase() ?? '') ?? []
    const from = current ? hooks.indexOf(current) + 1 : 0
    return hooks.slice(from).find((hook) => hook.matches(() => this.keysOf(argv)))
  }

  /** The keys of a command, if it may be hooked. */
  keysOf(argv: readonly Buffer[]): readonly Buffer[] {
    const command = this.shard.commands.get(argv[0]?.toString('latin1').toLowerCase() ?? '')
    if (!command) return []
    if (command.movable) return command.movable(argv)
    const [first, last, step] = command.keys
    if (first <= 0) return []
    const end = last < 0 ? argv.length + last : last
    const keys: Buffer[] = []
    for (let i = first; i <= end; i += step) {
      const key = argv[i]
      if (key) keys.push(key)
    }
    return keys
  }

  /** Implements RG.INNERHOOK, which a hooked command is rewritten to. */
  hooked(context: Context, id: string, argv: readonly Buffer[]): CommandOutcome {
    const registration = this.registrations.get(id)
    if (!(registration instanceof CommandReaderRegistration)) return new Failure('ERR subcommand not found')
    return this.runHook(context, registration, argv)
  }

  private runHook(context: Context, registration: CommandReaderRegistration, argv: readonly Buffer[]): CommandOutcome {
    if (registration.depth >= MAX_HOOK_DEPTH) return new Failure('ERR a command hook calls its own command endlessly')
    const next = (args: readonly Buffer[]): CommandReply => {
      const command = [argv[0] ?? Buffer.alloc(0), ...args]
      const inner = this.nextHook(command, registration)
      if (!inner) return this.shard.call(command, { origin: 'internal' })
      const reply = this.runHook({ ...hookContext(context), origin: 'python', canBlock: false }, inner, command)
      return reply === BLOCKED ? new Failure(NOT_SYNC) : reply
    }
    registration.depth += 1
    try {
      return this.start(context, registration, argv, { argv, next }, (execution) => {
        const { results, errors } = execution.outcome ?? { results: [], errors: [] }
        if (errors[0] !== undefined) return new Failure(errors[0])
        const [result] = results
        if (result === undefined || results.length > 1)
          return new Failure('Command hook must return exactly one result')
        return resultReply(result, this.version)
      })
    } finally {
      registration.depth -= 1
    }
  }

  private start(
    context: Context,
    registration: CommandReaderRegistration,
    argv: readonly Buffer[],
    link: CommandLink,
    reply: (execution: ShardExecution) => CommandReply,
  ): CommandOutcome {
    const sync = registration.init.mode === 'sync'
    // In 1.0, Redis's refusal to block is the reply, and the function runs anyway.
    if (!sync && !context.canBlock && this.version !== '1.0') return new Failure(NOT_SYNC)
    const command = argv.map(untilNul)
    const execution = this.launcher.fire(registration, {
      source: () => ['command', command],
      // Copies each argument: sending a Buffer to another shard would copy the whole memory that it is a view of.
      ...(registration.init.mode === 'async'
        ? { shared: { command: command.map((bytes) => Uint8Array.from(bytes)) } }
        : {}),
      link,
      asyncAllowed: context.canBlock,
      outOfOrder: !registration.spec.inorder,
    })
    const answer = (): CommandReply => {
      this.executions.dropEverywhere(execution)
      return reply(execution)
    }
    if (execution.finished) return answer()
    const pending = context.block({ measured: true })
    execution.onFinished(() => pending.reply(answer()))
    return BLOCKED
  }
}

const INNER_HOOK = Buffer.from('RG.INNERHOOK')

/** The part of a context that a nested hook needs. It cannot block. */
function hookContext(context: Context): Context {
  return {
    shard: context.shard,
    client: context.client,
    db: context.db,
    origin: context.origin,
    argv: context.argv,
    canBlock: context.canBlock,
    block: (options) => context.block(options),
  }
}

/** RedisGears passes arguments as C strings, which end at a NUL. */
function untilNul(argument: Buffer): Buffer {
  const end = argument.indexOf(0)
  return end === -1 ? argument : argument.subarray(0, end)
}
