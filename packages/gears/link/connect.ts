import { once } from 'node:events'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { GearsError, networkReason } from '../errors'
import type { ScriptInspector } from '../script/hazard'
import { connectorTo } from './connector'
import { FAIL_FAST, Link, type LinkOptions } from './link'
import { Sentinels } from './sentinels'
import { addressOf, type HostPort, type SentinelSettings, type ServerAddress, type Target } from './target'
import { checkTarget, natMapOf } from './target-faults'
import { tlsOptionsOf } from './tls-settings'
import { Topology, type TopologyOptions } from './topology'
import { Traffic } from './traffic'

export interface GearsOptions extends TopologyOptions {
  /** Limit for each answer of a command that answers at once, ms; 5000. A server that is far away has longer. */
  readonly timeoutMs?: number
  /** Limit for commands that wait for a function, ms; 600 000. The server continues after it. */
  readonly blockingTimeoutMs?: number
  /**
   * Whether the server with this run id, reached at this address, is the one that is meant: a balancer may connect to
   * any of several. Where it returns false, nothing is sent. It returns undefined while that is unknown. Left out: no
   * server is asked for its run id.
   */
  readonly isMeant?: (address: string, runId: string) => Promise<boolean | undefined>
  /** Shared with another client of the same servers: a question of one of them is not sent by the other at the same time. */
  readonly traffic?: Traffic
  /** Refuses what only a person may ask for (`guards.ts`): for a client that polls. False. */
  readonly looking?: boolean
  /** With it `pyexecute` refuses scripts that would crash, hang or end the server; without it scripts go as they are. */
  readonly inspector?: ScriptInspector
}

export interface ConnectOptions extends GearsOptions {
  /** RESP version; 2, the one that every Redis with RedisGears speaks. */
  readonly protocol?: 2 | 3
  /** Shown by CLIENT LIST; `gearboard`. */
  readonly connectionName?: string
  /** Settings of Node, in place of the target's. */
  readonly tls?: NonNullable<RedisOptions['tls']>
}

/** Attempts to reconnect come at 100, 200, 400 … ms, at most two seconds apart. */
const retryStrategy = (attempt: number) => Math.min(100 * 2 ** (attempt - 1), 2000)

/** Of TCP and TLS, which take a round trip and three: of a server far away they take seconds, and the third SYN is sent after three. */
const CONNECT_TIMEOUT_MS = 10_000

const linkOptions = ({
  timeoutMs = 5000,
  blockingTimeoutMs = 600_000,
  looking = false,
  isMeant,
  traffic = new Traffic(),
}: GearsOptions): LinkOptions => ({
  traffic,
  timeoutMs,
  blockingTimeoutMs,
  looking,
  isMeant,
})

/** How a target is connected to. */
interface Ways {
  readonly limits: LinkOptions
  readonly redisOptions: RedisOptions
  /** With the user, the password and the TLS of the target. */
  readonly connect: (at: ServerAddress) => Link
}

/** @throws GearsError `invalid_request` naming the field of the target that is wrong */
export function waysTo(target: Target, options: ConnectOptions): Ways {
  checkTarget(target)
  const limits = linkOptions(options)
  const tls = options.tls ?? tlsOptionsOf(target.tls)
  const redisOptions: RedisOptions = {
    ...FAIL_FAST,
    retryStrategy,
    connectTimeout: Math.max(CONNECT_TIMEOUT_MS, limits.timeoutMs),
    protocol: options.protocol ?? 2,
    // Integers beyond 2^53 would arrive rounded.
    stringNumbers: true,
    connectionName: options.connectionName ?? 'gearboard',
    disableClientInfo: true,
    ...(target.username !== undefined && { username: target.username }),
    ...(target.password !== undefined && { password: target.password }),
    ...(tls && { tls }),
  }
  return { limits, redisOptions, connect: (at) => linkTo(at, redisOptions, limits) }
}

/**
 * Connections of our own to a server, a cluster, or the master that sentinels name.
 * @throws GearsError as `waysTo`
 */
