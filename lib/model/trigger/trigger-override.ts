import { SILENT_OVERRIDE } from '@/lib/model/cluster/silence'
import { UNPROVEN_OVERRIDE } from '@/lib/model/executions/withheld'

/** What a trigger may do though Gearboard refuses it, by name: reach a silent shard, and read a reply that nothing proves to be text. */
export const TRIGGER_OVERRIDES = [SILENT_OVERRIDE, UNPROVEN_OVERRIDE] as const
export type TriggerOverride = (typeof TRIGGER_OVERRIDES)[number]
