import { setTimeout as delay } from 'node:timers/promises'
import { commands, GearsError, type Shard } from '@gearboard/gears'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import type { PythonStats } from '@gearboard/gears/vocabulary/environment'
import { NO_SHARD } from '@gearboard/gears/vocabulary/ids'
import type { ShardRegistration } from '@gearboard/gears/vocabulary/registration'
import type { ClusterInfo, Replica } from '@gearboard/gears/vocabulary/shard'
import type { CostlyAnswer, ShardRestart } from '@/lib/model/cluster/shard'
import { boundError } from '@/lib/model/executions/error-bounds'
import { knownError } from '@/lib/server/errors'
import type { Listed } from '../merge/execution-store'
import type { DeniedCommands } from './denied-commands'
import { Inquiry, type LastAnswer, type ShardQuestion } from './inquiry'

/** What is known of one shard after a poll. */
export interface ShardSnapshot {
  /** Null: it was not answered yet. */
  readonly executions: LastAnswer<readonly Listed[]> | null
  /** As `executions`. What is costly is asked more seldom than the rest. */
  readonly registrations: LastAnswer<readonly ShardRegistration[]> | null
  /** Null: no Python plugin, or this user may not ask. */
  readonly stats: PythonStats | null
  /** Redis' own run id: another one means that the server restarted, and its ids start over. */
  readonly runId: string | null
  /** Null where it was not reported. */
  readonly uptimeS: number | null
  readonly redisVersion: string | null
  /** Only the embedded RedisGears reports one. */
  readonly restart?: ShardRestart
  readonly usedMemory: number | null
  readonly evicts: boolean | null
  readonly role: 'master' | 'replica' | null
  readonly replicas: readonly Replica[]
  readonly cluster: boolean
  /** Null where it was never reported. Forty zeros outside cluster mode and before RG.REFRESHCLUSTER. */
  readonly gearsId: string | null
}

/** Both lists of a shard, asked for at the same moment. */
export interface ListsOfOneMoment {
  readonly executions: readonly Listed[]
  readonly registrations: readonly ShardRegistration[]
  readonly runId: string | null
  readonly cluster: boolean
}

/** Lists that were asked for further apart are not of one moment, ms. */
const ONE_MOMENT_MS = 100

/** Undefined where the two lists are not of one moment: what came between would be missing in one of them. */
export function listsOfOneMoment({
  executions,
  registrations,
  runId,
  cluster,
}: ShardSnapshot): ListsOfOneMoment | undefined {
  if (!executions || !registrations) return undefined
  if (Math.abs(executions.steadyAt - registrations.steadyAt) > ONE_MOMENT_MS) return undefined
  return { executions: executions.value, registrations: registrations.value, runId, cluster }
}

/** Of an error text beyond the bound, what each poll would otherwise hand to every viewer. */
function bounded(registration: ShardRegistration): ShardRegistration {
  const { lastError } = registration
  return lastError === null ? registration : { ...registration, lastError: boundError(lastError) }
}

/** What a shard lists, and may list at length. */
export type ListName = 'executions' | 'registrations'

/** A costly reply that arrives within this is published with the others, ms. */
const GRACE_MS = 1000
/** What a round of questions takes at most while nothing in it is costly, ms. */
const SLOW_ROUND_MS = 300
/** After this many slow rounds in a row, each of its commands is sent alone, to find the slow one. */
const SLOW_ROUNDS = 3

const one = () => 1
const countOf = ({ length }: readonly unknown[]): number => length

/**
 * Asks a shard for its snapshot, by commands that run nothing (protocol 11.2): what is cheap in one round trip, what is costly alone, on
 * a connection of its own and seldom, so that all of it takes a small part of the server's time. None is asked while it is in progress.
 */
export class SnapshotReader {
  readonly executions: Inquiry<readonly Listed[]>
  readonly registrations: Inquiry<readonly ShardRegistration[]>
  readonly stats: Inquiry<PythonStats | null>
  private readonly server: Inquiry<ReadonlyMap<string, string> | null>
  private readonly memory: Inquiry<ReadonlyMap<string, string> | null>
  private readonly replication: Inquiry<commands.Replication | null>
  private readonly cluster: Inquiry<ClusterInfo | null>
  private slowRounds = 0

