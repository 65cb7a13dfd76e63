import type { AclLevel } from '../acl'
import * as commands from '../commands'
import { GearsError } from '../errors'
import { type ConnectOptions, seedsOf, topologyOf, waysTo } from '../link/connect'
import type { Link } from '../link/link'
import { probe } from '../link/probe'
import { addressOf, type ServerAddress, type Target } from '../link/target'
import { targetFaults } from '../link/target-faults'
import { tlsOptionsOf } from '../link/tls-settings'
import type { Topology } from '../link/topology'
import type { Capability } from '../vocabulary/capability'
import { steadyMs, wallMs } from '../vocabulary/clock'
import type { ConnectionStep, ConnectionStepName } from '../vocabulary/connection-test'
import { plural } from '../vocabulary/text'
import { failed, failedBy, isForbidden, notTried, ok, type StepFinding, tooLong, unknown, warned } from './finding'
import { testAddress, testConnect, testPlain, testTls } from './network'
import { grantHelp, testPermissions } from './permissions'

/** The longest step, and the whole, ms. */
const STEP_MS = 5000
const WHOLE_MS = 30_000
/** An answer is waited for less long than a step, so that its own words are what the step shows, ms. */
const ANSWER_MS = 4000

export interface ConnectionTestOptions {
  /** Ends the test; what is left is not tried. */
  readonly signal?: AbortSignal
  /** What the connection shall do: only the commands for that are needed. `develop`. */
  readonly level?: AclLevel
  /** As in the options of a client: absent, it is found out. */
  readonly cluster?: boolean
}

/**
 * Tries a connection step by step, on connections of its own that it closes. Each step is yielded when it is done; after the first that failed
 * the others are `not_tried`. Nothing is changed on the server, and no text holds a secret. A step takes up to 5 s, the whole up to 30 s.
 */
export async function* testConnection(
  target: Target,
  { signal, level = 'develop', cluster }: ConnectionTestOptions = {},
): AsyncGenerator<ConnectionStep, void, undefined> {
  const whole = AbortSignal.timeout(WHOLE_MS)
  const over = signal ? AbortSignal.any([signal, whole]) : whole
  const test = new ConnectionTest(target, level, cluster === undefined ? {} : { cluster })
  let stopped = ''
  try {
    for (const [step, run] of test.steps()) {
      const finding = stopped ? notTried(stopped) : await inTime(run, over)
      if (finding.state === 'failed') stopped = `Not tried: a step before it failed.`
      if (over.aborted) stopped ||= signal?.aborted ? 'Not tried: the test was cancelled.' : TOO_LONG
      yield { step, ...finding }
    }
  } finally {
    test.close()
  }
}

const TOO_LONG = `Not tried: the test took longer than ${WHOLE_MS / 1000} s.`

