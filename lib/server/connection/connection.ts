import { addressInWords, GearsError, type GearsErrorCode, RedisGears, Traffic } from '@gearboard/gears'
import type { ErrorBody } from '@gearboard/gears/vocabulary/errors'
import { type ConnectionStatus, ignoredDatabaseInWords } from '@/lib/model/connection/connection'
import { History } from '../history/history'
import { Hub } from '../hub/hub'
import { Recorder } from '../hub/publish/recorder'
import { StreamInspector } from '../hub/streams/stream-inspector'
import { log } from '../log'
import type { ConnectionParts } from './connection-parts'
import { PageReads } from './page-reads'
import { SCRIPT_INSPECTOR } from './parse-python'
import { Profiling } from './profiling'
import { SampleData } from './sample-data'
import type { ConnectionSetup } from './setup'
import { SourceStore } from './source-store'
import { Watchdog } from './watchdog'

/** A poll that takes longer makes its shard silent, ms. */
const POLL_TIMEOUT_MS = 3000
/** How long a first question waits for the first answer of the server, ms: until it is known to fail, or a server far away has answered. */
const FIRST_LOOK_MS = 15_000

/** One RedisGears: the hub that polls it, and a separate client for users' operations, so that neither waits for the other. */
export class Connection implements ConnectionParts {
  readonly hub: Hub
  readonly gears: RedisGears
  readonly recorder: Recorder
  readonly sources: SourceStore
  readonly streamInspector: StreamInspector
  readonly reads: PageReads
  readonly profiling: Profiling
  private readonly poller: RedisGears
  private readonly watchdog: Watchdog | undefined
  private readonly sampleData: SampleData | undefined
  private readonly closing = new AbortController()

  constructor(
    private readonly setup: ConnectionSetup,
    readonly history: History = History.none('This Gearboard records no history.'),
  ) {
    const { name, target, watchdogMs } = setup
    const cluster = setup.cluster === 'auto' ? {} : { cluster: setup.cluster === 'yes' }
    // Operations only reach the server that pages show.
    const isMeant = (address: string, runId: string) => this.hub.isWatched(address, runId)
    const traffic = new Traffic()
    this.gears = new RedisGears(target, {
      ...cluster,
      traffic,
      connectionName: 'gearboard',
      inspector: SCRIPT_INSPECTOR,
      isMeant,
      knownElsewhere: () => this.poller.known,
    })
    this.poller = new RedisGears(target, {
      ...cluster,
      traffic,
      connectionName: 'gearboard-hub',
      timeoutMs: POLL_TIMEOUT_MS,
      looking: true,
    })
    const ignoredDatabase = target.db !== undefined && target.db > 0 ? target.db : undefined
    if (ignoredDatabase !== undefined)
      log.warn({ connection: name }, ignoredDatabaseInWords(ignoredDatabase, setup.origin))
    const { label, origin, colour, labels, note, embedded, production, readOnlyReason } = setup
    const identity = {
      name,
      ...(label !== undefined && { label }),
      origin,
      ...(colour !== undefined && { colour }),
      labels,
      ...(note !== undefined && { note }),
      address: addressInWords(target),
      user: target.username ?? null,
      embedded,
      ...(ignoredDatabase !== undefined && { ignoredDatabase }),
      production,
      readOnlyReason,
      watchdogMs: watchdogMs ?? null,
    }
    this.sources = new SourceStore(name, history)
    this.recorder = new Recorder(name, history)
    this.streamInspector = new StreamInspector(this.poller)
    this.hub = new Hub(this.poller, identity, this.recorder, setup.readAhead)
    this.reads = new PageReads(this.gears, (shard) => this.hub.runIdOf(shard))
    this.hub.start()
    this.profiling = new Profiling(this)
    void this.profiling.recover(readOnlyReason === null)
    if (watchdogMs !== undefined) this.watchdog = new Watchdog(this, watchdogMs)
    if (setup.sampleData !== undefined) this.sampleData = new SampleData(this, setup.sampleData)
  }

  get name(): string {
    return this.setup.name
  }

  get labels(): readonly string[] {
    return this.setup.labels
  }

  /** With which Gearboard signs in to the servers, PEM; undefined where it has none. */
  get clientCertificate(): string | undefined {
    const { tls } = this.setup.target
    return typeof tls === 'object' ? tls.cert : undefined
  }

  /** Aborted when it is closed: what streams from it ends then. */
  get closed(): AbortSignal {
    return this.closing.signal
  }

  /** No shard was ever reached: an empty list would say that nothing runs. */
  async known(): Promise<void> {
    const { feed } = this.hub
    this.hub.touch()
    if (isBeginning(feed.connection.status)) {
      await this.firstState()
      // The first poll finds out what there is; its outcome is read after it.
      await this.hub.pollNow()
    }
    const { status, answeredAt, error } = feed.connection
    if (answeredAt !== null) return
    if (!error) throw new GearsError('unreachable', 'the server has not answered yet')
    throw new GearsError(codeOf(status, error), error.message, error)
  }

  async close(): Promise<void> {
    this.closing.abort()
    this.watchdog?.stop()
    this.sampleData?.stop()
    await this.profiling.close()
    this.hub.stop()
    await Promise.all([this.gears.close(), this.poller.close()])
  }

  private firstState(): Promise<void> {
    const { feed } = this.hub
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        unsubscribe()
        resolve()
      }
      const timer = setTimeout(done, FIRST_LOOK_MS)
      const unsubscribe = feed.subscribe(() => {
        if (!isBeginning(feed.connection.status)) done()
      })
    })
  }
}

const isBeginning = (status: ConnectionStatus): boolean => status === 'connecting' || status === 'starting'

/** As what a connection without any answer fails. */
function codeOf(status: ConnectionStatus, { code }: ErrorBody): GearsErrorCode {
  if (status === 'module_missing') return 'module_missing'
  if (code === 'bad_reply') return code
  return status === 'refused' ? 'rejected' : 'unreachable'
}