  constructor(
    private readonly shard: () => Shard,
    refusals: DeniedCommands,
    /** One that was asked earlier has been answered, or has failed. */
    private readonly cameLater: () => void,
  ) {
    const list = <T>(name: string, ask: ShardQuestion<readonly T[]>['ask']) =>
      new Inquiry<readonly T[]>(shard, { name, ask, sizeOf: countOf }, true)
    // A shard may do without an answer that this user may not have.
    const vital = <T>(name: string, ask: ShardQuestion<T>['ask']) =>
      new Inquiry<T | null>(shard, { name, ask: (of) => refusals.ask(name, () => ask(of)), sizeOf: one }, false)
    this.executions = list('RG.DUMPEXECUTIONS', (of) => of.send(commands.dumpExecutions))
    this.registrations = list('RG.DUMPREGISTRATIONS', async (of) =>
      (await of.send(commands.dumpRegistrations)).map(bounded),
    )
    this.stats = vital('RG.PYSTATS', (of) => of.send(commands.pyStats))
    this.server = vital('INFO server', (of) => of.send(commands.info, 'server'))
    this.memory = vital('INFO memory', (of) => of.send(commands.info, 'memory'))
    this.replication = vital('INFO replication', (of) => of.send(commands.replication))
    this.cluster = vital('RG.INFOCLUSTER', (of) => of.send(commands.infoCluster))
  }

  private get vitals() {
    return [this.stats, this.server, this.memory, this.replication, this.cluster] as const
  }

  get inquiries() {
    return [this.executions, this.registrations, ...this.vitals] as const
  }

  /**
   * Asks what is due. What is costly and takes longer than a second comes later.
   * @returns how long what was asked together took, ms; null where nothing was @throws the first failure
   */
  async askWhatIsDue(wantedMs: number, anew: readonly ListName[] = []): Promise<number | null> {
    const startedAt = steadyMs()
    const due = this.inquiries.filter((each) => each.isDue(wantedMs))
    const roundMs = await this.askTogether(due.filter(({ alone }) => !alone))
    for (const each of due.filter(({ alone }) => alone)) {
      if (anew.some((name) => this[name] === each)) continue
      // Another one would be in what it takes.
      if (this.inquiries.some(({ underWay }) => underWay)) break
      await this.askAlone(each)
    }
    for (const name of anew) {
      if ((this[name].lastAnswer?.steadyAt ?? Number.NEGATIVE_INFINITY) < startedAt) await this[name].askAnew()
    }
    for (const each of this.inquiries) {
      if (each.failure !== undefined && !isLate(each)) throw each.failure
    }
    return roundMs
  }

  /** Another server answers: lists of the one before are none of it. @param since on the steady clock, ms: what was asked later is of this one */
  forgetBefore(since: number): readonly ListName[] {
    const lists = (['executions', 'registrations'] as const).filter(
      (name) => (this[name].lastAnswer?.steadyAt ?? since) < since,
    )
    for (const name of lists) this[name].forget()
    return lists
  }

  /** From one round of questions to the next, where `wantedMs` would do, ms. */
  intervalMs(wantedMs: number): number {
    return Math.min(...this.inquiries.map(({ pace }) => pace.intervalMs(wantedMs)))
  }

  /** What takes the shard long to tell. */
  costly(wantedMs: number): readonly CostlyAnswer[] {
    return this.inquiries.flatMap((each): CostlyAnswer[] => {
      const { name, pace, lastAnswer, failure } = each
      if (!pace.isCostly || !each.alone) return []
      const error = failure === undefined ? undefined : knownError(failure)
      return [
        {
          command: name,
          costMs: Math.round(pace.costMs ?? 0),
          everyMs: Math.round(pace.intervalMs(wantedMs)),
          toldAt: lastAnswer?.at ?? null,
          ...(error && { error }),
        },
      ]
    })
  }

