import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import 'server-only'
import { AlertReceivers } from './alerts/alert-receivers'
import { AlertRules } from './alerts/alert-rules'
import { AlertWatch } from './alerts/alert-watch'
import { Deliveries } from './alerts/deliveries'
import { AlertMutes } from './alerts/mutes'
import { OutgoingGuard } from './alerts/receivers/outgoing'
import { createSignIn, type SignIn } from './auth/sign-in'
import type { Connection } from './connection/connection'
import { type ConnectionSetup, declaredSetup, environmentSetup, OWN_NAME } from './connection/setup'
import { type ConfigFile, NO_CONFIG, readConfigFile } from './connections/config-file'
import { ConnectionSettings } from './connections/connection-settings'
import { ConnectionRegistry } from './connections/registry'
import { SecretBox } from './connections/secret-box'
import { secretKey } from './connections/secret-key'
import { noSuchConnection } from './errors'
import { History } from './history/history'
import { BodyBudget } from './http/request-body'
import { StrangerAttempts } from './http/stranger-attempts'
import { log } from './log'
import { RateLimit } from './rate-limit'
import { readSettings, type Settings, SettingsError } from './settings'
import { UnderWay } from './under-way'

/** What all requests of this process share. */
export interface Runtime {
  readonly settings: Settings
  /** Those that are open at the time, by name. */
  readonly connections: ReadonlyMap<string, Connection>
  readonly registry: ConnectionRegistry
  /** Those that were added in the browser. */
  readonly connectionSettings: ConnectionSettings
  readonly alerts: {
    readonly rules: AlertRules
    readonly receivers: AlertReceivers
    readonly deliveries: Deliveries
    readonly watch: AlertWatch
  }
  readonly signIn: SignIn
  readonly history: History
  readonly bodies: BodyBudget
  /** Of each session: a script or page that signs in asks no faster. */
  readonly requestsOfASession: RateLimit
  readonly underWay: UnderWay
  readonly strangers: StrangerAttempts
  /** Our clock, ms. */
  readonly startedAt: number
  /** The same moment on the steady clock, ms. */
  readonly steadyStart: number
  /** Aborted when the process ends: live streams would keep the server from closing. */
  readonly ending: AbortSignal
  /** Resolves when what was recorded is written, with how many entries could not be. */
  end(): Promise<number>
}

/** How often it is looked whether another Gearboard on the data directory changed a connection, ms. */
const FOLLOW_MS = 10_000

/** Next compiles instrumentation and routes into separate copies of this module: what they share lives here. */
const KEY: unique symbol = Symbol.for('gearboard.runtime')
const shared: typeof globalThis & { [KEY]?: Runtime } = globalThis

/**
 * The runtime, created by the first caller.
 * @throws SettingsError
 */
export function runtime(): Runtime {
  shared[KEY] ??= createRuntime(readSettings(process.env))
  return shared[KEY]
}

function createRuntime(settings: Settings): Runtime {
  const config = settings.configFile === undefined ? NO_CONFIG : readConfigFile(settings.configFile, process.env)
  const ending = new AbortController()
  const key = secretKey(settings.data, settings.secret)
  const history = History.open(settings, key)
  const registry = new ConnectionRegistry(history)
  for (const setup of setupsOf(settings, config)) void registry.set(setup)
  const box = key && new SecretBox(key)
  const connectionSettings = new ConnectionSettings({ registry, history, box, settings })
  const receivers = new AlertReceivers({ store: history.alertRecords, box })
  const deliveries = new Deliveries({
    store: history.deliveries,
    open: (id) => receivers.open(id),
    guard: new OutgoingGuard(settings.alertsAllow),
    sender: { name: settings.name, address: ownAddress(settings) },
  })
  const rules = new AlertRules(history.alertRecords)
  const watch = new AlertWatch({
    connections: registry.open,
    isDeclared: (name) => registry.open.has(name) || connectionSettings.has(name),
    history,
    rules,
    receivers,
    mutes: new AlertMutes(history.alertRecords),
    send: (due) => deliveries.take(due),
  })
  const following = setInterval(() => {
    connectionSettings
      .follow()
      .catch((error) => log.error({ err: error }, 'connections that another Gearboard changed are not followed'))
  }, FOLLOW_MS).unref()
  return {
    settings,
    connections: registry.open,
    registry,
    connectionSettings,
    alerts: { rules, receivers, deliveries, watch },
    signIn: createSignIn(settings, { sessions: history.sessions, people: history.people, grants: config.grants }),
    history,
    bodies: new BodyBudget(),
    requestsOfASession: new RateLimit({ perSecond: 50, burst: 500 }),
    underWay: new UnderWay(),
    strangers: new StrangerAttempts(),
    startedAt: wallMs(),
    steadyStart: steadyMs(),
    ending: ending.signal,
    async end() {
      ending.abort()
      clearInterval(following)
      await watch.close()
      await Promise.all([registry.close(), deliveries.end()])
      return history.close()
    },
  }
}

/** Where people find this Gearboard, for links in messages: it hears that only from its settings. */
const ownAddress = ({ allowedHosts: [host], basePath }: Settings): string | undefined =>
  host && `${host.origin}${basePath}`

/** Without any other, the one of GEARBOARD_URL is watched even where nothing names it: its default is where Redis usually is. */
function setupsOf(settings: Settings, { connections }: ConfigFile): readonly ConnectionSetup[] {
  const own = settings.isUrlGiven || connections.length === 0 ? [environmentSetup(settings)] : []
  if (own.length > 0 && connections.some(({ name }) => name === OWN_NAME))
    throw new SettingsError(
      `GEARBOARD_CONFIG declares a connection named ${OWN_NAME}, which is the one of GEARBOARD_URL. Rename it, or leave GEARBOARD_URL out.`,
    )
  return [...own, ...connections.map((definition) => declaredSetup(definition, 'file', settings))]
}

/** @throws ApiRefusal `not_found` */
export function connectionNamed({ connections }: Runtime, name: string): Connection {
  const connection = connections.get(name)
  if (!connection) throw noSuchConnection(name)
  return connection
}
