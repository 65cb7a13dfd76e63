import { EventEmitter } from 'node:events'
import type { Cluster, Redis } from 'ioredis'
import type { Arg, Command } from './command'
import * as commands from './commands'
import { GearsError } from './errors'
import { type ExecutionFilter, matchesExecution, matchesRegistration, type RegistrationFilter } from './filters'
import { isCommand } from './guards'
import { type ConnectOptions, type GearsOptions, topologyOf, topologyOver } from './link/connect'
import { probe, versionText, withPermissions } from './link/probe'
import { parseTarget, type Target } from './link/target'
import { type KnownMaster, type Master, type OldMap, Topology } from './link/topology'
import { type CommandMethods, isShardOption, type ShardOption, type ShardReply } from './methods'
import { Proof } from './proof'
import { overrideProblem, type ScriptHazard, type ScriptInspector, scriptRefusal } from './script/hazard'
import type { Capability } from './vocabulary/capability'
import { GearsId } from './vocabulary/ids'
import { UNPROVEN_RESULTS } from './vocabulary/result-safety'
import type { ShardRef, SlotRange } from './vocabulary/shard'
import { slotOf } from './vocabulary/slots'

/** A master of the cluster, or the one server. */
export interface Shard extends ShardRef {
  /** The cluster node id; null outside a cluster. */
  readonly nodeId: string | null
  readonly slots: readonly SlotRange[]
  /** How far away it is: a round trip without its own work, ms; 0 before it answered. */
  readonly distanceMs: number
  /** @throws GearsError */
  send<Args extends readonly unknown[], T>(command: Command<Args, T>, ...args: Args): Promise<T>
  /** As `send`, on a connection of its own, and for as long as the server lives: what is known to take long. @throws GearsError */
  sendApart<Args extends readonly unknown[], T>(command: Command<Args, T>, ...args: Args): Promise<T>
}

interface Overrides {
  /** Hazards of the script that it is sent in spite of, by name: `batch-zero`. */
  readonly override?: readonly string[]
}

export interface Unproven {
  /** Read results without a proof that this is harmless: the caller knows what they are. */
  readonly unproven?: boolean
}

const refOf = ({ key, address }: ShardRef): ShardRef => ({ key, address })

export interface Gears extends CommandMethods {}

