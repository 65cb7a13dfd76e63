import { totalmem } from 'node:os'
import { steadyMs, wallMicros } from '../../../clock'
import type { CommandShard } from '../../command-shard'
import type { CommandContext } from '../../context'
import { type CommandReply, Verbatim } from '../../core'
import { word } from '../arguments'
import { moduleVersion, REDIS_VERSION } from '../identity'

type InfoFields = readonly (readonly [string, string | number])[]

const UNITS = ['B', 'K', 'M', 'G', 'T']

interface Section {
  readonly name: string
  readonly title: string
  fields(shard: CommandShard): InfoFields
}

const SECTIONS: readonly Section[] = [
  { name: 'server', title: 'Server', fields: serverFields },
  { name: 'clients', title: 'Clients', fields: clientFields },
  { name: 'memory', title: 'Memory', fields: memoryFields },
  {
    name: 'persistence',
    title: 'Persistence',
    fields: ({ statistics: { dirty, savedAt, saveFailed } }) => [
      ['loading', 0],
      ['async_loading', 0],
      ['rdb_changes_since_last_save', dirty],
      ['rdb_bgsave_in_progress', 0],
      ['rdb_last_save_time', savedAt],
      ['rdb_last_bgsave_status', saveFailed ? 'err' : 'ok'],
      ['aof_enabled', 0],
    ],
  },
  { name: 'stats', title: 'Stats', fields: statFields },
  {
    name: 'replication',
    title: 'Replication',
    fields: ({ runId }) => [
      ['role', 'master'],
      ['connected_slaves', 0],
      ['master_failover_state', 'no-failover'],
      ['master_replid', runId],
      ['master_repl_offset', 0],
    ],
  },
  { name: 'cpu', title: 'CPU', fields: cpuFields },
  {
    name: 'modules',
    title: 'Modules',
    fields: (shard) => [
      ['module:name=rg,ver', `${moduleVersion(shard)},api=1,filters=1,usedby=[],using=[],options=[]`],
    ],
  },
  { name: 'errorstats', title: 'Errorstats', fields: ({ statistics }) => errorFields(statistics.errorKinds) },
  {
    name: 'cluster',
    title: 'Cluster',
    fields: ({ clusterEnabled }) => [['cluster_enabled', clusterEnabled ? 1 : 0]],
  },
  { name: 'keyspace', title: 'Keyspace', fields: keyspaceFields },
]

const errorFields = (counts: ReadonlyMap<string, number>): InfoFields =>
  [...counts].map(([code, count]) => [`errorstat_${code}`, `count=${count}`])

/** In `module:name=rg,ver=10213`, the separator after the name is an equals sign. */
const line = ([key, value]: InfoFields[number]): string => `${key}${key.startsWith('module:') ? '=' : ':'}${value}\r\n`

/** Implements INFO with any number of sections; those of modules come last, in their order. */
export function info({ shard }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const asked = new Set(argv.length > 1 ? argv.slice(1).map(word) : ['default'])
  const every = asked.has('everything')
  const usual = every || asked.has('default') || asked.has('all')
  const texts: string[] = []
  for (const section of SECTIONS) {
    if (!usual && !asked.has(section.name)) continue
    texts.push(`# ${section.title}\r\n${section.fields(shard).map(line).join('')}`)
  }
  for (const { name, text } of shard.infoSections) {
    const own = asked.has(name.toLowerCase()) || (name !== 'rg' && asked.has('rg') && name.startsWith('rg_'))
    if (every || asked.has('modules') || own) texts.push(`# ${name}\r\n${text()}`)
  }
  return new Verbatim(texts.join('\r\n'))
}

function human(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  return power === 0 ? `${bytes}B` : `${(bytes / 1024 ** power).toFixed(2)}${UNITS[power]}`
}

