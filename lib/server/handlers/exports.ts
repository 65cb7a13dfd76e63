import {
  ACTION_COLUMNS,
  EXECUTION_COLUMNS,
  FUNCTION_COLUMNS,
  MEMORY_COLUMNS,
  REGISTRATION_COLUMNS,
} from '@/lib/model/export/export-columns'
import type { ExportColumns, ExportFormat, ExportSize } from '@/lib/model/export/export-table'
import { mayAuditGearboard } from '@/lib/model/people/grant'
import { exportResponse, exportSize } from '../http/export-response'
import type { Handlers } from '../http/route'
import {
  actionPages,
  countOfExecutions,
  type ExportPages,
  executionPages,
  functionPages,
  memoryPages,
  registrationPages,
} from '../operations/exports'
import { connectionNamed } from '../runtime'

interface ExportedList<Row> {
  readonly name: string
  readonly format: ExportFormat | undefined
  readonly columns: ExportColumns<Row>
  readonly pages: ExportPages<Row>
}

/** The file, or how many rows it would have. */
const exported = async <Row>(
  { format, pages, ...file }: ExportedList<Row>,
  { headers, isAllowed }: { readonly headers: Headers; readonly isAllowed: () => boolean },
): Promise<ExportSize | Response> =>
  format === undefined ? exportSize(pages) : exportResponse({ ...file, format, pages }, headers, isAllowed)

export const exportHandlers: Pick<
  Handlers,
  'exportExecutions' | 'exportRegistrations' | 'exportActions' | 'exportFunctions' | 'exportMemory'
> = {
  exportExecutions: async ({ runtime, params, query: { format, q, ...query }, ...call }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known().catch(() => undefined)
    const asked = { ...query, ...(q && { filter: q }) }
    const rows = format === undefined ? await countOfExecutions(connection, asked) : undefined
    if (rows !== undefined) return { rows, more: false }
    const pages = executionPages(connection, asked)
    return exported({ name: 'executions', format, columns: EXECUTION_COLUMNS, pages }, call)
  },

  exportRegistrations: async ({ runtime, params, query: { format, q }, ...call }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known()
    const pages = registrationPages(connection, q)
    return exported({ name: 'registrations', format, columns: REGISTRATION_COLUMNS, pages }, call)
  },

  exportActions: async ({ runtime, params, query: { format, ...query }, principal, ...call }) => {
    const asked = { ...query, own: mayAuditGearboard(principal) }
    const pages = actionPages(connectionNamed(runtime, params.connection), asked)
    return exported({ name: 'actions', format, columns: ACTION_COLUMNS, pages }, call)
  },

  exportFunctions: async ({ runtime, params, query: { format, ...range }, ...call }) => {
    const pages = functionPages(connectionNamed(runtime, params.connection), range)
    return exported({ name: 'functions', format, columns: FUNCTION_COLUMNS, pages }, call)
  },

  exportMemory: async ({ runtime, params, query: { format, ...range }, ...call }) => {
    const pages = memoryPages(connectionNamed(runtime, params.connection), range)
    return exported({ name: 'memory', format, columns: MEMORY_COLUMNS, pages }, call)
  },
}