/** What a step finds, or that it took too long. */
async function inTime(run: () => Promise<StepFinding>, over: AbortSignal): Promise<StepFinding> {
  let timer: NodeJS.Timeout | undefined
  let onAbort = () => {}
  const late = new Promise<StepFinding>((resolve) => {
    timer = setTimeout(() => resolve(tooLong(STEP_MS)), STEP_MS)
    onAbort = () => resolve(notTried('Not finished: the test ended.'))
    over.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return over.aborted ? notTried('Not tried: the test was cancelled.') : await Promise.race([run(), late])
  } finally {
    clearTimeout(timer)
    over.removeEventListener('abort', onAbort)
  }
}

const NAT_MAP = {
  text: 'Map each announced address to one that is reachable from here, in natMap of the connection; or set cluster-announce-ip and cluster-announce-port on each node.',
}

/** What the steps know of each other. */
class ConnectionTest {
  private readonly target: Target
  private readonly level: AclLevel
  private readonly options: ConnectOptions
  /** Set once the settings are known to make sense. */
  private topology: Topology | undefined
  private candidates: readonly ServerAddress[]
  private at: ServerAddress
  private link: Link | undefined
  /** Of PING, which a server without a password refuses only when it is sent. */
  private pinged: GearsError | undefined
  private pingMs = 0
  private isCluster = false
  private capability: Capability | undefined

  constructor(target: Target, level: AclLevel, options: Pick<ConnectOptions, 'cluster'>) {
    this.target = target
    this.level = level
    this.options = { ...options, timeoutMs: ANSWER_MS, connectionName: 'gearboard-test' }
    this.candidates = seedsOf(target)
    this.at = this.candidates[0] ?? target.hosts[0]
  }

  steps(): readonly (readonly [ConnectionStepName, () => Promise<StepFinding>])[] {
    const sentinels = this.target.sentinel ? ([['sentinels', () => this.sentinels()]] as const) : []
    return [
      ['settings', () => this.settings()],
      ...sentinels,
      ['address', () => testAddress(this.candidates)],
      ['connect', () => this.connect()],
      ['tls', () => this.tls()],
      ['sign_in', () => this.signIn()],
      ['ping', async () => this.ping()],
      ['role', () => this.role()],
      ['cluster', () => this.cluster()],
      ['module', () => this.module()],
      ['permissions', () => this.permissions()],
    ]
  }

  close(): void {
    this.topology?.close()
    this.link?.close()
  }

  private get secure(): boolean {
    return Boolean(this.target.tls)
  }

  private get user(): string {
    return this.target.username ?? 'default'
  }

  private get where() {
    return { address: addressOf(this.at), tls: this.secure }
  }

  private async settings(): Promise<StepFinding> {
    const faults = targetFaults(this.target)
    if (faults.length > 0) return failed(faults.map(({ field, message }) => `${field}: ${message}.`).join(' '))
    this.topology = topologyOf(this.target, this.options)
    return ok('The settings are valid.')
  }

  private async sentinels(): Promise<StepFinding> {
    try {
      const [master] = (await this.topology?.masters()) ?? []
      if (!master) return failed('The sentinels name no master.')
      this.at = master.at
      this.candidates = [master.at]
      const mapped = Object.values(this.target.natMap ?? {}).includes(addressOf(master.at)) ? ', by natMap' : ''
      return ok(`${this.topology?.namedBy} names the master at ${addressOf(master.at)}${mapped}.`)
    } catch (error) {
      return failedBy(error, { address: addressOf(this.target.hosts[0]), tls: this.secure })
    }
  }

  private async connect(): Promise<StepFinding> {
    const { there, finding } = await testConnect(this.candidates, ANSWER_MS)
    if (there) this.at = there
    if (there || !this.target.sentinel) return finding
    return { ...finding, help: [...finding.help, { text: SENTINEL_ADDRESS }] }
  }

  private async tls(): Promise<StepFinding> {
    const { tls } = this.target
    const options = tlsOptionsOf(tls)
    if (!options) return testPlain(this.at)
    return testTls(this.at, options, typeof tls === 'object' ? tls : {}, { ms: ANSWER_MS, now: wallMs() })
  }

  /** @throws GearsError never: the settings were checked */
  private connected(): Link {
    this.link ??= waysTo(this.target, this.options).connect(this.at)
    return this.link
  }

  private async signIn(): Promise<StepFinding> {
    const link = this.connected()
    try {
      await link.ready()
      const sentAt = steadyMs()
      await link.send(commands.ping).catch((error: unknown) => {
        if (!(error instanceof GearsError)) throw error
        this.pinged = error
      })
      this.pingMs = steadyMs() - sentAt
    } catch (error) {
      return failedBy(error, this.where)
    }
    if (this.pinged?.refusal === 'password_needed') return failedBy(this.pinged, this.where)
    const how = this.target.password === undefined ? ', without a password' : ''
    return ok(`Signed in as the user ${this.user}${how}.`)
  }

  private ping(): StepFinding {
    if (!this.pinged) return ok(`PONG after ${Math.max(1, Math.round(this.pingMs))} ms.`)
    if (!isForbidden(this.pinged)) return failedBy(this.pinged, this.where)
    return warned(this.pinged.message, ...grantHelp(this.pinged, this.user, 'PING', this.secure))
  }

  private async role(): Promise<StepFinding> {
    try {
      const fields = await this.connected().send(commands.info)
      this.isCluster = this.options.cluster ?? fields.get('cluster_enabled') === '1'
      const master = `${fields.get('master_host')}:${fields.get('master_port')}`
      if (fields.get('role') !== 'slave') return ok(this.isCluster ? 'A node of a cluster.' : 'A master.')
      if (this.isCluster) return ok(`A replica of ${master} in a cluster. Gearboard asks the masters.`)
      return failed(`${addressOf(this.at)} is a replica of ${master}. Functions run on the master.`, {
        text: `Connect to the master, ${master}, or by Sentinel: redis+sentinel://host:26379/master-name follows a failover.`,
      })
    } catch (error) {
      if (!isForbidden(error)) return failedBy(error, this.where)
      return unknown(error.message, ...grantHelp(error, this.user, 'INFO', this.secure))
    }
  }

  private async module(): Promise<StepFinding> {
    try {
      const found = await probe({ link: this.connected(), nodeId: null })
      this.capability = found
      const redis = found.redisVersion === null ? '' : ` on Redis ${found.redisVersion}`
      if (found.gearsVersion === null)
        return unknown(`RedisGears is loaded${redis}. This user may not read its version.`, {
          text: 'Grant MODULE|LIST to show it.',
        })
      if (!found.python)
        return warned(`RedisGears ${found.gearsVersion}${redis}, without Python.`, {
          text: 'Functions in Python need its plugin: module argument Plugin gears_python.so.',
        })
      if (this.isCluster && !found.clusterInitialised)
        return warned(
          `RedisGears ${found.gearsVersion}${redis} does not know the cluster yet: functions run on one shard.`,
          {
            text: 'Refresh it on the Cluster page, or send RG.REFRESHCLUSTER to every node.',
          },
        )
      return ok(`RedisGears ${found.gearsVersion}${redis}.`)
    } catch (error) {
      const finding = failedBy(error, this.where)
      const missing = error instanceof GearsError && error.code === 'module_missing'
      return missing ? { ...finding, help: [LOAD_MODULE] } : finding
    }
  }

  private async cluster(): Promise<StepFinding> {
    const { topology } = this
    if (!this.isCluster || !topology || this.target.sentinel) return notTried('A single server has no cluster.')
    try {
      const masters = await topology.masters()
      const lost = await Promise.all(
        masters.map(async ({ link, address, nodeId }) => {
          try {
            await link.ready()
            const id = nodeId === null ? null : await link.send(commands.clusterMyId).catch(unlessForbidden)
            return id === null || id === nodeId ? [] : [`${address}: another node answers there, ${id}`]
          } catch (error) {
            if (!(error instanceof GearsError)) throw error
            return [`${address}: ${error.message}`]
          }
        }),
      )
      const silent = lost.flat()
      const of = plural(masters.length, 'announced master')
      const answer = masters.length === 1 ? 'The announced master answers' : `All ${of} answer`
      if (silent.length > 0)
        return failed(`${silent.length} of ${of} cannot be reached. ${silent.slice(0, 5).join('; ')}.`, NAT_MAP)
      const state = await this.connected().send(commands.clusterState).catch(unlessForbidden)
      if (state && state.get('cluster_state') !== 'ok')
        return failed(`${answer}, but cluster_state is ${state.get('cluster_state')}.`, {
          text: 'Slots are not covered, or a master is down. On any node: redis-cli --cluster check host:port.',
        })
      return ok(`${answer}.`)
    } catch (error) {
      return failedBy(error, this.where)
    }
  }

  private async permissions(): Promise<StepFinding> {
    const { capability: found, user, secure: tls, level } = this
    if (!found) return unknown('What this user may send was not asked.')
    try {
      return await testPermissions({ link: this.connected(), user, tls, level, found })
    } catch (error) {
      return failedBy(error, this.where)
    }
  }
}

const SENTINEL_ADDRESS =
  'The sentinels know the master by this address. Map it to one that is reachable from here in natMap of the connection, or set replica-announce-ip on each server.'

const LOAD_MODULE = {
  text: 'Start the server with the module:',
  command: 'redis-server --loadmodule /path/to/redisgears.so',
}

function unlessForbidden(error: unknown): null {
  if (isForbidden(error)) return null
  throw error
}
