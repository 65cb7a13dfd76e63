import { infoCluster } from '../commands/cluster'
import { clusterSlots, clusterState, info, type SlotOwner } from '../commands/server'
import { GearsError } from '../errors'
import { steadyMs, wallMs } from '../vocabulary/clock'
import type { ShardRef, SlotRange } from '../vocabulary/shard'
import type { Link } from './link'
import type { Sentinels } from './sentinels'
import { addressOf, type HostPort, type ServerAddress } from './target'

/** A master and the way to it. */
export interface Master extends ShardRef {
  readonly nodeId: string | null
  readonly slots: readonly SlotRange[]
  readonly at: ServerAddress
  readonly link: Link
}

/** What the masters are known by, where they could not be read again since. */
export interface OldMap {
  /** Our clock, ms: when they were last read. */
  readonly readAt: number
  /** Why not since. */
  readonly error: GearsError
}

/** A master as another client reaches it. */
export type KnownMaster = Pick<Master, 'at' | 'nodeId'>

type NatMap = Readonly<Record<string, HostPort>>

export interface TopologyOptions {
  /** Absent: asked of the server. */
  readonly cluster?: boolean
  /** `host:port` as the nodes announce themselves → as we reach them. */
  readonly natMap?: NatMap
  /** How old our knowledge of the masters may grow before they are read again, ms; 5000. */
  readonly maxAgeMs?: number
  /** The masters that another client of the same server knows: asked while we know none, as what was given may not answer any longer. */
  readonly knownElsewhere?: () => readonly KnownMaster[]
  /** Who names the master, in place of seeds. */
  readonly sentinels?: Sentinels
}

export interface SeedNode {
  readonly at: ServerAddress
  readonly link: Link
}

const ALL_SLOTS: readonly SlotRange[] = [[0, 16383]]
/** Where a node says that it is, meaning: on its own machine. */
const HERE = /^((::ffff:)?127\.0\.0\.1|::1|localhost|0\.0\.0\.0|::)$/
/** The other addresses of one's own machine: from there they are what they say. */
const LOOPBACK = /^((::ffff:)?127\.\d+\.\d+\.\d+|::1|localhost)$/
/** The masters are read again so soon while none of them answers, ms: there may be others by now. */
const LOST_MS = 1000

/**
 * Knows the masters: one server, or those of a cluster by its slot map, which is read again when it is old or proves
 * wrong.
 */
export class Topology {
  private seeds: readonly SeedNode[] | undefined
  private readonly findSeeds: () => Promise<readonly SeedNode[]>
  private readonly connect: (at: ServerAddress) => Link
  private readonly options: TopologyOptions
  private readonly links = new Map<string, Link>()
  private closed = false
  private hidingEndpoint: Link | undefined
  private knownMasters: readonly Master[] | undefined
  /** On the steady clock, ms. */
  private readAt = 0
  /** As `#readAt`, on the clock on the wall. */
  private readAtWall = 0
  /** Why the last reading failed. */
  private failure: GearsError | undefined
  /** Who named the masters that are known, `host:port`. */
  private namer: string | undefined
  private reading: Promise<readonly Master[]> | undefined
  /** Asked first, once: another node sent us there. */
  private told: SeedNode | undefined
  private changeListener: (masters: readonly Master[]) => void = () => undefined

  /** `seeds`: where to ask first; a function when they are not known yet. */
  constructor(
    seeds: readonly SeedNode[] | (() => Promise<readonly SeedNode[]>),
    connect: (at: ServerAddress) => Link,
    options: TopologyOptions,
  ) {
    this.findSeeds = typeof seeds === 'function' ? seeds : async () => seeds
    this.connect = connect
    this.options = options
  }

  /** What routes keys to shards that cannot be reached themselves: the address hides a cluster. */
  get endpoint(): Link | undefined {
    return this.hidingEndpoint
  }

  /**
   * The address `host:port` that named the masters: a node of the cluster, or a sentinel. Undefined while none answers,
   * and for a single server.
   */
  get namedBy(): string | undefined {
    return this.failure ? undefined : this.namer
  }

