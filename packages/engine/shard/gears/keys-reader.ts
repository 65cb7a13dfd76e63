import type { Result } from '../../python/entry'
import { checked, hasFields, isFlag, isListOf, isNullOr, isText } from '../../type-guards'
import {
  BLOCKED,
  type CommandOutcome,
  type CommandReply,
  type Context,
  type KeyEvent,
  type PendingReply,
  type ShardApi,
} from '../core'
import type { CommandLink } from './execution'
import { keyValue } from './key-scan'
import type { Launcher } from './launcher'
import { type ArgValue, ReaderRegistration, type RegistrationFactory, type RegistrationInit } from './registration'
import type { GearsVersion } from './terms'
import { resultReply } from './values'

interface KeysSpec {
  readonly prefix: string
  readonly eventTypes: readonly string[] | null
  readonly keyTypes: readonly string[] | null
  readonly commands: readonly string[] | null
  readonly readValue: boolean
}

const isKeysSpec = hasFields<KeysSpec>({
  prefix: isText,
  eventTypes: isNullOr(isListOf(isText)),
  keyTypes: isNullOr(isListOf(isText)),
  commands: isNullOr(isListOf(isText)),
  readValue: isFlag,
})

class KeysReaderRegistration extends ReaderRegistration {
  private readonly exact: boolean
  private readonly start: Buffer
  private readonly events: ReadonlySet<string> | undefined
  readonly commands: ReadonlySet<string> | undefined

  constructor(
    init: RegistrationInit,
    readonly spec: KeysSpec,
    private readonly reader: KeysReader,
  ) {
    super(init)
    // A trailing * means a prefix; anything else is an exact key (protocol 3.3).
    this.exact = !spec.prefix.endsWith('*')
    this.start = Buffer.from(this.exact ? spec.prefix : spec.prefix.slice(0, -1))
    this.events = spec.eventTypes ? new Set(spec.eventTypes.map((event) => event.toLowerCase())) : undefined
    this.commands = spec.commands ? new Set(spec.commands.map((command) => command.toLowerCase())) : undefined
  }

  matches({ event, key }: KeyEvent, command: () => string | undefined, type: () => string): boolean {
    if (this.exact && key.length !== this.start.length) return false
    if (!startsWith(key, this.start)) return false
    if (this.events && !this.events.has(event.toLowerCase())) return false
    if (this.commands && !this.commands.has(command() ?? '')) return false
    return !this.spec.keyTypes || this.spec.keyTypes.includes(type())
  }

  args(version: GearsVersion): readonly (readonly [string, ArgValue])[] {
    const { prefix, eventTypes, keyTypes, commands } = this.spec
    const args: [string, ArgValue][] = [
      ['regex', prefix],
      ['eventTypes', eventTypes],
      ['keyTypes', keyTypes],
    ]
    if (version !== '1.0') args.push(['hookCommands', commands])
    return args
  }

  attach(): void {
    this.reader.attach(this)
  }

  detach(): void {
    this.reader.detach(this)
  }

  override refusal(): string | undefined {
    return this.reader.refusal(this.spec)
  }
}

/** A client whose command caused executions. Its reply waits for them, and they may replace it. */
interface LinkedClient {
  waiting: number
  override: CommandReply | undefined
  release: (() => void) | undefined
}

/** KeysReader registrations, which key events fire. */
export class KeysReader implements RegistrationFactory {
  /** Replaced, never changed: a function that an event fires may register and unregister others. */
  private attached: readonly KeysReaderRegistration[] = []
  private readonly linked = new WeakMap<Context, LinkedClient>()
  /** While a subscriber handles an event, Redis does not notify it of events that it causes. */
  private telling = false

  constructor(
    private readonly shard: ShardApi,
    private readonly version: GearsVersion,
    private readonly launcher: Launcher,
  ) {
    shard.onKeyEvent((event, cause) => this.onEvent(event, cause))
    shard.onReply((context, _argv, reply) => this.onReply(context, reply))
  }

