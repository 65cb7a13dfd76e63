import { z } from 'zod'
import { HAZARD_NAMES } from '@/lib/functions/python/refusal'
import { SILENT_OVERRIDE } from '@/lib/model/cluster/silence'
import { TRIGGER_OVERRIDES } from '@/lib/model/trigger/trigger-override'

const name = z.literal(SILENT_OVERRIDE, `must be ${SILENT_OVERRIDE}`)

/** What is sent though Gearboard refuses it, by name: to a cluster of which a shard is silent. */
export const overrideNames = z.array(name).max(1, 'must not repeat a name').default([])

/** As `overrideNames`, in an address: comma-separated. */
export const overrides = z
  .string()
  .max(100)
  .default('')
  .transform((text) => (text === '' ? [] : text.split(',')))
  .pipe(z.array(name).max(1, 'must not repeat a name'))

export const triggerOverrides = z
  .array(z.enum(TRIGGER_OVERRIDES, `must be ${TRIGGER_OVERRIDES.join(' or ')}`))
  .max(TRIGGER_OVERRIDES.length, 'must not repeat a name')
  .default([])

/** Of a script: its hazards, and that a shard is silent which it needs. */
export const SUBMIT_OVERRIDES = [...HAZARD_NAMES, SILENT_OVERRIDE] as const
export type SubmitOverride = (typeof SUBMIT_OVERRIDES)[number]
