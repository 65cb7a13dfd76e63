import { setTimeout as delay } from 'node:timers/promises'
import type { Gears, Shard } from '@gearboard/gears'
import type { Capability } from '@gearboard/gears/vocabulary/capability'
import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import type { ErrorBody } from '@gearboard/gears/vocabulary/errors'
import { type ExecutionPart, isOver, type Outcome } from '@gearboard/gears/vocabulary/execution'
import type { ShardRegistration } from '@gearboard/gears/vocabulary/registration'
import type { ConnectionState, EngineState, SentinelView } from '@/lib/model/connection/connection'
import type { Execution, ExecutionOrigin } from '@/lib/model/executions/execution'
import type { RegistrationTrend } from '@/lib/model/registrations/registration-trend'
import { knownError } from '../errors'
import { log } from '../log'
import { ConnectionLog } from './connection-log'
import { connectionState, type HubIdentity, type ReportedEngine } from './connection-state'
import { ExecutionStore, type Listing } from './merge/execution-store'
import type { MergedExecution } from './merge/merge-execution'
import { Origins } from './merge/origins'
import { RegistrationStore } from './merge/registration-store'
import { DetailBudget } from './poll/detail-budget'
import { askDetails } from './poll/details'
import { type Observer, PolledShard } from './poll/polled-shard'
import { ResultReader } from './poll/read-results'
import { Sampler } from './poll/sampler'
import { type ListName, listsOfOneMoment, type ShardSnapshot } from './poll/shard-snapshot'
import { Feed } from './publish/feed'
import type { Recorder } from './publish/recorder'
import { ServerProcesses } from './server-processes'

/** The poll interval while there is a viewer or something runs, ms. */
const FAST_MS = 500
/** While only samples are taken, ms. */
const SLOW_MS = 5000
/** Between attempts at a server that does not answer, while there is a viewer, ms. */
const RETRY_MS = 1000
/** Until it is asked again what this user may run, where the server did not answer that, ms. */
const PERMISSIONS_AGAIN_MS = 60_000
/** Polls that end within this are published as one delta, ms. */
const COALESCE_MS = 50
/** From one delta to the next, ms: with many shards each poll would be one, and every viewer would draw each. */
const PUBLISH_EVERY_MS = 250
/** A client that polls instead of streaming counts as a viewer for this long, ms. */
const LEASE_MS = 15_000
/** A counter that goes back within this time after a request to clear it was cleared, ms. */
const CLEARED_MS = 30_000
/** What an action waits at most for the screen to be right, ms. */
const POLL_NOW_MS = 1500
/** As `NUDGE_MS`, where a list that it needs is costly. */
const MOST_POLL_NOW_MS = 30_000
/** An action polls a costly list this many times before it relies on the last one. */
const COSTLY_POLLS = 3

const SETTLING_POLLS = 5
const SETTLING_MS = 40

/**
 * Polls one connection for all viewers: each shard by itself. Merges, and publishes what changed to the feed. Recovers by itself from any
 * failure of the server.
 */
export class Hub implements Observer {
  readonly feed: Feed
  readonly results = new ResultReader()
  private readonly executionStore: ExecutionStore
  private readonly registrationStore: RegistrationStore
  private readonly sampler = new Sampler()
  private readonly origins: Origins
  private readonly budget = new DetailBudget(steadyMs())
  private polledShards = new Map<string, PolledShard>()
  /** Outlives the polled shards: a shard may come back at another address. */
  private readonly lives = new ServerProcesses()
  /** What the last probe found. */
  private capability: Capability | null = null
  /** Executions whose results were thought of for the record. */
  private readonly offered = new WeakSet<MergedExecution>()
  /** Probe again: the server may have been replaced. */
  private outdated = true
  /** Whether a probe has ended, with or without success. */
  private identified = false
  /** When it is asked again what this user may run, on the steady clock. */
  private permissionsDueAt = 0
  /** Our clock, ms: the last answer of any master. */
  private answeredAt: number | null = null
  private failure: ErrorBody | undefined
  private engine: ReportedEngine | undefined
  /** The last failover that was seen, behind sentinels. */
  private moved: SentinelView['moved']
  private readonly log = new ConnectionLog()
  /** The connection and its shards as JSON, as they were last published. */
  private publishedState = ''
  private viewerCount = 0
  private leasedUntil = 0
  private stopped = false
  private publishing: NodeJS.Timeout | undefined
  /** On the steady clock. */
  private publishedAt = 0
  private supervising: NodeJS.Timeout | undefined
  private supervisingNow = false

