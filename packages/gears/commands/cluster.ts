import { command, noArgs } from '../command'
import type { Proof } from '../proof'
import {
  type Decoder,
  describe,
  integer,
  list,
  Mismatch,
  map,
  nullable,
  oneOf,
  optional,
  pairs,
  text,
  within,
} from '../reply'
import type { ClusterInfo, ClusterNode } from '../vocabulary/shard'
import { NO_DANGERS } from './dangers'
import { ok } from './shared'

const node: Decoder<ClusterNode> = map(
  pairs({
    id: text,
    ip: text,
    port: integer,
    unixSocket: nullable(text),
    runid: nullable(text),
    minHslot: integer,
    maxHslot: integer,
    pendingMessages: optional(integer),
  }),
  (entry) => ({
    id: entry.id,
    ip: entry.ip,
    port: entry.port,
    unixSocket: entry.unixSocket === 'None' ? null : entry.unixSocket,
    runId: entry.runid,
    minSlot: entry.minHslot,
    maxSlot: entry.maxHslot,
    pendingMessages: entry.pendingMessages ?? null,
  }),
)

const noClusterMode = map(oneOf('no cluster mode'), (): ClusterInfo => ({ mode: 'none' }))
const self = pairs({ MyId: text, MyRunId: optional(text) })
const nodes = within('.nodes', list(node))

// `MyId, id, MyRunId, id, [nodes]`: the last element has no key.
const clusterInfo: Decoder<ClusterInfo> = (reply) => {
  if (!Array.isArray(reply)) return noClusterMode(reply)
  if (reply.length === 0) throw new Mismatch('an array of 5', describe(reply))
  const { MyId, MyRunId } = self(reply.slice(0, -1))
  return {
    mode: 'cluster',
    myId: MyId,
    myRunId: MyRunId ?? null,
    nodes: nodes(reply.at(-1) ?? null),
  }
}

/** The cluster as the shard asked sees it; `none` outside a cluster, and on one before RG.REFRESHCLUSTER. */
export const infoCluster = command({
  name: 'RG.INFOCLUSTER',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  route: 'every',
  reads: true,
  args: noArgs,
  decode: clusterInfo,
})

/** Makes the shard asked read the cluster's topology. @param proof that this server survives it: `Gears.refreshCluster` asks for that */
export const refreshCluster = command({
  name: 'RG.REFRESHCLUSTER',
  access: 'operate',
  guard: {
    dangers: [
      { harm: 'crash', when: 'Redis 7 and later with RedisGears up to 1.2.5', protects: 'a proof by both versions' },
    ],
    sender: 'person',
    proof: 'refresh',
  },
  blocks: true,
  args: (_: Proof<'refresh'>) => [],
  proof: ([proof]) => proof,
  decode: ok,
})
