import type { SyntaxNode } from '@gearboard/gears/script/tree'
import { at, type Edit, type LintRule, type RuleFinding } from '../finding'
import { optionsOf, type ReadValue, type Scope } from '../reading/values'
import { meansGlobal, type NameUse, namesOf } from '../scopes'
import type { ReadScript } from '../script'
import { CRASHING_NAMES, TAKEN_NAMES } from '../taken-names'

/**
 * Globals of the script that a function uses and that the module has under the same name: where the function is read again, on another
 * shard or from an RDB, it finds the module's. The callback itself goes by value, so its own name counts only where something calls it.
 */
export const takenName: LintRule = function* (script) {
  if (script.happenings.length === 0 || !mentionsTaken(script)) return
  const names = namesOf(script.text, script.root)
  const globals = names.filter((use) => TAKEN_NAMES.has(use.name) && meansGlobal(use))
  const used = usedByCallbacks(script, names)
  const done = new Set<string>()
  for (const use of globals) {
    if (!use.binds || !used.has(use.name) || done.has(use.name) || isSameThing(use)) continue
    done.add(use.name)
    const all = names.filter((other) => other.name === use.name && meansGlobal(other))
    yield finding(script, use, all)
  }
}

/** Looked for first: most scripts bind none of these, and need no reading of their scopes. */
const mentionsTaken = ({ nodes, text }: ReadScript): boolean =>
  nodes.some((node) => node.name === 'VariableName' && TAKEN_NAMES.has(text.slice(node.from, node.to)))

/** `import sys` brings what the module has as well. */
const isSameThing = ({ name, imported }: NameUse): boolean =>
  imported !== undefined && imported.path === TAKEN_NAMES.get(name)

function finding(script: ReadScript, use: NameUse, all: readonly NameUse[]): RuleFinding {
  const crash = CRASHING_NAMES.includes(use.name)
  const insert = freeName(use.name, script.text)
  const what = `${use.name} is a name in RedisGears’ own Python code`
  return {
    severity: crash ? 'crash' : 'warning',
    ...at(use.node),
    message: crash ? `${what}: using it in a function crashes every other shard` : `${what}, which replaces yours`,
    hint: crash
      ? 'A function that uses it cannot be sent to other shards: every other shard crashes when it arrives, and this one when it loads it from an RDB. Rename it.'
      : 'A function that uses it gets RedisGears’ own on every other shard, and everywhere after a restart from an RDB. Rename it.',
    fix: {
      label: `Rename to ${insert}`,
      edits: all.map((one) => renaming(one, insert)).toSorted((a, b) => a.from - b.from),
    },
  }
}

/** `import load` becomes `import load as load_`: what is imported keeps its name. */
function renaming({ node, name, imported }: NameUse, insert: string): Edit {
  return { from: node.from, to: node.to, insert: imported && !imported.aliased ? `${name} as ${insert}` : insert }
}

function freeName(name: string, text: string): string {
  const base = `my_${name.replace(/^_+/, '')}`
  const words = new Set(text.match(/\w+/g))
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? base : `${base}${n}`
    if (!words.has(candidate)) return candidate
  }
}

/** The globals that the functions use which Gears passes on, and the functions and classes that those use. */
function usedByCallbacks({ happenings }: ReadScript, names: readonly NameUse[]): ReadonlySet<string> {
  const bySpan = names.filter((use) => meansGlobal(use)).toSorted((a, b) => a.node.from - b.node.from)
  const used = new Set<string>()
  const seen = new Set<SyntaxNode>()
  const closed = new Set<Scope>()
  const queue: { readonly node: SyntaxNode; readonly value: ReadValue }[] = []
  const queueCallables = (value: ReadValue) => {
    for (const one of optionsOf(value)) {
      if (one.kind === 'function' || one.kind === 'class') {
        if (!seen.has(one.node)) queue.push({ node: one.node, value: one })
      } else if (one.kind === 'instance') queueCallables(one.of)
      else if (one.kind === 'partial') queueCallables(one.of)
    }
  }
  for (const { callbacks, action } of happenings) {
    for (const { value } of callbacks) queueCallables(value)
    // Passed on as the reader's own function.
    for (const { value } of action.args.named.values()) queueCallables(value)
  }
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { node, value } = next
    if (seen.has(node)) continue
    seen.add(node)
    const scope = value.kind === 'function' ? value.scope : value.kind === 'class' ? value.scope.parent : null
    for (let i = firstFrom(bySpan, node.from); i < bySpan.length; i++) {
      const use = bySpan[i]
      if (!use || use.node.from > node.to) break
      if (use.node.to > node.to || use.scope.kind === 'module') continue
      used.add(use.name)
      for (let at = scope; at; at = at.parent) {
        const known = at.kind === 'module' ? at.names.get(use.name) : undefined
        if (known) queueCallables(known)
      }
    }
    // Its closure is pickled with it.
    for (let at = scope; at && at.kind === 'function' && !closed.has(at); at = at.parent) {
      closed.add(at)
      for (const inside of at.names.values()) queueCallables(inside)
    }
  }
  return used
}

/** The place of the first use that does not begin before an offset. */
function firstFrom(uses: readonly NameUse[], from: number): number {
  let low = 0
  let high = uses.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((uses[middle]?.node.from ?? 0) < from) low = middle + 1
    else high = middle
  }
  return low
}