  /** The name of the master that sentinels are asked for. */
  get sentinelName(): string | undefined {
    return this.options.sentinels?.name
  }

  /** Set while the masters that are used are those of an earlier reading. */
  get oldMap(): OldMap | undefined {
    return this.knownMasters && this.failure && { readAt: this.readAtWall, error: this.failure }
  }

  /** The masters as last read; none before that. */
  get known(): readonly KnownMaster[] {
    return this.knownMasters ?? []
  }

  onChange(listener: (masters: readonly Master[]) => void): void {
    this.changeListener = listener
  }

  /** The masters as last read; while they are being read again the old ones serve. @throws GearsError when none was ever reached */
  async masters(): Promise<readonly Master[]> {
    const known = this.knownMasters
    if (!known) return this.read()
    const age = steadyMs() - this.readAt
    const lost = known.every(({ link }) => !link.up)
    if (age > (lost ? LOST_MS : (this.options.maxAgeMs ?? 5000))) this.read().catch(() => undefined)
    return known
  }

  /** Reads the masters now: one did not answer. @throws GearsError */
  refresh(): Promise<readonly Master[]> {
    return this.read()
  }

  /** As `refresh`, of the node that `by` sent us to: others may not know yet that slots moved. @throws GearsError */
  async moved(to: Pick<SlotOwner, 'host' | 'port'>, by: Master): Promise<readonly Master[]> {
    // A reading that is in progress may be of a node that does not know.
    await this.reading?.catch(() => undefined)
    const at = this.reach(to, by.at)
    this.told = { at, link: this.linkTo(addressOf(at), at) }
    return this.read()
  }

  close(): void {
    this.closed = true
    this.options.sentinels?.close()
    for (const link of this.links.values()) link.close()
  }

  private read(): Promise<readonly Master[]> {
    this.reading ??= this.discover().finally(() => {
      this.reading = undefined
      this.told = undefined
    })
    return this.reading
  }

  private async discover(): Promise<readonly Master[]> {
    const masters = await this.askNoting()
    this.readAt = steadyMs()
    this.readAtWall = wallMs()
    const changed = !this.knownMasters || fingerprint(this.knownMasters) !== fingerprint(masters)
    this.knownMasters = masters
    // Before the connections to former masters are closed: no poll should use them any longer.
    if (changed) this.changeListener(masters)
    this.forgetOthers(masters)
    return masters
  }

  private async askNoting(): Promise<readonly Master[]> {
    try {
      const masters = await this.ask()
      this.failure = undefined
      return masters
    } catch (error) {
      if (error instanceof GearsError) this.failure = error
      throw error
    }
  }

  private async seedsOnce(): Promise<readonly SeedNode[]> {
    if (this.seeds) return this.seeds
    this.seeds = await this.findSeeds()
    for (const { at, link } of this.seeds) this.adopt(addressOf(at), link)
    return this.seeds
  }

  /**
   * Asks one after the other, connected ones first. A server that refuses the question says nothing about the cluster:
   * the next one is asked. A former cluster counts as a single server only if no other node of it contradicts that or
   * refuses to answer.
   */
  private async ask(): Promise<readonly Master[]> {
    if (this.closed) throw new GearsError('unreachable', 'the client was closed')
    const { sentinels } = this.options
    if (sentinels) return [await this.named(sentinels)]
    const seeds = await this.seedsOnce()
    const others = [...seeds, ...this.others(seeds)].sort((a, b) => Number(b.link.up) - Number(a.link.up))
    const asked = this.told ? [this.told, ...others] : others
    const known = this.knownMasters ?? this.options.knownElsewhere?.()
    const wasCluster = known?.some(({ nodeId }) => nodeId !== null) === true
    let single: SeedNode | undefined
    let silence: GearsError | undefined
    let refusal: GearsError | undefined
    for (const seed of asked) {
      try {
        await seed.link.ready()
        // Asked each time: another server may listen at the same address by now.
        const kind = this.options.cluster === undefined ? await kindOf(seed.link) : told(this.options.cluster)
        const owners = kind === 'cluster' ? await this.owners(seed.link) : undefined
        if (owners) return this.mastersOf(owners, seed)
        const behind = this.options.cluster === undefined ? await this.behind(seed) : undefined
        if (behind) return behind
        if (kind === 'cluster')
          throw new GearsError('rejected', 'CLUSTER SLOTS is refused', { address: seed.link.address })
        if (kind === 'single' && !wasCluster) return this.alone(seed)
        if (kind === 'single' || !wasCluster) single ??= seed
      } catch (error) {
        if (!(error instanceof GearsError)) throw error
        if (error.code === 'unreachable' || error.code === 'timeout') silence ??= error
        else refusal ??= error
      }
    }
    if (single && !refusal) return this.alone(single)
    // What one server replied says more than the silence of another.
    throw refusal ?? silence ?? new GearsError('unreachable', 'no host was given')
  }

