import { addressInWords, GearsError, type GearsErrorCode, parseTarget, RedisGears, Traffic } from '@gearboard/gears'
import type { ErrorBody } from '@gearboard/gears/vocabulary/errors'
import type { z } from 'zod'
import type { submitBody, triggerBody } from '@/lib/api/contract'
import type { eventBody } from '@/lib/api/develop-endpoints'
import { type ConnectionStatus, ignoredDatabaseInWords } from '@/lib/model/connection/connection'
import { checkScript } from './actions/check-script'
import { cluster, refreshCluster } from './actions/cluster'
import { config, configInWords, setConfig } from './actions/config'
import { memory, requirements, sessions } from './actions/environment'
import { allResults, executionDetail, unprovenResults } from './actions/execution-detail'
import { abortExecution, dropExecution } from './actions/executions'
import { injectEvent } from './actions/inject-event'
import { locateRegistration } from './actions/locate'
import type { Override } from './actions/override'
import { profile, resetProfile, sessionProfile } from './actions/profile'
import { clearStatistics, pauseRegistration, resumeRegistration, streams, unregister } from './actions/registrations'
import { exportRequirement, importRequirement } from './actions/requirement-bundle'
import { executionsInWords, registrationsInWords, type Seen } from './actions/seen'
import { sourceFindings } from './actions/source-findings'
import { sourceOf } from './actions/sources'
import { submit } from './actions/submit'
import { trigger } from './actions/trigger'
import type { ConnectionParts } from './connection-parts'
import { History } from './history/history'
import { Hub } from './hub/hub'
import { Recorder } from './hub/publish/recorder'
import { StreamInspector } from './hub/streams/stream-inspector'
import { log } from './log'
import { PageReads } from './page-reads'
import { SCRIPT_INSPECTOR } from './parse-python'
import { Profiling } from './profiling'
import type { Settings } from './settings'
import { SourceStore } from './source-store'
import { Watchdog } from './watchdog'

/** A poll that takes longer makes its shard silent, ms. */
const POLL_TIMEOUT_MS = 3000
/** How long a first question waits for the first answer of the server, ms: until it is known to fail, or a server far away has answered. */
const FIRST_LOOK_MS = 15_000

/**
 * One RedisGears: the hub that looks at it, and a client of its own for what people do there, so that neither waits for the other. All that
 * can be done with it hangs here, because Next compiles routes apart: an action that a route imported itself would not know the errors of
 * this client as its own.
 */
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

  constructor(
    readonly name: string,
    settings: Settings,
    readonly history: History = History.none('This Gearboard records nothing.'),
  ) {
    const target = parseTarget(settings.url)
    const watchdogMs = settings.readOnly ? undefined : settings.watchdogMs
    const cluster = settings.cluster === 'auto' ? {} : { cluster: settings.cluster === 'yes' }
    // What is shown is what one acts on.
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
    if (ignoredDatabase !== undefined) log.warn({ connection: name }, ignoredDatabaseInWords(ignoredDatabase))
    const identity = {
      name,
      address: addressInWords(target),
      user: target.username ?? null,
      embedded: settings.embedded,
      ...(ignoredDatabase !== undefined && { ignoredDatabase }),
      production: settings.production,
      readOnlyReason: settings.readOnly ? 'This Gearboard is read-only (GEARBOARD_READ_ONLY).' : null,
      watchdogMs: watchdogMs ?? null,
    }
    this.sources = new SourceStore(name, history)
    this.recorder = new Recorder(name, history)
    this.streamInspector = new StreamInspector(this.poller)
    this.hub = new Hub(this.poller, identity, this.recorder, settings.readAhead)
    this.reads = new PageReads(this.gears, (shard) => this.hub.runIdOf(shard))
    this.hub.start()
    this.profiling = new Profiling(this)
    void this.profiling.recover(!settings.readOnly)
    if (watchdogMs !== undefined) this.watchdog = new Watchdog(this, watchdogMs)
  }

  /** No shard was ever reached: an empty list would say that nothing runs. */
  async known(): Promise<void> {
    const { feed } = this.hub
    this.hub.touch()
    if (feed.connection.status === 'connecting') {
      await this.firstState()
      // The first look tells what there is; how it ended is asked after it.
      await this.hub.nudge()
    }
    const { status, answeredAt, error } = feed.connection
    if (answeredAt !== null) return
    if (!error) throw new GearsError('unreachable', 'the server has not answered yet')
    throw new GearsError(codeOf(status, error), error.message, error)
  }

  execution = (name: string, epoch?: number) => executionDetail(this, name, epoch)
  results = (name: string) => allResults(this, name)
  unprovenResults = (name: string, seen: Seen) => unprovenResults(this, name, seen)
  source = (id: string) => sourceOf(this, id)
  abort = (name: string, seen: Seen, override: Override = []) =>
    this.changingSessions(abortExecution(this, name, seen, override))
  drop = (name: string, seen: Seen, by: string | null = null) =>
    this.changingSessions(dropExecution(this, name, seen, by))
  registration = (name: string) => locateRegistration(this, name)
  registrationsInWords = (name: string) => registrationsInWords(this, name)
  executionsInWords = (name: string) => executionsInWords(this, name)
  unregister = (name: string, seen: Seen, abortPending: boolean) =>
    this.changingSessions(unregister(this, name, seen, abortPending))
  pause = (name: string, seen: Seen, override: Override = []) => pauseRegistration(this, name, seen, override)
  resume = (name: string, seen: Seen, override: Override = []) => resumeRegistration(this, name, seen, override)
  streams = (name?: string) => streams(this, name)
  sourceFindings = () => sourceFindings(this)
  clearStatistics = (seen: Seen, override: Override = []) => clearStatistics(this, seen, override)
  submit = (body: z.output<typeof submitBody>, author: string | null = null) =>
    this.changingSessions(submit(this, body, author))
  checkScript = (script: string) => checkScript(this, script)
  injectEvent = (body: z.output<typeof eventBody>) => injectEvent(this, body)
  trigger = (name: string, body: z.output<typeof triggerBody>) => trigger(this, name, body)
  memory = () => memory(this)
  cluster = () => cluster(this)
  refreshCluster = () => refreshCluster(this)
  config = (userKeys: readonly string[]) => config(this, userKeys)
  configInWords = (key: string) => configInWords(this, key)
  setConfig = (key: string, to: Parameters<typeof setConfig>[2]) => setConfig(this, key, to)
  requirements = () => requirements(this)
  sessions = () => sessions(this)
  exportRequirement = (name: string) => exportRequirement(this, name)
  importRequirement = (bundle: Buffer, override: Override = []) => importRequirement(this, bundle, override)
  profile = () => profile(this)
  sessionProfile = (id: string) => sessionProfile(this, id)
  resetProfile = (id: string) => resetProfile(this, id)

  async close(): Promise<void> {
    this.watchdog?.stop()
    await this.profiling.close()
    this.hub.stop()
    await Promise.all([this.gears.close(), this.poller.close()])
  }

  /** Also where it fails: some shards may have done it. */
  private changingSessions<T>(work: Promise<T>): Promise<T> {
    return work.finally(() => this.reads.sessionsChanged())
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
        if (feed.connection.status !== 'connecting') done()
      })
    })
  }
}

/** As what a connection without any answer fails. */
function codeOf(status: ConnectionStatus, { code }: ErrorBody): GearsErrorCode {
  if (status === 'module_missing') return 'module_missing'
  if (code === 'bad_reply') return code
  return status === 'refused' ? 'rejected' : 'unreachable'
}
