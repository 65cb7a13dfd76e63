import type { PythonSession, Requirement } from '@gearboard/gears/vocabulary/environment'
import type { ShardAnswer, ShardRef } from '@gearboard/gears/vocabulary/shard'
import { z } from 'zod'
import type { ReadAge } from '@/lib/model/cluster/shard'
import { answers, endpoint } from '../endpoint'
import { MAX_BUNDLE_BYTES } from '../limits'
import { overrides } from '../override'

export interface RequirementsReply extends ReadAge {
  readonly shards: readonly ShardAnswer<readonly Requirement[]>[]
}

export interface SessionsReply extends ReadAge {
  readonly shards: readonly ShardAnswer<readonly PythonSession[]>[]
}

/** A bundle that every shard has taken. */
export interface ImportReply {
  readonly name: string
  readonly bytes: number
  readonly chunks: number
  /** Of the chunks, one after the other: the same on export and import. */
  readonly sha256: string
  /** Who says afterwards that it is installed. */
  readonly installedOn: readonly ShardRef[]
  /** The shards that do not list it as installed: outside a cluster that RG.REFRESHCLUSTER formed, a shard passes nothing on. */
  readonly missingOn: readonly ShardRef[]
  /** Who could not be asked. */
  readonly unknownOn: readonly ShardRef[]
}

/** Requirements and sessions of Python. */
export const environmentEndpoints = {
  requirements: endpoint({
    method: 'GET',
    path: '/api/{connection}/requirements',
    access: 'read',
    summary: 'Requirements of every shard (RG.PYDUMPREQS)',
    reply: answers<RequirementsReply>(),
  }),
  exportRequirement: endpoint({
    method: 'GET',
    path: '/api/{connection}/requirements/{name}',
    access: 'develop',
    summary: 'A requirement with its wheels as a bundle (RG.PYEXPORTREQ): application/octet-stream',
    reply: answers<never>(),
  }),
  importRequirement: endpoint({
    method: 'POST',
    action: 'Import requirement',
    confirm: 'connection',
    path: '/api/{connection}/requirements',
    access: 'develop',
    summary: 'Install a bundle on every shard (RG.PYIMPORTREQ); the body is application/octet-stream',
    query: z.object({ override: overrides }),
    maxBodyBytes: MAX_BUNDLE_BYTES,
    reply: answers<ImportReply>(),
  }),
  sessions: endpoint({
    method: 'GET',
    path: '/api/{connection}/sessions',
    access: 'read',
    summary: 'Sessions of every shard, including dead ones (RG.PYDUMPSESSIONS)',
    reply: answers<SessionsReply>(),
  }),
} as const
