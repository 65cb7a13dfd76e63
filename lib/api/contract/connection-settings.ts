import type { ConnectionStep } from '@gearboard/gears/vocabulary/connection-test'
import { z } from 'zod'
import { answers, endpoint } from '../endpoint'
import { type ConnectionDefinition, connectionDefinition } from './connection-definition'

/** What of a definition never leaves the server. */
export const SECRET_FIELDS = ['password', 'tls.key', 'sentinel.password'] as const
export type SecretField = (typeof SECRET_FIELDS)[number]

/** A connection that was added in the browser, without its secrets. */
export interface ConnectionSetting {
  readonly definition: ConnectionDefinition
  /** The secrets that are stored. */
  readonly has: readonly SecretField[]
  /** ms since the epoch */
  readonly changedAt: number
  readonly changedBy: string | null
  /** Why it is not open, and what helps; null where it is. */
  readonly problem: string | null
}

export interface ConnectionSettingsReply {
  readonly settings: readonly ConnectionSetting[]
  /** Why none can be added or changed; null where they can. */
  readonly blocked: string | null
}

const definition = connectionDefinition.extend({
  /** Stored secrets to go on using. All others that the definition does not give are forgotten. */
  keep: z.array(z.enum(SECRET_FIELDS)).max(SECRET_FIELDS.length).default([]),
})

/** The connections that were added in the browser. Their secrets are stored encrypted and never answered. */
export const connectionSettingsEndpoints = {
  connectionSettings: endpoint({
    method: 'GET',
    path: '/api/connections/settings',
    access: 'admin',
    summary: 'The connections that were added in the browser, without their secrets',
    reply: answers<ConnectionSettingsReply>(),
  }),
  addConnection: endpoint({
    method: 'POST',
    action: 'Add connection',
    confirm: null,
    path: '/api/connections',
    access: 'admin',
    summary: 'Watch another RedisGears',
    body: definition,
    maxBodyBytes: 400_000,
    reply: answers<ConnectionSetting>(),
  }),
  testConnection: endpoint({
    method: 'POST',
    action: 'Test connection',
    confirm: null,
    path: '/api/connections/test',
    access: 'admin',
    summary: 'Try a connection step by step before it is saved; nothing is changed on the server. Takes up to 30 s',
    body: definition,
    maxBodyBytes: 400_000,
    reply: answers<{ readonly steps: readonly ConnectionStep[] }>(),
  }),
  changeConnection: endpoint({
    method: 'PUT',
    action: 'Change connection',
    confirm: 'name',
    path: '/api/connections/settings/{name}',
    access: 'admin',
    summary: 'Change a connection that was added in the browser; it is opened anew',
    body: definition,
    maxBodyBytes: 400_000,
    reply: answers<ConnectionSetting>(),
  }),
  removeConnection: endpoint({
    method: 'DELETE',
    action: 'Remove connection',
    confirm: 'name',
    path: '/api/connections/settings/{name}',
    access: 'admin',
    summary: 'Stop watching a connection that was added in the browser; its history stays',
    reply: answers<{ readonly removed: string }>(),
  }),
} as const
