import { EXECUTION_STATUSES, type ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import { z } from 'zod'
import { AUDIT_LINKS, type AuditLink } from '@/lib/model/record/audit'
import { DamagedRow } from './row'

/** What is kept as JSON may have been written by an earlier Gearboard: it is read as carefully as any other input. */
const partsSchema: z.ZodType<readonly ExecutionPart[]> = z.array(
  z.object({
    shard: z.string(),
    status: z.enum(EXECUTION_STATUSES),
    shardsReceived: z.number(),
    shardsCompleted: z.number(),
    results: z.number().nullable(),
    errors: z.array(z.string()),
    errorsLeftOut: z.number().optional(),
    totalDurationMs: z.number(),
    readDurationMs: z.number(),
    steps: z.array(
      z.object({
        type: z.string(),
        name: z.string(),
        arg: z.string(),
        durationMs: z.number().nullable(),
        global: z.boolean(),
      }),
    ),
    stepsLeftOut: z.number().optional(),
  }),
)

const resultSchema: z.ZodType<ResultValue> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.null(),
    z.array(resultSchema),
    z.object({ error: z.string() }),
    z.object({ status: z.string() }),
    z.object({ base64: z.string() }),
  ]),
)

const resultsSchema = z.array(resultSchema)
const textsSchema = z.array(z.string())
const linksSchema: z.ZodType<readonly AuditLink[]> = z.array(z.object({ kind: z.enum(AUDIT_LINKS), id: z.string() }))
const optionsSchema = z.record(z.string(), z.union([z.string(), z.boolean()]))

/** @param what it is, of an entry: `the parts` @throws DamagedRow */
export function stored<T>(what: string, schema: z.ZodType<T>, json: string): T {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new DamagedRow(`history.db: ${what} of an entry are no JSON`)
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new DamagedRow(`history.db: ${what} of an entry are not what was written`)
  return parsed.data
}

export const storedParts = (json: string): readonly ExecutionPart[] => stored('the parts', partsSchema, json)
export const storedResults = (json: string): readonly ResultValue[] => stored('the results', resultsSchema, json)
export const storedTexts = (json: string): readonly string[] => stored('the texts', textsSchema, json)
export const storedLinks = (json: string): readonly AuditLink[] => stored('the links', linksSchema, json)
export const storedOptions = (json: string): Readonly<Record<string, string | boolean>> =>
  stored('the options', optionsSchema, json)