/** RedisGears as a client sees it: every command typed, on one shard, on all, or where a key lives. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the static block defines each method that the type names
export class Gears extends EventEmitter<{ topology: [readonly Shard[]] }> {
  private readonly topology: Topology
  private readonly inspector: ScriptInspector | undefined
  private read:
    | { readonly python: string; readonly blocking: boolean; readonly hazards: readonly ScriptHazard[] }
    | undefined

  static {
    for (const [name, command] of Object.entries(commands)) {
      if (!isCommand(command) || command.route === undefined) continue
      const { route } = command
      const method = function (this: Gears, ...args: readonly unknown[]) {
        if (route === 'every') return this.everyShard(command, ...args)
        const on = route === 'one' ? args.at(-1) : undefined
        return isShardOption(on) ? this.one(on.shard, command, ...args.slice(0, -1)) : this.send(command, ...args)
      }
      Object.defineProperty(Gears.prototype, name, { value: method, writable: true, configurable: true })
    }
  }

  /** Uses an existing client, which `close` leaves open. */
  constructor(client: Redis | Cluster | Topology, options: GearsOptions = {}) {
    super()
    this.inspector = options.inspector
    this.topology = client instanceof Topology ? client : topologyOver(client, options)
    this.topology.onChange((masters) => this.emit('topology', masters.map(shardOf)))
  }

  /** What the server is and what we may do there. @throws GearsError `unreachable`, `timeout`, `module_missing`, `rejected` */
  async probe(): Promise<Capability> {
    return this.permissions(await this.identify())
  }

  /** As `probe`, without what this user may run: quick, since nothing is tried. @throws GearsError */
  identify(): Promise<Capability> {
    return this.anyMaster(probe)
  }

  /** Completes what `identify` found; as it was where the server does not answer that. @throws GearsError when no master is reached */
  permissions(found: Capability): Promise<Capability> {
    return this.anyMaster((master) => withPermissions(master, found))
  }

  /** The address that was given, where it hides a cluster: what leads to one of its shards, and refuses to name the others. */
  get endpoint(): string | undefined {
    return this.topology.endpoint?.address
  }

  /**
   * The address `host:port` that named the masters: a node of the cluster, or a sentinel. Undefined while none answers,
   * and for a single server.
   */
  get namedBy(): string | undefined {
    return this.topology.namedBy
  }

  /** The name that the sentinels know the master by, where they are asked. */
  get sentinelName(): string | undefined {
    return this.topology.sentinelName
  }

  /** The masters as last read, for another client to ask; none before that. */
  get known(): readonly KnownMaster[] {
    return this.topology.known
  }

  /** Since when, and why, the shards are those of an earlier slot map; undefined while it can be read. */
  get oldMap(): OldMap | undefined {
    return this.topology.oldMap
  }

  /** The masters, in the order of their slots. @throws GearsError when none was ever reached */
  async shards(): Promise<readonly Shard[]> {
    return (await this.topology.masters()).map(shardOf)
  }

  /** When the certificates that the masters show now expire, ms since the epoch; of those that were reached, by TLS. No command is sent. */
  async certificateEnds(): Promise<readonly { readonly address: string; readonly until: number }[]> {
    const answers = await this.everyMaster(({ link }) => link.certificateEnd())
    return answers.flatMap((answer) =>
      'value' in answer && typeof answer.value === 'number'
        ? [{ address: answer.shard.address, until: answer.value }]
        : [],
    )
  }

  /**
   * Sends to any shard, preferably one that is connected and has the command.
   * @throws GearsError
   */
  send<Args extends readonly unknown[], T>(command: Command<Args, T>, ...args: Args): Promise<T> {
    return this.anyMaster(({ link }) => link.send(command, ...args), ranNothing)
  }

  /** Sends to every master at once; what each said or why it did not is kept apart, and a slow one delays no other's timeout. */
  async everyShard<Args extends readonly unknown[], T>(
    command: Command<Args, T>,
    ...args: Args
  ): Promise<readonly ShardReply<T>[]> {
    return this.everyMaster(({ link }) => link.send(command, ...args))
  }

  /** Works with every master at once, each with its own answer or GearsError, as `everyShard`. */
  eachShard<T>(work: (shard: Shard) => Promise<T>): Promise<readonly ShardReply<T>[]> {
    return this.everyMaster((master) => work(shardOf(master)))
  }

  /** @throws GearsError, `not_found` when no shard has this key */
  async onShard<Args extends readonly unknown[], T>(key: string, command: Command<Args, T>, ...args: Args): Promise<T> {
    return (await this.masterByKey(key)).link.send(command, ...args)
  }

  /** Sends to the shard that owns the hash slot of `key`; follows one redirection. @throws GearsError */
  async forKey<Args extends readonly unknown[], T>(key: string, command: Command<Args, T>, ...args: Args): Promise<T> {
    const slot = slotOf(key)
    const owner = ownerOf(slot, await this.topology.masters())
    const { link } = owner
    try {
      // An endpoint before a cluster sends keys on to shards that we do not reach ourselves.
      return await (link.up ? link : (this.topology.endpoint ?? link)).send(command, ...args)
    } catch (error) {
      const to = error instanceof GearsError && error.code === 'rejected' ? movedTo(error.message) : undefined
      if (!to) throw error
      return ownerOf(slot, await this.topology.moved(to, owner)).link.send(command, ...args)
    }
  }

  /**
   * What `pyexecute` holds against a script, before anything is done for it. @param blocking the reply carries the results
   * @throws GearsError `invalid_request`, as that does
   */
  refuseHazards(python: string, override: readonly string[] = [], { blocking = false } = {}): void {
    const at = { command: commands.pyExecute.name, notSent: true } as const
    if (!this.inspector) return
    const stranger = overrideProblem(override, this.inspector.names)
    if (stranger !== undefined) throw new GearsError('invalid_request', `override: ${stranger}`, at)
    // A caller that checks first sends the same script next: keep the hazards, since reading a long script takes a while.
    const known = this.read?.python === python && this.read.blocking === blocking ? this.read.hazards : undefined
    const hazards = known ?? this.inspector.hazardsIn(python, blocking)
    this.read = { python, blocking, hazards }
    const refusal = scriptRefusal(hazards, override)
    if (!refusal) return
    const { message, details } = refusal
    throw new GearsError('invalid_request', message, { ...at, ...(details && { details }) })
  }

  /**
   * Runs a script, or a function of the builder; see `commands.pyExecute`.
   * @throws GearsError `invalid_request`, one detail for each hazard, where an `inspector` is given and the script would crash, hang or end the
   * server, or was not read to the end, and `override` does not name that
   */
  async pyexecute(
    script: string | { readonly python: string },
    options: commands.PyExecuteOptions & ShardOption & Overrides = {},
  ): Promise<commands.PyExecuteReply> {
    const { shard, override, ...execute } = options
    const python = typeof script === 'string' ? script : script.python
    this.refuseHazards(python, override, { blocking: !execute.unblocking })
    return this.one(shard, commands.pyExecute, python, execute)
  }

  /** Each shard's list of its executions. */
  async dumpExecutions(filter: ExecutionFilter = {}) {
    return filtered(await this.everyShard(commands.dumpExecutions), matchesExecution(filter))
  }

  /**
   * From the shard named in the id: the others have no results. Its plan is asked first: an integer beyond 64 bits among results that were not
   * made text crashes the server as they are read. @throws GearsError `invalid_request` where nothing proves that they can be read
   */
  async getResults(id: string, options: ShardOption & Unproven = {}) {
    const shard = options.shard ?? (await this.initiator(id))
    return this.one(shard, commands.getResults, id, await this.readable(id, shard, options))
  }

  /** As `getResults`, once the execution has ended. */
  async getResultsBlocking(id: string, options: ShardOption & Unproven = {}) {
    const shard = options.shard ?? (await this.initiator(id))
    return this.one(shard, commands.getResultsBlocking, id, await this.readable(id, shard, options))
  }

  async abortExecution(id: string, { shard }: ShardOption = {}) {
    return this.one(shard ?? (await this.initiator(id)), commands.abortExecution, id)
  }

  async dropExecution(id: string, { shard }: ShardOption = {}) {
    return this.one(shard ?? (await this.initiator(id)), commands.dropExecution, id)
  }

  /** Each shard's list of the registrations, with its own counters. */
  async dumpRegistrations(filter: RegistrationFilter = {}) {
    return filtered(await this.everyShard(commands.dumpRegistrations), matchesRegistration(filter))
  }

  unregister(id: string, { shard, ...options }: { readonly abortPending?: boolean } & ShardOption = {}) {
    return this.one(shard, commands.unregister, id, options)
  }

  triggerOnKey(name: string, key: string, ...args: readonly Arg[]) {
    return this.forKey(key, commands.triggerOnKey, name, key, ...args)
  }

  /** Makes every master read the topology. A server that this is known to kill is not asked, and answers `invalid_request`. */
  refreshCluster(): Promise<readonly ShardReply<void>[]> {
    return this.everyMaster(async ({ link }) => {
      const [fields, modules] = await Promise.all([link.send(commands.info), link.send(commands.moduleList)])
      const redis = fields.get('redis_version')
      const gears = modules.find(({ name }) => name === 'rg')?.version
      const survives = Proof.ofVersions(redis, gears)
      if (!survives) {
        const why = `RG.REFRESHCLUSTER was not sent: it crashes Redis ${redis ?? '(version unknown)'} with RedisGears ${gears === undefined ? '(version unknown)' : versionText(gears)}; upgrade RedisGears to 1.2.6 or later`
        throw new GearsError('invalid_request', why, { command: 'RG.REFRESHCLUSTER', address: link.address })
      }
      return link.send(commands.refreshCluster, survives)
    })
  }

  /** Closes all our connections; commands in progress fail as `unreachable`. */
  async close(): Promise<void> {
    this.topology.close()
  }

  /** On the shard with this key, else on any. */
  private one<Args extends readonly unknown[], T>(
    shard: string | undefined,
    command: Command<Args, T>,
    ...args: Args
  ): Promise<T> {
    return shard === undefined ? this.send(command, ...args) : this.onShard(shard, command, ...args)
  }

  private async readable(id: string, shard: string | undefined, { unproven }: Unproven): Promise<Proof<'results'>> {
    if (unproven) return Proof.ofConsent(id)
    const [part] = await this.one(shard, commands.getExecution, id)
    const proof = part && Proof.ofPlan(id, part)
    if (proof) return proof
    const why = `the results of ${id} were not read: nothing proves that it does no harm. ${UNPROVEN_RESULTS} To read them anyway: { unproven: true }`
    throw new GearsError('invalid_request', why, { command: commands.getResults.name })
  }

  /** The key of the shard that an id names; undefined outside a cluster and for a shard that is no more. */
  private async initiator(id: string): Promise<string | undefined> {
    const shard = GearsId.parse(id)?.shard
    return (await this.topology.masters()).find(({ nodeId }) => nodeId !== null && nodeId === shard)?.key
  }

  private async masterByKey(key: string): Promise<Master> {
    const named = (master: Master) => master.key === key
    // It may have become a master since we last read who they are.
    const found = (await this.topology.masters()).find(named) ?? (await this.topology.refresh()).find(named)
    if (!found) throw new GearsError('not_found', `no shard ${JSON.stringify(key)} in this cluster`)
    return found
  }

  /**
   * Asks one reachable shard, connected ones first. Tries the next where the module is missing or the server refuses
   * service for now (loading, busy, or asking for a password).
   */
  private async anyMaster<T>(
    ask: (master: Master) => Promise<T>,
    triesNext: (error: GearsError) => boolean = isTurnedAway,
  ): Promise<T> {
    const masters = [...(await this.topology.masters())].sort((a, b) => Number(b.link.up) - Number(a.link.up))
    let failure: unknown
    for (const master of masters) {
      try {
        await master.link.ready()
      } catch (error) {
        failure ??= error
        continue
      }
      try {
        return await ask(master)
      } catch (error) {
        if (!(error instanceof GearsError && triesNext(error))) throw error
        failure = error
      }
    }
    throw failure
  }

  private async everyMaster<T>(ask: (master: Master) => Promise<T>): Promise<readonly ShardReply<T>[]> {
    const answers = await Promise.all(
      (await this.topology.masters()).map(async (master): Promise<ShardReply<T>> => {
        try {
          return { shard: refOf(master), value: await ask(master) }
        } catch (error) {
          if (!(error instanceof GearsError)) throw error
          return { shard: refOf(master), error }
        }
      }),
    )
    // A master that does not answer may be none any longer: learn it before the next question.
    if (answers.some((answer) => 'error' in answer && gone(answer.error)))
      this.topology.refresh().catch(() => undefined)
    return answers
  }
}

