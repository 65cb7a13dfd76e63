import type { PythonSession, Requirement } from '@gearboard/gears/vocabulary/environment'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import { groupBy } from '../list/group-by'
import type { Registration } from '../registrations/registration'

type EntryOnShard<T> = { readonly shard: string; readonly entry: T }

/** What every shard that answered lists, under the name that they share. */
function merged<T>(shards: readonly ShardAnswer<readonly T[]>[], nameOf: (entry: T) => string) {
  const all = shards.flatMap((answer): EntryOnShard<T>[] =>
    'value' in answer ? answer.value.map((entry) => ({ shard: answer.shard.key, entry })) : [],
  )
  const answered = shards.flatMap((answer) => ('value' in answer ? [answer.shard.key] : []))
  return [...groupBy(all, ({ entry }) => nameOf(entry))].map(([name, on]) => ({
    name,
    on,
    missingOn: answered.filter((key) => !on.some(({ shard }) => shard === key)),
  }))
}

export type RequirementState = 'installed' | 'downloaded' | 'missing'

/** How far a shard got with a requirement. */
export const installStateOf = ({ downloaded, installed }: Requirement): RequirementState =>
  installed ? 'installed' : downloaded ? 'downloaded' : 'missing'

/** A requirement over the shards. */
export interface RequirementRow {
  /** The pip specifier, compared as text by the module. */
  readonly name: string
  readonly on: readonly EntryOnShard<Requirement>[]
  /** Shards that answered and do not list it. */
  readonly missingOn: readonly string[]
  /** The worst of its shards. */
  readonly state: RequirementState
  /** Shards differ in whether they have it, how far they got, or with which wheels. Paths and counts are each shard's own. */
  readonly drifts: boolean
  readonly wheels: readonly string[]
  /** Ids of the sessions that name it. */
  readonly usedBy: readonly string[]
  /** Registrations whose private data names it, though no listed session of theirs does: 1.0 lists no sessions. */
  readonly usedByRegistrations: readonly { readonly key: string; readonly name: string }[]
}

const WORST: readonly RequirementState[] = ['missing', 'downloaded', 'installed']

export function requirementRows(
  shards: readonly ShardAnswer<readonly Requirement[]>[],
  sessions: readonly EnvironmentSession[],
  registrations: readonly Pick<Registration, 'key' | 'name' | 'privateData'>[] = [],
): readonly RequirementRow[] {
  return merged(shards, (requirement) => requirement.name)
    .map(({ name, on, missingOn }): RequirementRow => {
      const states = on.map(({ entry }) => installStateOf(entry))
      const usedBy = sessions.filter(({ requirements }) => requirements.includes(name)).map(({ name: id }) => id)
      const wheels = new Set(on.map(({ entry }) => JSON.stringify(entry.wheels?.toSorted() ?? null)))
      return {
        name,
        on,
        missingOn,
        state: WORST.find((state) => states.includes(state)) ?? 'missing',
        drifts: missingOn.length > 0 || new Set(states).size > 1 || wheels.size > 1,
        wheels: [...new Set(on.flatMap(({ entry }) => entry.wheels ?? []))],
        usedBy,
        usedByRegistrations: registrations.flatMap(({ key, name: registration, privateData }) =>
          privateData?.requirements.includes(name) && !usedBy.includes(privateData.session ?? '')
            ? [{ key, name: registration }]
            : [],
        ),
      }
    })
    .sort((a, b) => a.name.localeCompare(b.name))
}

/** A session over the shards. */
export interface EnvironmentSession {
  /** Its id. */
  readonly name: string
  readonly description: string | null
  readonly on: readonly EntryOnShard<PythonSession>[]
  readonly missingOn: readonly string[]
  readonly refCounts: readonly number[]
  readonly registrations: readonly string[]
  readonly requirements: readonly string[]
  /** `dead`: unlinked, and something still holds it. `held`: listed without registrations, its id stays taken. */
  readonly state: 'linked' | 'held' | 'dead'
}

export function sessionRows(shards: readonly ShardAnswer<readonly PythonSession[]>[]): readonly EnvironmentSession[] {
  // An upgrade leaves the old session under the same id among the dead.
  return merged(shards, ({ id, dead }) => `${dead ? 'dead' : ''}\n${id}`)
    .map(({ on, missingOn }): EnvironmentSession => {
      const registrations = [...new Set(on.flatMap(({ entry }) => entry.registrations))]
      const dead = on.some(({ entry }) => entry.dead)
      return {
        name: on[0]?.entry.id ?? '',
        description: on.find(({ entry }) => entry.description !== null)?.entry.description ?? null,
        on,
        missingOn: dead ? [] : missingOn,
        refCounts: on.map(({ entry }) => entry.refCount),
        registrations,
        requirements: [...new Set(on.flatMap(({ entry }) => entry.requirements))],
        state: dead ? 'dead' : registrations.length === 0 ? 'held' : 'linked',
      }
    })
    .sort((a, b) => a.name.localeCompare(b.name))
}