  private alone(seed: SeedNode): readonly Master[] {
    this.namer = undefined
    return [standalone(seed)]
  }

  /** The master that the sentinels name; whether it answers is another question. @throws GearsError */
  private async named(sentinels: Sentinels): Promise<Master> {
    const { announced, by } = await sentinels.master()
    const at = this.reach(announced, by)
    this.namer = addressOf(by)
    return standalone({ at, link: this.linkTo(addressOf(at), at) })
  }

  /** Undefined where CLUSTER SLOTS is refused to everybody, as a proxy does. @throws GearsError where this user may not send it */
  private async owners(link: Link): Promise<readonly SlotOwner[] | undefined> {
    const owners = await unlessRefused(link.send(clusterSlots), 'not this user')
    this.hidingEndpoint = undefined
    return owners
  }

  /**
   * The shards of a cluster that hides behind the address, as a proxy does that refuses CLUSTER: RedisGears itself knows them. The one that
   * answers there is asked there, the others at their own addresses, where they must answer as themselves. Undefined where there is no such
   * cluster.
   */
  private async behind(seed: SeedNode): Promise<readonly Master[] | undefined> {
    const known = await unlessRefused(seed.link.send(infoCluster))
    this.hidingEndpoint = known?.mode === 'cluster' ? seed.link : undefined
    if (known?.mode !== 'cluster') return undefined
    this.namer = seed.link.address
    const masters = known.nodes.map(async ({ id, ip, port, minSlot, maxSlot }): Promise<Master> => {
      const own = { at: seed.at, link: seed.link, address: seed.link.address }
      const { at, link, address } =
        id === known.myId ? own : await this.itself(id, this.reach({ host: ip === '' ? null : ip, port }, seed.at))
      return { key: id, nodeId: id, slots: [[minSlot, maxSlot]], at, link, address }
    })
    return (await Promise.all(masters)).sort((a, b) => (a.slots[0]?.[0] ?? 0) - (b.slots[0]?.[0] ?? 0))
  }

  /** The way to the shard of this id at its own address; one that fails with the reason where another one answers there. */
  private async itself(id: string, at: HostPort) {
    const address = addressOf(at)
    // What the address leads to may be the endpoint again: a connection of its own, under a name of its own.
    const name = `${id} ${address}`
    const link = this.links.get(name) ?? this.adopt(name, this.connect(at))
    const said = await link.send(infoCluster).catch(() => undefined)
    if (said && (said.mode === 'none' || said.myId !== id)) {
      link.close(`another server answers at ${address}: ${said.mode === 'none' ? 'one without cluster' : said.myId}`)
      // The next reading tries again.
      this.links.delete(name)
    }
    return { at, link, address }
  }

  private others(seeds: readonly SeedNode[]): readonly SeedNode[] {
    const elsewhere = () =>
      this.options.knownElsewhere?.().map(({ at }) => ({ at, link: this.linkTo(addressOf(at), at) })) ?? []
    return (this.knownMasters ?? elsewhere()).filter(({ link }) => !seeds.some((seed) => seed.link === link))
  }

