import type { Help } from './server-refusal'

/** What a test of a connection looks at, in this order; those that a target has no need for are left out. */
export const CONNECTION_STEPS = [
  'settings',
  'sentinels',
  'address',
  'connect',
  'tls',
  'sign_in',
  'ping',
  'role',
  'cluster',
  'module',
  'permissions',
] as const

export type ConnectionStepName = (typeof CONNECTION_STEPS)[number]

/** As a list of steps shows them. */
export const CONNECTION_STEP_TITLES: Readonly<Record<ConnectionStepName, string>> = {
  settings: 'Settings',
  sentinels: 'Sentinels',
  address: 'Address',
  connect: 'Connect',
  tls: 'TLS',
  sign_in: 'Sign in',
  ping: 'PING',
  role: 'Role',
  module: 'RedisGears',
  cluster: 'Cluster',
  permissions: 'Permissions',
}

/** `warned`: it works, but not for long or not whole. `unknown`: the server does not say. `not_tried`: a step before it failed, or there is no need. */
export type ConnectionStepState = 'ok' | 'failed' | 'warned' | 'unknown' | 'not_tried'

export interface ConnectionStep {
  readonly step: ConnectionStepName
  readonly state: ConnectionStepState
  /** A sentence. */
  readonly detail: string
  /** What to do about it, the likeliest first; empty where nothing is wrong. */
  readonly help: readonly Help[]
}