  make(init: RegistrationInit): KeysReaderRegistration {
    return new KeysReaderRegistration(init, checked(isKeysSpec, init.spec, 'the arguments of a KeysReader'), this)
  }

  attach(registration: KeysReaderRegistration): void {
    this.attached = [...this.attached, registration]
  }

  detach(registration: KeysReaderRegistration): void {
    this.attached = this.attached.filter((other) => other !== registration)
  }

  /** Returns why `commands=[…]` cannot be registered, with the texts of protocol 3.3. */
  refusal(spec: KeysSpec): string | undefined {
    for (const name of spec.commands ?? []) {
      const command = this.shard.commands.get(name.toLowerCase())
      if (!command) return 'bad reply on COMMAND command'
      if (command.flags.includes('noscript')) return 'Can not hook a command which are not allowed inside a script'
      if (command.movable) return 'Can not hook a command with moveable keys by key prefix'
      if (spec.prefix === '') return 'Empty perfix given to command hooker'
    }
    return undefined
  }

  private onEvent(event: KeyEvent, cause: Context | undefined): void {
    if (this.telling || this.attached.length === 0) return
    // keymiss is new in 1.2.
    if (this.version === '1.0' && event.event === 'keymiss') return
    const argv = cause?.argv
    const command = (): string | undefined => argv?.[0]?.toString('latin1').toLowerCase()
    let known: string | undefined
    const type = (): string => {
      known ??= this.shard.peek(0, event.key)?.type ?? 'empty'
      return known
    }
    this.telling = true
    try {
      for (const registration of this.attached) {
        if (registration.matches(event, command, type)) this.fire(registration, event, cause, argv)
      }
    } finally {
      this.telling = false
    }
  }

  private fire(
    registration: KeysReaderRegistration,
    event: KeyEvent,
    cause: Context | undefined,
    argv: readonly Buffer[] | undefined,
  ): void {
    const { key } = event
    const waits = registration.commands && cause && argv ? this.link(registration, cause, argv) : undefined
    this.launcher.fire(
      registration,
      {
        // The function gets the value of the moment when it runs, not of the event (protocol 3.3).
        source: () => ['event', event.event, key, ...(registration.spec.readValue ? keyValue(this.shard, key) : [])],
        ...(waits ? { link: waits.link } : {}),
        // RedisGears crashes on a coroutine in a sync function; here it is an error.
        asyncAllowed: registration.init.mode !== 'sync',
      },
      waits?.done,
    )
  }

  /** Inside MULTI, only a function that ends immediately can change the reply. */
  private link(
    registration: KeysReaderRegistration,
    context: Context,
    argv: readonly Buffer[],
  ): { link: CommandLink; done: () => void } | undefined {
    const inTime = context.origin === 'multi' && registration.init.mode === 'sync'
    if (context.origin !== 'client' && !inTime) return undefined
    const client: LinkedClient = this.linked.get(context) ?? { waiting: 0, override: undefined, release: undefined }
    this.linked.set(context, client)
    client.waiting += 1
    const override = (result: Result): string | undefined => {
      if (client.override !== undefined) return 'Can only override reply once'
      client.override = resultReply(result, this.version)
      return undefined
    }
    return {
      link: { argv, override },
      done: () => {
        client.waiting -= 1
        if (client.waiting === 0) client.release?.()
      },
    }
  }

  private onReply(context: Context, reply: CommandReply): CommandOutcome {
    const client = this.linked.get(context)
    if (!client) return reply
    if (client.waiting === 0) return client.override ?? reply
    const pending: PendingReply = context.block()
    client.release = () => pending.reply(client.override ?? reply)
    return BLOCKED
  }
}

/** A plain loop, because prefixes are short and every event is compared with every registration. */
function startsWith(key: Buffer, start: Buffer): boolean {
  if (key.length < start.length) return false
  for (let i = 0; i < start.length; i++) if (key[i] !== start[i]) return false
  return true
}