  private mastersOf(owners: readonly SlotOwner[], { at: askedAt, link }: SeedNode): readonly Master[] {
    const byAddress = new Map<string, { at: HostPort; nodeId: string | null; slots: SlotRange[] }>()
    for (const owner of owners) {
      const at = this.reach(owner, askedAt)
      const address = addressOf(at)
      const master = byAddress.get(address) ?? { at, nodeId: owner.nodeId, slots: [] }
      master.slots.push(owner.slots)
      byAddress.set(address, master)
    }
    if (byAddress.size === 0) {
      const words = 'CLUSTER SLOTS lists no master: no slots are assigned'
      throw new GearsError('rejected', words, { address: link.address, refusal: 'no_slots' })
    }
    this.namer = link.address
    return [...byAddress]
      .map(([address, { at, nodeId, slots }]) => ({
        key: nodeId ?? address,
        address,
        at,
        nodeId,
        slots: slots.sort(([a], [b]) => a - b),
        link: this.linkTo(address, at),
      }))
      .sort((a, b) => (a.slots[0]?.[0] ?? 0) - (b.slots[0]?.[0] ?? 0))
  }

  /** Where we reach a node. One that calls itself 127.0.0.1 is meant as seen from its own machine: the one that we asked. */
  private reach({ host, port }: Pick<SlotOwner, 'host' | 'port'>, askedAt: HostPort): HostPort {
    const announced = { host: host ?? askedAt.host, port }
    const mapped = this.options.natMap?.[addressOf(announced)]
    if (mapped) return mapped
    const itsOwn = HERE.test(announced.host) || (LOOPBACK.test(announced.host) && !LOOPBACK.test(askedAt.host))
    return itsOwn ? { host: askedAt.host, port } : announced
  }

  private linkTo(address: string, at: ServerAddress): Link {
    return this.links.get(address) ?? this.adopt(address, this.connect(at))
  }

  private adopt(address: string, link: Link): Link {
    this.links.set(address, link)
    // Found while we were being closed.
    if (this.closed) link.close()
    return link
  }

  /** Closes the links to nodes that are masters no more; the seeds stay, to be asked when all else fails. */
  private forgetOthers(masters: readonly Master[]): void {
    for (const [address, link] of this.links) {
      if (masters.some((master) => master.link === link) || this.seeds?.some((seed) => seed.link === link)) continue
      link.close('the node is no master of this cluster any more')
      this.links.delete(address)
    }
  }
}

const standalone = ({ at, link }: SeedNode): Master => ({
  key: 'standalone',
  address: link.address,
  at,
  nodeId: null,
  slots: ALL_SLOTS,
  link,
})

const fingerprint = (masters: readonly Master[]) =>
  JSON.stringify(masters.map(({ key, address, slots }) => [key, address, slots]))

type ServerKind = 'cluster' | 'single' | 'untold'

const told = (cluster: boolean): ServerKind => (cluster ? 'cluster' : 'single')

/**
 * INFO says it; where the user may not send that, CLUSTER INFO does; without either, the module does, once it knows its
 * cluster.
 * @throws GearsError where the server refuses service now, which says nothing about its mode
 */
async function kindOf(link: Link): Promise<ServerKind> {
  const enabled = (await unlessRefused(link.send(info, 'cluster')))?.get('cluster_enabled')
  if (enabled !== undefined) return told(enabled === '1')
  const state = await unlessRefused(link.send(clusterState).catch(withoutCluster))
  if (state === 'single') return state
  if (state?.has('cluster_state')) return 'cluster'
  const module = await unlessRefused(link.send(infoCluster))
  return module?.mode === 'cluster' ? 'cluster' : 'untold'
}

function withoutCluster(error: unknown): 'single' {
  if (error instanceof GearsError && /cluster support disabled/i.test(error.message)) return 'single'
  throw error
}

/** Undefined where this one command is refused: this user may not send it, or something in between does not know it. */
async function unlessRefused<T>(
  answer: Promise<T>,
  who: 'anybody' | 'not this user' = 'anybody',
): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    const one =
      error instanceof GearsError &&
      (error.code === 'rejected' || error.code === 'module_missing' || error.code === 'bad_reply')
    if (one && (error.refusal === undefined || (error.refusal === 'permission' && who === 'anybody'))) return undefined
    throw error
  }
}