const filtered = <T>(answers: readonly ShardReply<readonly T[]>[], matches: (each: T) => boolean) =>
  answers.map((answer) => ('value' in answer ? { ...answer, value: answer.value.filter(matches) } : answer))

const isTurnedAway = ({ code, refusal }: GearsError): boolean => code === 'module_missing' || refusal !== undefined

/** Redis also sends CLUSTERDOWN to a client that already waits: what it sent may still run, and must not be sent to a second shard. */
const ranNothing = (error: GearsError): boolean => isTurnedAway(error) && error.refusal !== 'cluster_down'

const gone = ({ code }: GearsError) => code === 'unreachable' || code === 'timeout'

const shardOf = ({ key, address, nodeId, slots, link }: Master): Shard => ({
  key,
  address,
  nodeId,
  slots,
  get distanceMs() {
    return link.distanceMs
  },
  send: (command, ...args) => link.send(command, ...args),
  sendApart: (command, ...args) => link.sendApart(command, ...args),
})

/** Of `MOVED 3999 127.0.0.1:6381`; the host is left out where it is the one that was asked. Undefined for any other words. */
function movedTo(words: string): { readonly host: string | null; readonly port: number } | undefined {
  const [, host, port] = /^MOVED \d+ (.*):(\d+)$/.exec(words) ?? []
  if (host === undefined) return undefined
  return { host: host === '' || host === '?' ? null : host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }
}

function ownerOf(slot: number, masters: readonly Master[]): Master {
  const owner = masters.find(({ slots }) => slots.some(([first, last]) => slot >= first && slot <= last))
  if (!owner) throw new GearsError('unreachable', `no master serves hash slot ${slot}`)
  return owner
}

/**
 * A client with its own connections, by URL: a server, a cluster (detected, or set by `cluster`), or the master that
 * sentinels name.
 */
export class RedisGears extends Gears {
  /** @throws GearsError `invalid_request` for a malformed URL; the connection itself is made by the first command */
  constructor(target: string | Target = 'redis://localhost:6379', options: ConnectOptions = {}) {
    super(topologyOf(typeof target === 'string' ? parseTarget(target) : target, options), options)
  }
}
