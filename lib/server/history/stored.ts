import { z } from 'zod'
import { EXECUTION_STATUSES, type ExecutionPart } from '@/lib/model/execution'
import type { ResultValue } from '@/lib/model/value'

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
const optionsSchema = z.record(z.string(), z.union([z.string(), z.boolean()]))

export const storedParts = (json: string): readonly ExecutionPart[] => partsSchema.parse(JSON.parse(json))
export const storedResults = (json: string): readonly ResultValue[] => resultsSchema.parse(JSON.parse(json))
export const storedTexts = (json: string): readonly string[] => textsSchema.parse(JSON.parse(json))
export const storedOptions = (json: string): Readonly<Record<string, string | boolean>> =>
  optionsSchema.parse(JSON.parse(json))
