import type { Machine, ScopeChanges } from './machine'
import { oneOf, type ReadValue, type Scope } from './values'

/** Follows each of several ways from the same beginning, of which only running it would tell which is taken. */
export function either(m: Machine, ways: readonly (() => boolean)[]): boolean {
  if (ways.length === 0) return true
  const outer = m.changed
  const ends: ScopeChanges[] = []
  m.doubts++
  for (const way of ways) {
    const changes: ScopeChanges = new Map()
    m.changed = changes
    const goesOn = way()
    if (goesOn) ends.push(current(changes))
    // Back to how it was for the next way.
    for (const [scope, names] of changes) for (const [name, before] of names) setName(scope, name, before)
  }
  m.changed = outer
  m.doubts--
  if (ends.length === 0) return false
  // Where one path has left the function, what follows happens only on the others.
  if (m.frame && ends.length < ways.length) {
    m.frame.doubts++
    m.doubts++
  }
  join(m, ends)
  return true
}

/** Each name may be what any of the ways left it at. */
function join(m: Machine, ends: readonly ScopeChanges[]): void {
  const touched = new Map<Scope, Set<string>>()
  for (const end of ends)
    for (const [scope, names] of end) {
      const known = touched.get(scope) ?? new Set()
      for (const name of names.keys()) known.add(name)
      touched.set(scope, known)
    }
  for (const [scope, names] of touched)
    for (const name of names) {
      const values = ends.flatMap((end) => end.get(scope)?.get(name) ?? scope.names.get(name) ?? [])
      write(m, scope, name, oneOf(values))
    }
}

/** Changes a name, and keeps what it was for the way that is being followed. */
export function write(m: Machine, scope: Scope, name: string, value: ReadValue): void {
  const names = m.changed.get(scope) ?? new Map<string, ReadValue | undefined>()
  if (!names.has(name)) names.set(name, scope.names.get(name))
  m.changed.set(scope, names)
  scope.names.set(name, value)
}

/** What the names that changed are now. */
const current = (changes: ScopeChanges): ScopeChanges =>
  new Map(
    [...changes].map(([scope, names]) => [
      scope,
      new Map([...names.keys()].map((name) => [name, scope.names.get(name)])),
    ]),
  )

function setName({ names }: Scope, name: string, value: ReadValue | undefined): void {
  if (value === undefined) names.delete(name)
  else names.set(name, value)
}
