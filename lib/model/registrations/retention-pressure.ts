import type { ConfigValue } from '@gearboard/gears/vocabulary/environment'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import type { Registration } from './registration'

/** How many executions the shards keep; the smallest over the shards. Null: not known. Infinity: no limit (a value ≤ 0, protocol 2.4). */
export interface RetentionLimits {
  readonly executions: number | null
  readonly perRegistration: number | null
}

export const UNKNOWN_LIMITS: RetentionLimits = { executions: null, perRegistration: null }

/** For how long a finished execution of a registration stays on the server, at the current rate. */
export interface ExecutionRetention {
  /** At most, ms: other runs push it out sooner. */
  readonly ms: number
  readonly by: 'MaxExecutions' | 'MaxExecutionsPerRegistration'
  readonly limit: number
}

export function limitsOf(shards: readonly ShardAnswer<readonly ConfigValue[]>[]): RetentionLimits {
  const smallest = (key: string): number | null => {
    const values = shards.flatMap((answer) => {
      const entry = 'value' in answer ? answer.value.find((each) => each.key === key) : undefined
      return entry && 'value' in entry && typeof entry.value === 'number' ? [entry.value] : []
    })
    return values.length === 0
      ? null
      : Math.min(...values.map((value) => (value <= 0 ? Number.POSITIVE_INFINITY : value)))
  }
  return { executions: smallest('MaxExecutions'), perRegistration: smallest('MaxExecutionsPerRegistration') }
}

/** Those of commands leave the server as they end, whatever the limits. */
const isKept = ({ reader }: Registration): boolean => reader !== 'CommandReader'

/**
 * By key of the registration; one that is unknown, or is not evicted at all, is left out. An `async` execution is in the list of every
 * shard, the others in that of their own.
 */
export function retentionOf(
  registrations: readonly Registration[],
  { executions, perRegistration }: RetentionLimits,
): ReadonlyMap<string, ExecutionRetention> {
  const kept = registrations.filter(isKept)
  const shards = new Set(kept.flatMap(({ perShard }) => perShard.map(({ shard }) => shard)))
  const listed = new Map([...shards].map((shard) => [shard, total(kept.map((r) => listedRate(r, shard)))]))
  return new Map(
    kept.flatMap((r) => {
      const times: ExecutionRetention[] = []
      for (const { shard, rates } of r.perShard) {
        const own = rates?.triggered ?? 0
        if (own <= 0) continue
        const all = listed.get(shard) ?? null
        if (perRegistration !== null && Number.isFinite(perRegistration))
          times.push({ ms: (1000 * perRegistration) / own, by: 'MaxExecutionsPerRegistration', limit: perRegistration })
        if (executions !== null && Number.isFinite(executions) && all !== null && all > 0)
          times.push({ ms: (1000 * executions) / all, by: 'MaxExecutions', limit: executions })
      }
      const [shortest] = times.toSorted((a, b) => a.ms - b.ms)
      return shortest ? [[r.key, shortest] as const] : []
    }),
  )
}

/** How many executions of a registration a shard lists again each second. */
function listedRate(r: Registration, shard: string): number | null {
  if (r.mode === 'async') return r.rates?.triggered ?? null
  const part = r.perShard.find((each) => each.shard === shard)
  return part ? (part.rates?.triggered ?? null) : 0
}

const total = (rates: readonly (number | null)[]): number | null =>
  rates.reduce<number | null>((sum, rate) => (sum === null || rate === null ? null : sum + rate), 0)
