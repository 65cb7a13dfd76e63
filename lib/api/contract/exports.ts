import { z } from 'zod'
import { EXPORT_FORMATS, type ExportSize } from '@/lib/model/export/export-table'
import { MAX_FILTER_LENGTH } from '@/lib/model/filter/filter'
import { answers, endpoint } from '../endpoint'
import { time, timeRange } from '../time-range'
import { auditFilter } from './history'

const text = z.string().max(4096, 'must be at most 4,096 characters')
const q = z.string().max(MAX_FILTER_LENGTH, `must be at most ${MAX_FILTER_LENGTH} characters`)
/** Left out: the answer is how many rows there are. */
const format = z.enum(EXPORT_FORMATS, `must be one of ${EXPORT_FORMATS.join(', ')}`).optional()

/** The most rows of one export. */
export const MOST_EXPORTED_ROWS = 1_000_000

/**
 * Lists as files, streamed: CSV with a header line, or one JSON object a line (`jsonl`). Without `format` the answer is how many rows there are. An
 * export that lacks something says so in its last line.
 */
export const exportEndpoints = {
  exportExecutions: endpoint({
    method: 'GET',
    path: '/api/{connection}/export/executions',
    access: 'read',
    summary: 'Executions, live and in history, newest first, as CSV or JSON lines; without `format` how many there are',
    query: z.object({
      format,
      /** Those that ended from then on, or are in flight. */
      from: time.optional(),
      /** Those that ended before, or began before and are in flight. */
      to: time.optional(),
      /** The list's filter. */
      q: q.optional(),
      registration: text.optional(),
      errorGroup: z.coerce.number().int().nonnegative().optional(),
    }),
    reply: answers<ExportSize>(),
  }),
  exportRegistrations: endpoint({
    method: 'GET',
    path: '/api/{connection}/export/registrations',
    access: 'read',
    summary: 'Registrations as CSV or JSON lines; without `format` how many there are',
    query: z.object({ format, /** The list's filter. */ q: q.optional() }),
    reply: answers<ExportSize>(),
  }),
  exportActions: endpoint({
    method: 'GET',
    path: '/api/{connection}/export/actions',
    access: 'admin',
    summary: 'Actions through Gearboard, newest first, as CSV or JSON lines; without `format` how many there are',
    query: z.object({
      format,
      ...auditFilter,
    }),
    reply: answers<ExportSize>(),
  }),
  exportFunctions: endpoint({
    method: 'GET',
    path: '/api/{connection}/export/functions',
    access: 'read',
    summary: 'Runs by function over a range as CSV or JSON lines; without `format` how many functions there are',
    query: timeRange.safeExtend({ format }),
    reply: answers<ExportSize>(),
  }),
  exportMemory: endpoint({
    method: 'GET',
    path: '/api/{connection}/export/memory',
    access: 'read',
    summary:
      'Python memory of every shard over a range, in the finest stored step, as CSV or JSON lines; without `format` how many points there are',
    query: timeRange.safeExtend({ format }),
    reply: answers<ExportSize>(),
  }),
} as const