/** This worker's heap; the process's resident size covers all shards. */
function memoryFields(shard: CommandShard): InfoFields {
  const { heapUsed, external, rss } = process.memoryUsage()
  const used = heapUsed + external - shard.reserved
  const total = totalmem()
  const maximum = Number(shard.config.get('maxmemory'))
  return [
    ['used_memory', used],
    ['used_memory_human', human(used)],
    ['used_memory_rss', rss],
    ['used_memory_rss_human', human(rss)],
    ['total_system_memory', total],
    ['total_system_memory_human', human(total)],
    ['maxmemory', maximum],
    ['maxmemory_human', human(maximum)],
    ['maxmemory_policy', shard.config.get('maxmemory-policy')],
    ['mem_fragmentation_ratio', (rss / used).toFixed(2)],
    ['mem_allocator', 'v8'],
  ]
}

function serverFields({ self, data, statistics, runId, clusterEnabled }: CommandShard): InfoFields {
  const uptime = Math.floor((steadyMs() - statistics.startedMs) / 1000)
  return [
    ['redis_version', REDIS_VERSION],
    ['redis_git_sha1', '00000000'],
    ['redis_git_dirty', 0],
    ['redis_build_id', '0'],
    ['redis_mode', clusterEnabled ? 'cluster' : 'standalone'],
    ['os', `${process.platform} ${process.arch}`],
    ['arch_bits', 64],
    ['multiplexing_api', 'libuv'],
    ['process_id', process.pid],
    ['process_supervised', 'no'],
    ['run_id', runId],
    ['tcp_port', self.port],
    ['server_time_usec', wallMicros()],
    ['uptime_in_seconds', uptime],
    ['uptime_in_days', Math.floor(uptime / 86400)],
    ['hz', 10],
    ['configured_hz', 10],
    ['executable', 'gearboard-engine'],
    ['config_file', ''],
    ['io_threads_active', 0],
    ...restartFields(data),
  ]
}

/** Fields that redis-server lacks, because another process restarts it. */
function restartFields({ generation, restart, pythonMemoryMb }: CommandShard['data']): InfoFields {
  return [
    ['embedded_python_memory_mb', pythonMemoryMb],
    ['embedded_restarts', generation],
    ...(restart === undefined
      ? []
      : ([
          ['embedded_restarted_at', restart.at],
          ['embedded_restart_reason', restart.reason],
        ] satisfies InfoFields)),
  ]
}

function clientFields({ clients: { sessions }, config }: CommandShard): InfoFields {
  const blocked = [...sessions.values()].filter((session) => session.blocked).length
  return [
    ['connected_clients', sessions.size],
    ['cluster_connections', 0],
    ['maxclients', config.get('maxclients')],
    ['blocked_clients', blocked],
    ['tracking_clients', 0],
  ]
}

function statFields({ statistics, keyspace, pubsub }: CommandShard): InfoFields {
  const { hits, misses, expired } = keyspace.stats
  return [
    ['total_connections_received', statistics.connections],
    ['total_commands_processed', statistics.commands],
    ['instantaneous_ops_per_sec', statistics.perSecond],
    ['total_net_output_bytes', statistics.output],
    ['rejected_connections', 0],
    ['expired_keys', expired],
    ['evicted_keys', 0],
    ['keyspace_hits', hits],
    ['keyspace_misses', misses],
    ['pubsub_channels', pubsub.channels.size],
    ['pubsub_patterns', pubsub.patterns.size],
    ['pubsubshard_channels', pubsub.shardChannels.size],
    ['total_error_replies', statistics.errors],
  ]
}

function cpuFields(): InfoFields {
  const { user, system } = process.cpuUsage()
  return [
    ['used_cpu_sys', (system / 1e6).toFixed(6)],
    ['used_cpu_user', (user / 1e6).toFixed(6)],
  ]
}

function keyspaceFields({ keyspace }: CommandShard): InfoFields {
  return [...keyspace]
    .filter(({ size }) => size > 0)
    .map(({ index, size, expiring }) => [`db${index}`, `keys=${size},expires=${expiring},avg_ttl=0`])
}
