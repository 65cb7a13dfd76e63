import { z } from 'zod'
import { MAX_FILTER_LENGTH } from '@/lib/model/filter/filter'
import { type ActionUnderWay, AUDIT_OUTCOMES, type AuditPage } from '@/lib/model/record/audit'
import type { AuditChainCheck } from '@/lib/model/record/audit-chain'
import type { FunctionHistory } from '@/lib/model/record/function-history'
import {
  type ExecutionPage,
  type HistoryStats,
  isSeriesKind,
  type LostRegistration,
  type RecordedErrorGroup,
  type RecordedSeries,
  type RememberedRegistration,
  SERIES_KINDS,
} from '@/lib/model/record/history'
import type { HistoryNotice } from '@/lib/model/record/history-notice'
import type { SourcePage, SourceWithScript } from '@/lib/model/record/source'
import { answers, endpoint } from '../endpoint'
import { time, timeRange } from '../time-range'

const text = z.string().max(4096, 'must be at most 4,096 characters')
const cursor = z.string().max(40, 'must be the `next` of an earlier page')
/** Which actions, of those in the audit log. */
export const auditFilter = {
  who: text.optional(),
  action: text.optional(),
  /** Part of its target, or of what it says of it before and after. */
  target: text.optional(),
  outcome: z.enum(AUDIT_OUTCOMES, `must be one of ${AUDIT_OUTCOMES.join(', ')}`).optional(),
  from: time.optional(),
  to: time.optional(),
}
const limit = (most: number) => z.coerce.number().int().min(1).max(most, `must be at most ${most}`)

/** What the recorder remembers: all of it bounded, lists in pages. 503 `no_history` where nothing can be read. */
export const historyEndpoints = {
  historyStats: endpoint({
    method: 'GET',
    path: '/api/{connection}/history',
    access: 'read',
    summary: 'Size of the history, and whether recording keeps up',
    reply: answers<HistoryStats>(),
  }),
  acknowledgeNotice: endpoint({
    method: 'DELETE',
    action: 'Acknowledge notice',
    confirm: null,
    path: '/api/{connection}/history/notices/{id}',
    access: 'operate',
    ownRecord: true,
    summary: 'Acknowledge a history notice, which everyone sees until then',
    reply: answers<HistoryNotice>(),
  }),
  historyExecutions: endpoint({
    method: 'GET',
    path: '/api/{connection}/history/executions',
    access: 'read',
    summary: 'Executions in history, newest first, including those no longer on the server',
    query: z.object({
      from: time.optional(),
      to: time.optional(),
      /** The list's filter: `status:failed -shard:b57e duration:>5s "KeyError"`. */
      q: z.string().max(MAX_FILTER_LENGTH, `must be at most ${MAX_FILTER_LENGTH} characters`).optional(),
      registration: text.optional(),
      errorGroup: z.coerce.number().int().nonnegative().optional(),
      cursor: cursor.optional(),
      limit: limit(500).optional(),
    }),
    reply: answers<ExecutionPage>(),
  }),
  historySeries: endpoint({
    method: 'GET',
    path: '/api/{connection}/history/series',
    access: 'read',
    summary:
      'Activity, memory of a shard or counters of a registration over a range, in the finest stored step that fits',
    query: timeRange.safeExtend({
      kind: z.string().refine(isSeriesKind, `must be one of ${SERIES_KINDS.join(', ')}`),
      /** Key of the shard or of the registration; none for `activity`. */
      subject: text.optional(),
      points: z.coerce.number().int().min(10).max(2000).optional(),
    }),
    reply: answers<RecordedSeries>(),
  }),
  historyFunctions: endpoint({
    method: 'GET',
    path: '/api/{connection}/history/functions',
    access: 'read',
    summary:
      'Runs by function over a range: counts by outcome and p50, p95, p99 of their durations, in total and per time step, and where durations changed',
    query: timeRange.safeExtend({
      /** Points a function at most; 1 where only the whole is wanted. */
      points: z.coerce.number().int().min(1).max(500).optional(),
      /** Only what has this name: of a submission or of a registration. */
      name: text.optional(),
      /** Only those without a known function with this plan, by its fingerprint. */
      plan: z.string().max(64).optional(),
    }),
    reply: answers<FunctionHistory>(),
  }),
  historyErrors: endpoint({
    method: 'GET',
    path: '/api/{connection}/history/errors',
    access: 'read',
    summary: 'Errors by cause: one group for each signature and function',
    query: z.object({
      registration: text.optional(),
      submission: text.optional(),
      from: time.optional(),
      limit: limit(200).optional(),
    }),
    /** `more`: there are others, last seen before these. `unreadable`: how many are damaged, and left out. */
    reply: answers<{
      readonly groups: readonly RecordedErrorGroup[]
      readonly more: boolean
      readonly unreadable?: number
    }>(),
  }),
  historyRegistrations: endpoint({
    method: 'GET',
    path: '/api/{connection}/history/registrations',
    access: 'read',
    summary: 'All registrations ever seen, including removed ones',
    reply: answers<{ readonly registrations: readonly RememberedRegistration[]; readonly unreadable?: number }>(),
  }),
  lostRegistration: endpoint({
    method: 'GET',
    path: '/api/{connection}/history/registrations/{id}',
    access: 'read',
    summary: 'History of a registration that no shard lists: when it was seen, and who removed it through Gearboard',
    reply: answers<LostRegistration>(),
  }),
  sources: endpoint({
    method: 'GET',
    path: '/api/{connection}/sources',
    access: 'read',
    summary: 'Submissions through Gearboard, newest first, with version and author',
    query: z.object({
      name: text.optional(),
      /** The session id that it was sent under. */
      session: text.optional(),
      /** Id of a registration that it made. */
      registration: text.optional(),
      cursor: cursor.optional(),
      limit: limit(200).optional(),
    }),
    reply: answers<SourcePage>(),
  }),
  source: endpoint({
    method: 'GET',
    path: '/api/{connection}/sources/{id}',
    access: 'read',
    reveals: ['sources'],
    summary: 'One submission with its script',
    reply: answers<SourceWithScript>(),
  }),
  actionsUnderWay: endpoint({
    method: 'GET',
    path: '/api/{connection}/audit/under-way',
    access: 'admin',
    summary:
      'Actions through this Gearboard that have not ended, newest first; the audit lists an action once it has ended',
    reply: answers<{ readonly actions: readonly ActionUnderWay[] }>(),
  }),
  verifyAudit: endpoint({
    method: 'GET',
    path: '/api/connections/audit/verify',
    access: 'admin',
    summary:
      'Whether an entry of the audit log was changed, removed or inserted, by its chain of hashes over all connections',
    reply: answers<AuditChainCheck>(),
  }),
  audit: endpoint({
    method: 'GET',
    path: '/api/{connection}/audit',
    access: 'admin',
    summary:
      'Actions through Gearboard, including refused ones, newest first; for an admin of all connections also those on none, such as sign-ins',
    query: z.object({
      ...auditFilter,
      cursor: cursor.optional(),
      limit: limit(500).optional(),
    }),
    reply: answers<AuditPage>(),
  }),
} as const
