import type { Numbers } from './numbers'
import type { PythonInterpreter } from './python-interpreter'
import type { Requirements } from './requirements'
import { ScriptSession } from './script-session'
import type { SessionInfo } from './shard-messages'

/** Sessions by name. Replaced sessions that are still in use form the `DEAD` list. */
export class ScriptSessions {
  private readonly linked = new Map<string, ScriptSession>()
  private readonly dead = new Set<ScriptSession>()
  /** Sessions by the name that Python sees. */
  private readonly opened = new Map<string, ScriptSession>()

  constructor(
    private readonly python: PythonInterpreter,
    private readonly numbers: Numbers,
    private readonly requirements: Requirements,
  ) {}

  get(name: string): ScriptSession | undefined {
    return this.linked.get(name)
  }

  /** Sorted by name, like the module's dictionary. */
  list(): ScriptSession[] {
    return [...this.linked.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  listDead(): ScriptSession[] {
    return [...this.dead]
  }

  references(session: ScriptSession): number {
    const builders = this.python.ask((entry) => entry.live_builders(session.key)) ?? 0
    return session.registrations.size + session.runs.size + builders
  }

  /** Makes the session known to Python. */
  open(session: ScriptSession, requirements: readonly string[]): void {
    this.opened.set(session.key, session)
    this.requirements.attach(session, requirements)
    this.python.ask((entry) => entry.open_session(session.key))
  }

  /** The session that Python refers to. Creates it if this shard knows it only from another shard. */
  byKey(key: string): ScriptSession {
    const name = key.slice(0, key.lastIndexOf('@'))
    return this.of({ name, key, description: undefined, installed: false, requirements: [] })
  }

  /** The session that another shard refers to. */
  of({ name, key, description, installed, requirements }: SessionInfo): ScriptSession {
    const known = this.opened.get(key)
    if (known) return known
    const session = new ScriptSession(this.numbers.nameHere(name), key, description, installed)
    this.open(session, requirements)
    return session
  }

  link(session: ScriptSession): void {
    session.linked = true
    this.linked.set(session.name, session)
  }

  unlink(session: ScriptSession): void {
    if (!session.linked) return
    session.linked = false
    session.dead = true
    this.linked.delete(session.name)
    this.dead.add(session)
    this.release(session)
  }

  /** Makes the session's name and globals unreachable for new code; its executions still hold them. */
  forget(session: ScriptSession): void {
    session.linked = false
    this.linked.delete(session.name)
    this.close(session)
  }

  /** Frees a session that nothing refers to. */
  release(session: ScriptSession): void {
    if (this.references(session) > 0 || session.timers.size > 0) return
    if (session.linked) this.linked.delete(session.name)
    session.linked = false
    this.dead.delete(session)
    this.close(session)
  }

  private close(session: ScriptSession): void {
    // After a reload, another session may have its place.
    if (this.opened.get(session.key) !== session) return
    this.opened.delete(session.key)
    this.python.ask((entry) => entry.close_session(session.key))
  }
}