  private async askTogether(round: readonly Inquiry<unknown>[]): Promise<number | null> {
    if (round.length === 0) return null
    const startedAt = steadyMs()
    // Behind one that keeps the server busy, all take as long as that.
    const timed = !this.inquiries.some(({ underWay }) => underWay)
    await Promise.all(round.map((each) => each.ask(timed)))
    const tookMs = steadyMs() - startedAt
    if (!timed) return tookMs
    this.slowRounds = tookMs - this.shard().distanceMs > SLOW_ROUND_MS ? this.slowRounds + 1 : 0
    const suspects = round.filter(({ pace }) => pace.isCostly || this.slowRounds >= SLOW_ROUNDS)
    for (const each of round.length > 1 ? suspects : []) each.alone = true
    if (this.slowRounds >= SLOW_ROUNDS) this.slowRounds = 0
    return tookMs
  }

  private async askAlone(each: Inquiry<unknown>): Promise<void> {
    let later = false
    const asked = each.ask(true).then(() => {
      if (!each.pace.isCostly && each.failure === undefined) each.alone = false
      if (later) this.cameLater()
    })
    const grace = new AbortController()
    await Promise.race([asked, delay(GRACE_MS, undefined, { signal: grace.signal }).catch(() => undefined)])
    grace.abort()
    later = true
  }

  /** @param before of what is refused, what changes only with the server or its cluster is as it was */
  snapshot(before: ShardSnapshot | undefined): ShardSnapshot {
    const shard = this.shard()
    const [stats, server, memory, replication, cluster] = [
      this.stats.lastAnswer?.value ?? null,
      this.server.lastAnswer?.value ?? null,
      this.memory.lastAnswer?.value ?? null,
      this.replication.lastAnswer?.value ?? null,
      this.cluster.lastAnswer?.value ?? null,
    ]
    const usedMemory = memory?.get('used_memory')
    const uptime = server?.get('uptime_in_seconds')
    return {
      executions: this.executions.lastAnswer ?? null,
      registrations: this.registrations.lastAnswer ?? null,
      stats,
      runId: server?.get('run_id') ?? null,
      uptimeS: uptime === undefined ? null : Number(uptime),
      redisVersion: server?.get('redis_version') ?? before?.redisVersion ?? null,
      ...(server && restartOf(server)),
      usedMemory: usedMemory === undefined ? null : Number(usedMemory),
      evicts: memory ? evictsBy(memory) : null,
      role: replication ? replication.role : (before?.role ?? null),
      replicas: replication ? replication.replicas : (before?.replicas ?? []),
      cluster: server?.get('redis_mode') === 'cluster' || shard.nodeId !== null,
      gearsId: cluster ? gearsIdOf(cluster) : (before?.gearsId ?? null),
    }
  }
}

/** An answer that is late is no dead server, as long as others come. */
const isLate = ({ alone, failure }: Inquiry<unknown>): boolean =>
  alone && failure instanceof GearsError && failure.code === 'timeout'

/** INFO server of the embedded RedisGears says when and why a shard ended by itself (packages/engine/shard/commands/info.ts). */
function restartOf(server: ReadonlyMap<string, string>): Pick<ShardSnapshot, 'restart'> {
  const [at, reason] = [Number(server.get('embedded_restarted_at')), server.get('embedded_restart_reason')]
  return reason === undefined || !Number.isSafeInteger(at) ? {} : { restart: { at, reason: boundError(reason) } }
}

/** What INFO memory says of eviction; null where it does not say. */
function evictsBy(memory: ReadonlyMap<string, string>): boolean | null {
  const [maximum, policy] = [memory.get('maxmemory'), memory.get('maxmemory_policy')]
  if (maximum === undefined || policy === undefined) return null
  return Number(maximum) > 0 && policy !== 'noeviction'
}

const gearsIdOf = (cluster: ClusterInfo): string => (cluster.mode === 'cluster' ? cluster.myId : NO_SHARD)
