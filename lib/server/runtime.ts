import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import 'server-only'
import { createSignIn, type SignIn } from './auth/sign-in'
import { Connection } from './connection/connection'
import { ApiRefusal } from './errors'
import { History } from './history/history'
import { BodyBudget } from './http/request-body'
import { readSettings, type Settings } from './settings'
import { UnderWay } from './under-way'

/** What all requests of this process share. */
export interface Runtime {
  readonly settings: Settings
  readonly connections: ReadonlyMap<string, Connection>
  readonly signIn: SignIn
  readonly history: History
  readonly bodies: BodyBudget
  readonly underWay: UnderWay
  /** Our clock, ms. */
  readonly startedAt: number
  /** The same moment on the steady clock, ms. */
  readonly steadyStart: number
  /** Aborted when the process ends: live streams would keep the server from closing. */
  readonly ending: AbortSignal
  /** Resolves when what was recorded is written, with how many entries could not be. */
  end(): Promise<number>
}

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
  const ending = new AbortController()
  const history = History.open(settings)
  const connections = new Map([['default', new Connection('default', settings, history)]])
  return {
    settings,
    connections,
    signIn: createSignIn(settings.password, settings.sessionSecret ?? '', history.sessions),
    history,
    bodies: new BodyBudget(),
    underWay: new UnderWay(),
    startedAt: wallMs(),
    steadyStart: steadyMs(),
    ending: ending.signal,
    async end() {
      ending.abort()
      await Promise.all([...connections.values()].map((connection) => connection.close()))
      return history.close()
    },
  }
}

/** @throws ApiRefusal `not_found` */
export function connectionNamed({ connections }: Runtime, name: string): Connection {
  const connection = connections.get(name)
  if (!connection) throw noSuchConnection(name)
  return connection
}

export const noSuchConnection = (name: string): ApiRefusal =>
  new ApiRefusal('not_found', `there is no connection named ${JSON.stringify(name)}`)
