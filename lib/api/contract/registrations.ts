import { z } from 'zod'
import type { HiddenKind } from '@/lib/model/people/grant'
import type { SourceFinding } from '@/lib/model/registrations/hazards'
import type { Registration } from '@/lib/model/registrations/registration'
import type { RegistrationTrend } from '@/lib/model/registrations/registration-trend'
import type { RegistrationStreams } from '@/lib/model/registrations/stream-state'
import type { ActionReply, TargetReply } from '../action-reply'
import { answers, endpoint } from '../endpoint'
import { overrideNames, overrides } from '../override'
import { identity, seen } from '../seen'
import { type Changes, since } from './changes'

const MOST_REGISTRATIONS = 100_000

export interface RegistrationsReply extends Changes {
  readonly registrations: readonly Registration[]
}

/** What can be done to registrations, and what is reported about them besides the list. */
export const registrationsEndpoints = {
  registrations: endpoint({
    method: 'GET',
    path: '/api/{connection}/registrations',
    access: 'read',
    summary: 'Registrations of all shards, merged, with summed counters',
    query: since,
    reply: answers<RegistrationsReply>(),
  }),
  registration: endpoint({
    method: 'GET',
    path: '/api/{connection}/registrations/{id}',
    access: 'read',
    summary: 'One registration',
    reply: answers<Registration>(),
  }),
  unregister: endpoint({
    method: 'DELETE',
    action: 'Unregister',
    confirm: 'connection',
    path: '/api/{connection}/registrations/{id}',
    access: 'operate',
    summary: 'Unregister on every shard (RG.UNREGISTER)',
    query: z.object({ seen, abortPending: z.stringbool('must be true or false').default(false) }),
    reply: answers<TargetReply>(),
  }),
  pauseRegistration: endpoint({
    method: 'POST',
    action: 'Pause',
    confirm: 'connection',
    path: '/api/{connection}/registrations/{id}/pause',
    access: 'operate',
    summary: 'Pause a stream reader on every shard, then check each shard’s status (RG.PAUSEREGISTRATIONS)',
    query: z.object({ seen, override: overrides }),
    reply: answers<TargetReply>(),
  }),
  resumeRegistration: endpoint({
    method: 'POST',
    action: 'Resume',
    confirm: 'connection',
    path: '/api/{connection}/registrations/{id}/resume',
    access: 'operate',
    summary: 'Resume a stream reader that is paused on every shard (RG.UNPAUSEREGISTRATIONS)',
    query: z.object({ seen, override: overrides }),
    reply: answers<TargetReply>(),
  }),
  clearStatistics: endpoint({
    method: 'POST',
    action: 'Clear statistics',
    confirm: 'connection',
    path: '/api/{connection}/registrations/clear-statistics',
    access: 'operate',
    summary: 'Zero the counters of all registrations on every shard (RG.CLEARREGISTRATIONSSTATS)',
    body: z.object({
      /** The identity of each: if the list has one that is not among these, it was added since, and nothing is cleared. */
      seen: z.array(identity).max(MOST_REGISTRATIONS, 'must be at most 100,000'),
      override: overrideNames,
    }),
    maxBodyBytes: MOST_REGISTRATIONS * 70,
    reply: answers<ActionReply>(),
  }),
  registrationTrends: endpoint({
    method: 'GET',
    path: '/api/{connection}/registrations/trends',
    access: 'read',
    summary: 'Counter growth of each registration over the last 15 min, in steps of 30 s, as polled',
    reply: answers<{ readonly trends: readonly RegistrationTrend[] }>(),
  }),
  streams: endpoint({
    method: 'GET',
    path: '/api/{connection}/streams',
    access: 'read',
    contains: ['arguments'],
    summary:
      'Backlog and trend of the streams of stream readers, read with plain commands within a budget; reports what the budget did not cover',
    query: z.object({
      /** Only for this registration, with the fields of entries that no consumer finishes. */
      registration: z.string().max(4096, 'must be at most 4,096 characters').optional(),
    }),
    /** `hidden`: what the viewer's grant hides, and is left out for that. */
    reply: answers<{
      readonly registrations: readonly RegistrationStreams[]
      readonly hidden?: readonly HiddenKind[]
    }>(),
  }),
  sourceFindings: endpoint({
    method: 'GET',
    path: '/api/{connection}/source-findings',
    access: 'read',
    reveals: ['sources'],
    summary: 'Findings of the editor’s rules in the scripts of registrations that were submitted through Gearboard',
    reply: answers<{ readonly findings: readonly SourceFinding[] }>(),
  }),
} as const