export function topologyOf(target: Target, options: ConnectOptions): Topology {
  const { limits, redisOptions, connect } = waysTo(target, options)
  const { sentinel } = target
  const natMap = { ...natMapOf(target), ...options.natMap }
  if (sentinel === undefined)
    return new Topology(
      seedsOf(target).map((at) => ({ at, link: connect(at) })),
      connect,
      { ...options, natMap },
    )
  const sentinels = sentinelsOf(sentinel, target.hosts, redisOptions, limits)
  return new Topology([], connect, { ...options, natMap, sentinels })
}

/** Where a target without sentinels is reached. */
export const seedsOf = ({ hosts, path }: Target): readonly ServerAddress[] =>
  path === undefined ? hosts : [{ ...hosts[0], path }]

const linkTo = (at: ServerAddress, options: RedisOptions, limits: LinkOptions): Link =>
  new Link(addressOf(at), new Redis({ ...options, ...at, Connector: connectorTo(at, options.tls) }), true, limits)

/** User and password of the target are those of the master: they are not sent to sentinels. */
function sentinelsOf(
  { name, username, password, tls: own }: SentinelSettings,
  hosts: Target['hosts'],
  master: RedisOptions,
  limits: LinkOptions,
): Sentinels {
  const { username: _, password: __, tls, ...others } = master
  const options: RedisOptions = {
    ...others,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  }
  const to = (at: HostPort, encryption: RedisOptions['tls']) =>
    // It is no server that is shown.
    linkTo(at, { ...options, ...(encryption && { tls: encryption }) }, { ...limits, isMeant: undefined })
  const first = own === undefined ? tls : tlsOptionsOf(own)
  const mayBePlain = own === undefined && tls !== undefined && password === undefined
  return new Sentinels(
    name,
    hosts.map((at) => ({ at, links: mayBePlain ? [to(at, first), to(at, undefined)] : [to(at, first)] })),
  )
}

/**
 * The caller's own client. A single connection carries our commands too, and duplicates of it carry those that block.
 * Beside a Cluster we open one connection to each master, since it opens and closes its node connections as it likes.
 */
export function topologyOver(client: Redis | Cluster, options: GearsOptions): Topology {
  const limits = linkOptions(options)
  const beside = (redis: Redis, at: HostPort) =>
    new Link(
      addressOf(at),
      redis.duplicate({ ...FAIL_FAST, retryStrategy, host: at.host, port: at.port, db: 0 }),
      true,
      limits,
    )
  if (client instanceof Cluster) {
    const anyNode = () => {
      const [node] = client.nodes('master')
      if (!node) throw new GearsError('unreachable', 'the cluster client knows no master yet')
      return node
    }
    const connect = (at: HostPort) => beside(anyNode(), at)
    const seeds = async () => {
      await untilReady(client, limits.timeoutMs)
      return client.nodes('master').map((node) => ({ at: whereIs(node), link: connect(whereIs(node)) }))
    }
    return new Topology(seeds, connect, { ...options, cluster: true })
  }
  const address = client.options.path ?? addressOf(whereIs(client))
  // RedisGears works in database 0 whatever a client selected; so must commands that read keys.
  const elsewhere = (client.options.db ?? 0) !== 0
  const link = elsewhere ? beside(client, whereIs(client)) : new Link(address, client, false, limits)
  const seed = { at: whereIs(client), link }
  return new Topology([seed], (at) => beside(client, at), options)
}

const whereIs = ({ options: { host = 'localhost', port = 6379 } }: Redis): HostPort => ({ host, port })

async function untilReady(client: Cluster, timeoutMs: number): Promise<void> {
  if (client.status === 'ready') return
  if (client.status === 'wait') client.connect().catch(() => undefined)
  try {
    await once(client, 'ready', { signal: AbortSignal.timeout(timeoutMs) })
  } catch (error) {
    // `once` also rejects on the client's error event, which names the reason.
    throw new GearsError(
      'unreachable',
      error instanceof Error ? networkReason(error) : 'the cluster client is not ready',
    )
  }
}
