import type { ActionReply } from './action-reply'
import { answers, endpoint } from './endpoint'

/** What can be done to registrations, and what is told of them beside the list. */
export const registrationEndpoints = {
  pauseRegistration: endpoint({
    method: 'POST',
    path: '/api/{connection}/registrations/{id}/pause',
    access: 'operate',
    summary:
      'Pause a stream reader on every shard, and hold that against what each says afterwards (RG.PAUSEREGISTRATIONS)',
    reply: answers<ActionReply>(),
  }),
  resumeRegistration: endpoint({
    method: 'POST',
    path: '/api/{connection}/registrations/{id}/resume',
    access: 'operate',
    summary: 'Let a stream reader that stands still on every shard go on (RG.UNPAUSEREGISTRATIONS)',
    reply: answers<ActionReply>(),
  }),
  clearStatistics: endpoint({
    method: 'POST',
    path: '/api/{connection}/registrations/clear-statistics',
    access: 'operate',
    summary: 'Zero the counters of all registrations on every shard (RG.CLEARREGISTRATIONSSTATS)',
    reply: answers<ActionReply>(),
  }),
} as const
