import { CONFIG_KEYS, type ConfigKey, configKey } from '@gearboard/gears/vocabulary/config-keys'
import type { ConfigValue } from '@gearboard/gears/vocabulary/environment'
import type { ShardAnswer, ShardRef } from '@gearboard/gears/vocabulary/shard'

export type LiveValue = string | number | readonly string[]

/** One shard's value of a key. */
export type ShardValue = { readonly shard: ShardRef } & ({ readonly value: LiveValue } | { readonly error: string })

/** A key over all shards. */
export interface ConfigRow {
  readonly name: string
  /** Undefined: a key of the user's own. */
  readonly key: ConfigKey | undefined
  readonly values: readonly ShardValue[]
  /** The value that every shard that answered has; undefined where they differ or none has one. */
  readonly agreed: LiveValue | undefined
  /** Shards that answered have different values, or only some have one. */
  readonly drifts: boolean
  /** Where all that is known agrees: it is not the default. */
  readonly changed: boolean
}

type ConfigAnswers = readonly ShardAnswer<readonly ConfigValue[]>[]

/** The module's own keys that the server's version has, in the order of the documentation. */
export const configRows = (shards: ConfigAnswers): readonly ConfigRow[] => {
  const asked = new Set(shards.flatMap((answer) => ('value' in answer ? answer.value.map(({ key }) => key) : [])))
  return CONFIG_KEYS.flatMap((key) => {
    const { name, nameOn10 } = key
    if (nameOn10 !== undefined && asked.has(nameOn10) && !asked.has(name)) return configRow(nameOn10, shards, key)
    return asked.size === 0 || asked.has(name) ? configRow(name, shards, key) : []
  })
}

export function configRow(name: string, shards: ConfigAnswers, key = configKey(name)): ConfigRow {
  const values = shards.map((answer): ShardValue => {
    if ('error' in answer) return { shard: answer.shard, error: answer.error.message }
    const entry = answer.value.find(({ key }) => key === name)
    if (!entry) return { shard: answer.shard, error: 'not asked' }
    return 'value' in entry ? { shard: answer.shard, value: entry.value } : { shard: answer.shard, error: entry.error }
  })
  // A shard that is silent says nothing about drift; one that answers without a value does.
  const answered = values.filter((_, index) => 'value' in (shards[index] ?? {}))
  const texts = new Set(answered.map((each) => ('value' in each ? valueText(each.value) : undefined)))
  const first = answered.find((each) => 'value' in each)
  const agreed = texts.size === 1 && first && 'value' in first ? first.value : undefined
  return {
    name,
    key,
    values,
    agreed,
    drifts: texts.size > 1,
    changed:
      agreed !== undefined && key?.defaultValue !== undefined && valueText(agreed) !== valueText(key.defaultValue),
  }
}

/** One line of text; lists by comma. */
export const valueText = (value: LiveValue): string => (typeof value === 'object' ? value.join(', ') : String(value))

/** Profiling of a shard as its ProfileExecutions says: null where it does not say. */
export const profilingOf = (value: ShardValue): boolean | null => ('value' in value ? Number(value.value) !== 0 : null)

/** Profiling over all shards. `unknown`: no shard says that it is on, and not every one says that it is off. */
export type ProfilingState = 'on' | 'some' | 'off' | 'unknown'

export function profilingOver(values: readonly ShardValue[]): ProfilingState {
  const each = values.map(profilingOf)
  if (each.length > 0 && each.every((on) => on === true)) return 'on'
  if (each.includes(true)) return 'some'
  return each.length > 0 && each.every((on) => on === false) ? 'off' : 'unknown'
}

/** What to send to each shard to have the row's present values again; undefined where a shard does not tell its value. */
export function undoOf(row: ConfigRow): readonly { readonly shard: string; readonly value: string }[] | undefined {
  const known = row.values.flatMap((each) =>
    'value' in each ? [{ shard: each.shard.key, value: valueText(each.value) }] : [],
  )
  return known.length === row.values.length && known.length > 0 ? known : undefined
}