  constructor(
    private readonly gears: Gears,
    private readonly identity: HubIdentity,
    private readonly recorder: Recorder,
    /** Whether to read results for the history, though no user opens them. */
    private readonly readAhead = true,
  ) {
    this.executionStore = new ExecutionStore((key, runId) => recorder.executionPast(key, runId))
    this.feed = new Feed(this.connection())
    this.origins = new Origins({
      executionStore: this.executionStore,
      feed: this.feed,
      remembered: (entry) => recorder.originOf(entry),
      knowsRegistrations: (shard) => this.polledShards.get(shard)?.snapshot?.registrations !== undefined,
    })
    this.registrationStore = new RegistrationStore((key) => recorder.pastOf(key, wallMs))
  }

  start(): void {
    this.gears.on('topology', (shards) => {
      if (!this.stopped) this.follow(shards)
    })
    void this.supervise()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.publishing)
    clearTimeout(this.supervising)
    for (const polled of this.polledShards.values()) polled.poller.stop()
  }

  /** The process of the embedded RedisGears has changed its state. */
  reportEngine(state: EngineState): void {
    this.engine = { state, heardAt: steadyMs() }
    if (state.state === 'ready') this.hurry()
    this.publishSoon()
  }

  /** How many viewers there are now. */
  get viewers(): number {
    return this.viewerCount
  }

  /** Polls fast until the function returned is called. */
  addViewer(): () => void {
    this.viewerCount++
    this.hurry()
    let watching = true
    return () => {
      if (watching) this.viewerCount--
      watching = false
    }
  }

  /** A client asks now and will probably ask again. */
  touch(): void {
    const wasWatched = this.isViewed
    this.leasedUntil = steadyMs() + LEASE_MS
    if (!wasWatched) this.hurry()
  }

  /**
   * Polls every shard now; resolves when that is published, or after a while where a shard does not answer. @param anew costly lists that
   * have to be current: the poll waits for them
   */
  async pollNow(...anew: readonly ListName[]): Promise<void> {
    await this.pollShardsNow([...this.polledShards.values()], anew)
  }

  /** Polls every shard that answered last, as `pollNow`, however long they take. What does not answer now counts as silent. */
  async pollAgain(...anew: readonly ListName[]): Promise<void> {
    await Promise.all(this.answering.map((polled) => polled.poller.fresh(...anew)))
    this.publish()
  }

  /**
   * Polls until `done` returns true, a few times at most: DROPEXECUTION and UNREGISTER reach the other shards after they have answered. A list that
   * is costly is not asked for more than three times.
   */
  async settle(done: () => boolean, list: ListName): Promise<void> {
    for (let poll = 0; poll < SETTLING_POLLS; poll++) {
      await this.pollShardsNow(this.answering, [list])
      if (
        done() ||
        (poll + 1 >= COSTLY_POLLS && this.answering.some(({ snapshotReader }) => snapshotReader[list].pace.isCostly))
      )
        return
      await delay(SETTLING_MS)
    }
  }

  /** What a shard lists, asked for since a moment on the steady clock, ms; undefined where it was not asked since, or did not answer. */
  registrationsSince(shard: string, since: number): readonly ShardRegistration[] | undefined {
    const answer = this.polledShards.get(shard)?.snapshotReader.registrations.lastAnswer
    return answer && answer.steadyAt >= since ? answer.value : undefined
  }

  /** The shards whose list was asked for since a moment on the steady clock, ms. */
  listedSince(list: ListName, since: number): ReadonlySet<string> {
    const those = [...this.polledShards.values()].filter(
      ({ snapshotReader }) => (snapshotReader[list].lastAnswer?.steadyAt ?? 0) >= since,
    )
    return new Set(those.map(({ shard }) => shard.key))
  }

  private get answering(): readonly PolledShard[] {
    return [...this.polledShards.values()].filter((polled) => polled.up)
  }

  private async pollShardsNow(polledShards: readonly PolledShard[], anew: readonly ListName[]): Promise<void> {
    const costs = polledShards.flatMap(({ snapshotReader }) =>
      anew.map((list) => snapshotReader[list].pace.costMs ?? 0),
    )
    const waitMs = Math.min(MOST_POLL_NOW_MS, POLL_NOW_MS + 3 * Math.max(0, ...costs))
    await withinMs(waitMs, Promise.all(polledShards.map((polled) => this.pollFully(polled, anew))))
    this.publish()
  }

  /** Redis Cluster is on, as far as it is known: the masters tell, also where it could not be asked what the server is. */
  get clustered(): boolean {
    return (
      this.capability?.cluster === true || [...this.polledShards.values()].some(({ shard }) => shard.nodeId !== null)
    )
  }

  /** How old a shard's last answer is, ms; null where it has given none. */
  answerAgeMs(shard: string): number | null {
    return this.polledShards.get(shard)?.answerAgeMs ?? null
  }

  /** What the probe found; null until it did. */
  get found(): Capability | null {
    return this.capability
  }

  /** The recent trend of each registration. */
  trends(): readonly RegistrationTrend[] {
    return this.registrationStore.trends(wallMs())
  }

  entry(key: string) {
    return this.executionStore.get(key)
  }

  /** Every execution that is listed or remembered. */
  get entries() {
    return this.executionStore.values()
  }

  entriesOf(id: string) {
    return this.executionStore.withId(id, this.polledShards.keys())
  }

  lastSeen(key: string): number | undefined {
    return this.executionStore.lastSeen(key)
  }

  attribute(key: string, origin: ExecutionOrigin): void {
    this.executionStore.attribute(key, origin)
    this.publishSoon()
  }

  /** The statistics of all registrations are about to be cleared through us. */
  clearing(): void {
    this.registrationStore.cleared(wallMs() + CLEARED_MS)
  }

  /** What an action learned about an execution that the module itself no longer reports. */
  decide(key: string, outcome: Outcome): void {
    this.executionStore.decide(key, outcome, outcome === 'aborted' ? 'command' : undefined)
    this.publishSoon()
  }

  /** A user drops it through Gearboard; undefined: that was refused. */
  dropping(key: string, by: string | null | undefined): void {
    this.executionStore.dropping(key, by)
  }

  /** What a viewer's question brought. */
  report(key: string, shard: string, part: ExecutionPart): void {
    this.executionStore.report(key, shard, part)
    this.origins.read(key, shard, part)
    this.publishSoon()
  }

  seen(polled: PolledShard, snapshot: ShardSnapshot, at: number): void {
    const { key } = polled.shard
    this.answeredAt = at
    // It was asked before it ceased to be a master.
    if (this.polledShards.get(key) !== polled) return
    const behind = this.lives.answered(key, snapshot, steadyMs())
    if (behind !== 'same') {
      this.executionStore.lostShard(key, at, behind === 'restarted' ? 'restarted' : 'another_server')
      this.origins.restarted()
    }
    if (!polled.wasUp) this.executionStore.touchShard(key)
    const runId = this.lives.runId(key) ?? null
    this.observe(polled, snapshot, { shard: key, cluster: snapshot.cluster, runId })
    // It may have come back as another version, or without Python.
    if (behind !== 'same') this.outdated = true
    void this.askDetails(polled)
    this.publishSoon()
  }

  /** What a poll reports that the one before did not. */
  private observe(
    polled: PolledShard,
    snapshot: ShardSnapshot,
    of: Pick<Listing, 'shard' | 'cluster' | 'runId'>,
  ): void {
    const { executions, registrations } = snapshot
    if (executions && executions !== polled.snapshot?.executions) {
      const { at, previousAt, value } = executions
      polled.queue.offerQuestions(
        this.executionStore.observeListing({ ...of, at, previousAt, executions: value }),
        steadyMs(),
      )
    }
    if (registrations && registrations !== polled.snapshot?.registrations) {
      const { at, previousAt, value } = registrations
      this.registrationStore.observeListing({ ...of, at, previousAt, registrations: value })
      const lists = listsOfOneMoment(snapshot)
      if (lists && polled.comparedLists) this.origins.compare(of.shard, polled.comparedLists, lists)
      polled.comparedLists = lists
    }
  }

  /** Which server answers for a shard, as far as that is known. */
  runIdOf(shard: string): string | undefined {
    return this.lives.runId(shard)
  }

  /**
   * Whether the server of this run id is the one that the hub polls. Polls again before it says no: it may have restarted a moment ago.
   * Undefined where that is unknown.
   */
  async isWatched(address: string, runId: string): Promise<boolean | undefined> {
    const polled = [...this.polledShards.values()].find(({ shard }) => shard.address === address)
    // Sentinels moved the master, and the caller learned it before or after the hub.
    if (!polled) return this.gears.sentinelName !== undefined && this.polledShards.size > 0 ? false : undefined
    const { key } = polled.shard
    if (polled.error?.refusal === 'another_server') return false
    if (this.lives.runId(key) !== runId) await this.pollNow()
    const now = this.lives.runId(key)
    if (now === undefined) return undefined
    if (now === runId) return true
    if (polled.up) this.lives.metBeside(key, now, runId)
    this.publishSoon()
    return false
  }

  silent(polled: PolledShard): void {
    if (polled.wasUp) this.executionStore.touchShard(polled.shard.key)
    this.publishSoon()
  }

  intervalMs(polled: PolledShard): number {
    if (!this.isViewed && !(polled.up && this.busy)) return SLOW_MS
    return polled.up ? FAST_MS : RETRY_MS
  }

  private get isViewed(): boolean {
    return this.viewerCount > 0 || this.leasedUntil > steadyMs()
  }

  private get busy(): boolean {
    const { running, waiting } = this.executionStore.counts()
    return running + waiting > 0
  }

  private hurry(): void {
    for (const polled of this.polledShards.values()) polled.poller.hurry()
    if (this.polledShards.size === 0 || this.outdated) {
      clearTimeout(this.supervising)
      void this.supervise()
    }
  }

  /** Keeps the list of shards and what the server can do up to date, for as long as the hub lives. */
  private async supervise(): Promise<void> {
    if (this.stopped || this.supervisingNow) return
    this.supervisingNow = true
    try {
      this.follow(await this.gears.shards())
      if (this.outdated) await this.identify()
      this.failure = undefined
      await this.askPermissions()
    } catch (error) {
      this.failure = knownError(error)
      if (!this.failure) {
        log.error({ err: error, connection: this.identity.name }, 'probe failed')
        this.failure = { code: 'internal', message: 'Gearboard could not poll the server; see its log' }
      }
    } finally {
      this.supervisingNow = false
      this.publishSoon()
      if (!this.stopped) {
        this.supervising = setTimeout(() => void this.supervise(), this.isViewed ? RETRY_MS : SLOW_MS)
      }
    }
  }

  private async identify(): Promise<void> {
    // Said first: a restart that is seen meanwhile asks for another probe.
    this.outdated = false
    try {
      this.capability = await this.gears.identify()
      this.permissionsDueAt = 0
      this.publishSoon()
    } catch (error) {
      this.outdated = true
      throw error
    } finally {
      this.identified = true
    }
  }

  /** What may not be run decides which buttons can be pressed, never whether there is a connection. */
  private async askPermissions(): Promise<void> {
    const { capability } = this
    if (!capability?.permissionsUnknown || steadyMs() < this.permissionsDueAt) return
    this.permissionsDueAt = steadyMs() + PERMISSIONS_AGAIN_MS
    try {
      this.capability = await this.gears.permissions(capability)
    } catch (error) {
      if (!knownError(error)) throw error
    }
  }

  /** Starts and stops polling shards as masters come and go. */
  private follow(shards: readonly Shard[]): void {
    const polledShards = new Map<string, PolledShard>()
    // What the server can do was asked of other masters: of one server, perhaps, that is a cluster now.
    if (this.polledShards.size > 0 && !shards.some(({ key }) => this.polledShards.has(key))) this.outdated = true
    for (const shard of shards) {
      const known = this.polledShards.get(shard.key)
      if (known && known.shard.address === shard.address) {
        known.shard = shard
        polledShards.set(shard.key, known)
      } else {
        if (known && this.gears.sentinelName !== undefined) this.failedOver(known.shard.address, shard.address)
        const polled = new PolledShard(shard, this, known)
        polledShards.set(shard.key, polled)
        polled.poller.start()
      }
    }
    for (const [key, polled] of this.polledShards) {
      if (polledShards.get(key) === polled) continue
      polled.poller.stop()
      if (polledShards.has(key)) continue
      const at = wallMs()
      this.executionStore.lostShard(key, at, 'shard_left')
      this.registrationStore.lostShard(key, at)
      this.lives.forget(key)
    }
    this.polledShards = polledShards
  }

  private failedOver(from: string, to: string): void {
    this.moved = { from, at: wallMs() }
    log.info({ connection: this.identity.name, from, to, sentinel: this.gears.namedBy }, 'Sentinel moved the master')
  }

  private async pollFully(polled: PolledShard, anew: readonly ListName[]): Promise<void> {
    await polled.poller.fresh(...anew)
    await this.askDetails(polled)
  }

  private askDetails(polled: PolledShard): Promise<void> {
    const answered = (key: string, part: ExecutionPart) => this.report(key, polled.shard.key, part)
    return askDetails(polled, this.budget, answered)
      .then(() => {
        // After what users wait for: no user waits for the history.
        void this.askResults(polled)
      })
      .catch((error: unknown) => {
        log.error({ err: error, shard: polled.shard.key }, 'asking for details failed')
      })
  }

  private async askResults(polled: PolledShard): Promise<void> {
    if (!this.readAhead || this.recorder.state.role !== 'writer') return
    try {
      await polled.results.ask(polled, { budget: this.budget, reader: this.results }, (key, results) => {
        const entry = this.executionStore.get(key)
        const row = this.feed.executions.get(key)
        if (entry && row) this.recorder.recordResults(row, entry, results, 'ahead')
      })
    } catch (error) {
      log.error({ err: error, shard: polled.shard.key }, 'reading results for the record failed')
    }
  }

  /** Once for each execution that is seen to be over. */
  private offerResults(row: Execution, entry: MergedExecution): void {
    if (!isOver(row.outcome) || !row.live || this.offered.has(entry)) return
    this.offered.add(entry)
    const part = entry.parts.get(row.shard)?.report
    if (part) this.polledShards.get(row.shard)?.results.offerResults(row, part)
  }

  private publishSoon(): void {
    if (this.stopped) return
    const wait = Math.max(COALESCE_MS, this.publishedAt + PUBLISH_EVERY_MS - steadyMs())
    this.publishing ??= setTimeout(() => this.publish(), wait)
  }

  private publish(): void {
    clearTimeout(this.publishing)
    this.publishing = undefined
    if (this.stopped) return
    if (this.origins.decideOpen()) this.publishSoon()
    const polledShards = [...this.polledShards.values()]
    const silent = new Map(
      polledShards.filter((polled) => !polled.up).map((polled) => [polled.shard.key, polled.answeredAt]),
    )
    const executions = this.executionStore.takeChanges(silent)
    const untold = polledShards.filter(({ snapshot }) => !snapshot?.registrations).map(({ shard }) => shard.key)
    const registrations = this.registrationStore.takeChanges(
      [...this.polledShards.keys()],
      new Set([...silent.keys(), ...untold]),
    )
    const sample = this.sampler.sample(
      { at: wallMs(), steadyAt: steadyMs() },
      polledShards,
      this.executionStore,
      this.registrationStore,
    )
    const connection = this.connection()
    this.logStatus(connection)
    const shards = polledShards.map(({ state }) => {
      const servers = this.lives.count(state.key)
      return servers > 1 ? { ...state, servers } : state
    })
    const state = JSON.stringify([connection, shards])
    const rows = [executions, registrations].some(({ upserts, removed }) => upserts.length + removed.length > 0)
    if (!rows && !sample && state === this.publishedState) return
    this.publishedState = state
    this.publishedAt = steadyMs()
    this.feed.publish({ connection, shards, executions, registrations, ...(sample && { sample }) })
    this.origins.published(registrations)
    for (const row of executions.upserts) {
      const entry = this.executionStore.get(row.key)
      if (entry) this.offerResults(row, entry)
    }
    this.recorder.recordPublication({
      changes: executions.upserts.flatMap((row) => {
        const entry = this.executionStore.get(row.key)
        return entry ? [{ row, entry }] : []
      }),
      registrations: this.feed.registrations,
      lastListed: (key) => this.registrationStore.lastSeen(key),
      gone: registrations.gone,
      sample,
    })
  }

  private logStatus(connection: ConnectionState): void {
    const line = this.log.observe(connection, steadyMs())
    if (line) log[line.level](line.fields, line.message)
  }

  private connection(): ConnectionState {
    return connectionState({
      identity: this.identity,
      polledShards: [...this.polledShards.values()],
      failure: this.failure,
      capability: this.capability,
      identified: this.identified,
      answeredAt: this.answeredAt,
      endpoint: this.gears.endpoint,
      oldMap: this.gears.oldMap,
      namedBy: this.gears.namedBy,
      sentinel: sentinelOf(this.gears.sentinelName, this.moved),
      engine: this.engine,
      history: this.recorder.state,
      budgetPerS: this.budget.perSecond,
      now: steadyMs(),
    })
  }
}

const sentinelOf = (master: string | undefined, moved: SentinelView['moved']) =>
  master === undefined ? undefined : { master, ...(moved && { moved }) }

/** Resolves with the work, or after `ms` without it; the work continues. */
async function withinMs(ms: number, work: Promise<unknown>): Promise<void> {
  const late = new AbortController()
  await Promise.race([work, delay(ms, undefined, { signal: late.signal }).catch(() => undefined)])
  late.abort()
}
