import { type FiringHazard, firingHazards } from '@/lib/model/registrations/never-fires'
import { at, type LintRule, type RuleFinding } from '../finding'
import { patternOf } from '../reading/events'
import type { GivenArgument, ReadValue } from '../reading/values'
import { type Action, given } from '../script'

/** Registrations that cannot fire, or for much less than they look like. */
export const neverFires: LintRule = function* (script) {
  for (const action of script.actions) {
    const { reader } = action.builder
    if (action.name !== 'register') continue
    if (reader === 'KeysReader' || reader === 'StreamReader') {
      const pattern = patternOf(action)
      const problems = firingHazards({
        reader,
        prefix: pattern?.kind === 'text' ? pattern.value : undefined,
        ...(reader === 'KeysReader' && {
          eventTypes: textsOf(given(action.args, 'eventTypes')?.value),
          keyTypes: textsOf(given(action.args, 'keyTypes')?.value),
          commands: textsOf(given(action.args, 'commands')?.value),
        }),
      })
      for (const problem of problems) yield firing(action, problem)
    } else if (reader === 'CommandReader') yield* starredKeyPrefix(action)
  }
}

/** Every text of a list; null where nothing is given, undefined where not all of it is known. */
function textsOf(value: ReadValue | undefined): readonly string[] | null | undefined {
  if (!value || value.kind === 'none') return null
  if (value.kind !== 'list' || value.open) return undefined
  const texts = value.items.flatMap((item) => (item.kind === 'text' ? [item.value] : []))
  return texts.length === value.items.length ? texts : undefined
}

function firing(action: Action, { about, kind, words, instead, meant }: FiringHazard): RuleFinding {
  const arg = argumentOf(action, about)
  const node = arg ? partOf(arg, meant?.given) : action.nameNode
  const literal = meant && node.name === 'String'
  return {
    severity: 'warning',
    ...at(node),
    message: words,
    hint: kind === 'never' ? `${instead} As written, it never fires.` : instead,
    ...(literal && { fix: { label: `Write '${meant.by}'`, edits: [{ ...at(node), insert: `'${meant.by}'` }] } }),
  }
}

const argumentOf = ({ args }: Action, about: FiringHazard['about']): GivenArgument | undefined =>
  about === 'prefix' ? (given(args, 'regex') ?? given(args, 'prefix', 0)) : given(args, about)

/** The item of a list that it is about, where the call itself holds that list. */
function partOf({ value, node }: GivenArgument, text: string | undefined) {
  if (value.kind !== 'list' || text === undefined) return node
  const i = value.items.findIndex((item) => item.kind === 'text' && item.value === text)
  const part = value.nodes[i]
  return part && part.from >= node.from && part.to <= node.to ? part : node
}

/** Here a prefix has no star (protocol 3.5): it would have to stand in the key. */
function* starredKeyPrefix(action: Action): Generator<RuleFinding> {
  const prefix = given(action.args, 'keyprefix')
  if (prefix?.value.kind !== 'text' || !prefix.value.value.endsWith('*')) return
  const { value } = prefix.value
  let end = value.length
  while (value[end - 1] === '*') end--
  const plain = value.slice(0, end)
  yield {
    severity: 'warning',
    ...at(prefix.node),
    message: `keyprefix '${value}' matches only keys that start with '${value}', including the star`,
    hint: `A keyprefix is a plain prefix without a star. Write '${plain}'.`,
    ...(prefix.node.name === 'String' && {
      fix: { label: `Write '${plain}'`, edits: [{ ...at(prefix.node), insert: `'${plain}'` }] },
    }),
  }
}

/** RedisGears runs a script under the name `not_main`. */
export const neverRuns: LintRule = function* (script) {
  for (const condition of script.neverRun)
    yield {
      severity: 'warning',
      ...at(condition),
      message: "This block never runs: in RedisGears __name__ is 'not_main'",
      hint: 'Move its code out of the if.',
    }
}
