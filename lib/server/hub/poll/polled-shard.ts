import { commands, GearsError, type Shard, versionText } from '@gearboard/gears'
import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import type { ErrorBody } from '@gearboard/gears/vocabulary/errors'
import { NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import type { ShardState } from '@/lib/model/cluster/shard'
import { briefly, knownError } from '@/lib/server/errors'
import { log } from '@/lib/server/log'
import { DeniedCommands, isLasting } from './denied-commands'
import { DetailQueue } from './detail-queue'
import { ResultQueue } from './result-queue'
import { ShardPoller } from './shard-poller'
import { type ListName, type ListsOfOneMoment, type ShardSnapshot, SnapshotReader } from './shard-snapshot'

/** What the hub does with what a shard says. */
export interface Observer {
  seen(polled: PolledShard, snapshot: ShardSnapshot, at: number): void
  silent(polled: PolledShard): void
  intervalMs(polled: PolledShard): number
}

/** One shard as the hub polls it: the last snapshot and its age, or the error that explains why there is none. */
export class PolledShard {
  readonly queue = new DetailQueue()
  readonly results = new ResultQueue()
  readonly deniedCommands = new DeniedCommands()
  readonly poller: ShardPoller
  readonly snapshotReader: SnapshotReader
  /** Of the last poll, without what is costly, ms. */
  private latencyMs: number | null = null
  snapshot: ShardSnapshot | undefined
  /** The lists that the next poll is compared with. */
  comparedLists: ListsOfOneMoment | undefined
  error: ErrorBody | undefined
  answeredAt: number | null = null
  /** The run id that `gearsVersion` was asked of; undefined: never. */
  private versionOf: string | null | undefined
  /** As `answeredAt`, on the steady clock. */
  private lookedAt: number | null = null
  /** Whether the poll before the current one was answered. */
  wasUp = false
  gearsVersion: string | null = null

  constructor(
    public shard: Shard,
    private readonly observer: Observer,
    /** The same shard at another address: what was known of it stays until it answers there. */
    before?: Pick<PolledShard, 'snapshot' | 'answeredAt' | 'gearsVersion'>,
  ) {
    if (before) {
      this.snapshot = before.snapshot
      this.answeredAt = before.answeredAt
      this.gearsVersion = before.gearsVersion
    }
    this.snapshotReader = new SnapshotReader(
      () => this.shard,
      this.deniedCommands,
      () => this.cameLater(),
    )
    this.poller = new ShardPoller(
      (fresh, anew) => this.poll(fresh, anew),
      () => this.snapshotReader.intervalMs(observer.intervalMs(this)),
    )
  }

  /** How long ago it was asked what it last answered, ms; null: it never did. */
  get answerAgeMs(): number | null {
    return this.lookedAt === null ? null : steadyMs() - this.lookedAt
  }

  /** It has answered or failed once. */
  get asked(): boolean {
    return this.answeredAt !== null || this.error !== undefined
  }

  get up(): boolean {
    return this.answeredAt !== null && this.error === undefined
  }

  get state(): ShardState {
    const { shard, snapshot } = this
    const costly = this.snapshotReader.costly(this.observer.intervalMs(this))
    return {
      key: shard.key,
      address: shard.address,
      slots: shard.slots,
      gearsId: snapshot?.gearsId ?? null,
      state: this.up ? 'up' : this.asked ? 'silent' : 'unasked',
      ...(this.error && { error: briefly(this.error) }),
      answeredAt: this.answeredAt,
      latencyMs: this.latencyMs,
      gearsVersion: this.gearsVersion,
      redisVersion: snapshot?.redisVersion ?? null,
      ...(snapshot?.restart && { restart: snapshot.restart }),
      executions: snapshot?.executions?.value.length ?? null,
      registrations: snapshot?.registrations?.value.length ?? null,
      usedMemory: snapshot?.usedMemory ?? null,
      evicts: snapshot?.evicts ?? null,
      role: snapshot?.role ?? null,
      replicas: snapshot?.replicas ?? [],
      ...(costly.length > 0 && { costly }),
    }
  }

  private async poll(fresh: boolean, anew: readonly ListName[]): Promise<void> {
    const startedAt = wallMs()
    const steadyAt = steadyMs()
    this.wasUp = this.up
    try {
      const roundMs = await this.snapshotReader.askWhatIsDue(fresh ? 0 : this.observer.intervalMs(this), anew)
      let snapshot = this.snapshotReader.snapshot(this.snapshot)
      if (snapshot.gearsId !== null && snapshot.gearsId !== NO_SHARD) checkIdentity(this.shard, snapshot.gearsId)
      if (this.snapshot && snapshot.runId !== null && snapshot.runId !== this.snapshot.runId) {
        await this.snapshotReader.askWhatIsDue(0, this.snapshotReader.forgetBefore(steadyAt))
        snapshot = this.snapshotReader.snapshot(this.snapshot)
      }
      if (this.versionOf !== snapshot.runId) {
        checkIdentity(this.shard, await this.askNodeId())
        await this.askVersion(snapshot.runId)
      }
      this.error = undefined
      if (roundMs !== null) this.latencyMs = Math.round(roundMs)
      this.answeredAt = startedAt
      this.lookedAt = steadyAt
      this.saw(snapshot, startedAt)
    } catch (error) {
      this.error = knownError(await this.whoseError(error))
      if (!this.error) {
        log.error({ err: error, shard: this.shard.key }, 'poll failed')
        this.error = { code: 'internal', message: 'Gearboard could not read the answer; see its log' }
      }
      this.deniedCommands.clear()
      this.observer.silent(this)
    }
  }

  /** What the server says that it is in its cluster; null: it has none. Undefined where it does not say, and of a server alone. */
  private async askNodeId(): Promise<string | null | undefined> {
    if (this.shard.nodeId === null) return undefined
    try {
      return await this.shard.send(commands.clusterMyId)
    } catch (error) {
      if (!(error instanceof GearsError && (error.code === 'rejected' || error.code === 'bad_reply'))) throw error
      return /cluster support disabled/i.test(error.message) ? null : undefined
    }
  }

  /** Where the module is missing, it may be another server altogether that listens at the address. */
  private async whoseError(error: unknown): Promise<unknown> {
    if (!(error instanceof GearsError && error.code === 'module_missing')) return error
    try {
      checkIdentity(this.shard, await this.askNodeId())
      return error
    } catch (another) {
      return another
    }
  }

  /** The costly lists were reported, or were not. */
  private cameLater(): void {
    if (this.up) this.saw(this.snapshotReader.snapshot(this.snapshot), this.answeredAt ?? wallMs())
  }

  private saw(snapshot: ShardSnapshot, at: number): void {
    this.observer.seen(this, snapshot, at)
    this.snapshot = snapshot
  }

  /** A server that refuses for a while is asked again with the next poll; what is known of the version stays until then. */
  private async askVersion(runId: string | null): Promise<void> {
    try {
      const modules = await this.shard.send(commands.moduleList)
      const version = modules.find((module) => module.name === 'rg')?.version
      this.gearsVersion = version === undefined ? null : versionText(version)
      this.versionOf = runId
    } catch (error) {
      if (!(error instanceof GearsError && error.code === 'rejected')) throw error
      // The user may not list modules: asking twice a second would fill the server's ACL LOG.
      if (isLasting(error.message)) this.versionOf = runId
    }
  }
}

/**
 * Behind a balancer a new connection may lead to another shard, whose lists are not this one's, and an address that a cluster announces may be
 * another server's. @param nodeId what the server says of itself; null: it has no cluster, undefined: not known. @throws GearsError
 */
function checkIdentity({ nodeId: meant, address }: Shard, nodeId: string | null | undefined): void {
  if (meant === null || nodeId === undefined || nodeId === meant) return
  const who = nodeId === null ? 'a server without cluster' : `shard ${nodeId}`
  const words = `${address} answers as ${who} now, not as ${meant}`
  throw new GearsError('unreachable', words, { address, refusal: 'another_server' })
}
