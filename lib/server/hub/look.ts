import { commands, type Shard } from '@/lib/gears'
import type { PythonStats } from '@/lib/model/environment'
import { boundError } from '@/lib/model/error-bounds'
import { NO_SHARD } from '@/lib/model/ids'
import type { ShardRegistration } from '@/lib/model/registration'
import type { ClusterInfo, Replica } from '@/lib/model/shard'
import type { Listed } from './ledger'
import type { Refusals } from './refusals'

/** What one poll of one shard brings. */
export interface Look {
  readonly executions: readonly Listed[]
  readonly registrations: readonly ShardRegistration[]
  /** Null: no Python plugin, or this user may not ask. */
  readonly stats: PythonStats | null
  /** Redis' own run id: another one means that the server restarted, and its ids begin anew. */
  readonly runId: string | null
  /** Null where it was not told. */
  readonly uptimeS: number | null
  readonly redisVersion: string | null
  readonly usedMemory: number | null
  readonly evicts: boolean | null
  readonly role: 'master' | 'replica' | null
  readonly replicas: readonly Replica[]
  readonly cluster: boolean
  /** Null where it was never told. Forty zeros outside cluster mode and before RG.REFRESHCLUSTER. */
  readonly gearsId: string | null
}

/** Of an error text beyond the bound, what each look would otherwise hand to every viewer. */
function bounded(registration: ShardRegistration): ShardRegistration {
  const { lastError } = registration
  return lastError === null ? registration : { ...registration, lastError: boundError(lastError) }
}

/**
 * Asks a shard once, in one round trip, by commands that run nothing (protocol 11.2). Of what is refused, that
 * which changes only with the server or its cluster is as in the look `before`: what is known is not forgotten over a question that failed.
 */
export async function lookAt(shard: Shard, refusals: Refusals, before: Look | undefined): Promise<Look> {
  const [executions, registrations, stats, server, memory, replication, cluster] = await Promise.all([
    shard.send(commands.dumpExecutions),
    shard.send(commands.dumpRegistrations),
    refusals.ask('RG.PYSTATS', () => shard.send(commands.pyStats)),
    refusals.ask('INFO server', () => shard.send(commands.info, 'server')),
    refusals.ask('INFO memory', () => shard.send(commands.info, 'memory')),
    refusals.ask('INFO replication', () => shard.send(commands.replication)),
    refusals.ask('RG.INFOCLUSTER', () => shard.send(commands.infoCluster)),
  ])
  const usedMemory = memory?.get('used_memory')
  const uptime = server?.get('uptime_in_seconds')
  return {
    executions,
    registrations: registrations.map(bounded),
    stats,
    runId: server?.get('run_id') ?? null,
    uptimeS: uptime === undefined ? null : Number(uptime),
    redisVersion: server?.get('redis_version') ?? before?.redisVersion ?? null,
    usedMemory: usedMemory === undefined ? null : Number(usedMemory),
    evicts: memory ? evictsBy(memory) : null,
    role: replication ? replication.role : (before?.role ?? null),
    replicas: replication ? replication.replicas : (before?.replicas ?? []),
    cluster: server?.get('redis_mode') === 'cluster' || shard.nodeId !== null,
    gearsId: cluster ? gearsIdOf(cluster) : (before?.gearsId ?? null),
  }
}

/** What INFO memory says of eviction; null where it does not say. */
function evictsBy(memory: ReadonlyMap<string, string>): boolean | null {
  const [maximum, policy] = [memory.get('maxmemory'), memory.get('maxmemory_policy')]
  if (maximum === undefined || policy === undefined) return null
  return Number(maximum) > 0 && policy !== 'noeviction'
}

const gearsIdOf = (cluster: ClusterInfo): string => (cluster.mode === 'cluster' ? cluster.myId : NO_SHARD)
