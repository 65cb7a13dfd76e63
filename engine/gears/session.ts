import type { Execution } from './execution'
import type { Registration } from './registration'
import type { Requirement } from './requirement'

/** One PYEXECUTE: owner of its globals, requirements, runs and registrations (protocol 6). */
export class Session {
  /** Its registrations, and those unregistered whose executions still run. */
  readonly registrations = new Set<Registration>()
  /** Runs that were not dropped yet. */
  readonly runs = new Set<Execution>()
  readonly timers = new Set<number>()
  readonly requirements: Requirement[] = []
  linked = false
  dead = false

  constructor(
    /** The name towards clients. */
    public name: string,
    /** The name towards Python: an upgraded session lives on beside its successor. */
    readonly key: string,
    readonly description: string | undefined,
    /** Something had to be installed for it. */
    readonly installed: boolean,
  ) {}
}

/** A session as other shards, and the life after a crash, know it. */
export interface SessionInfo {
  readonly name: string
  readonly key: string
  readonly description: string | undefined
  readonly installed: boolean
  /** Names of its requirements. */
  readonly requirements: readonly string[]
}

export const sessionInfo = ({ name, key, description, installed, requirements }: Session): SessionInfo => ({
  name,
  key,
  description,
  installed,
  requirements: requirements.map((requirement) => requirement.name),
})

/** Sessions by name. Those replaced but still in use are the `DEAD` list. */
export class Sessions {
  private readonly linked = new Map<string, Session>()
  private readonly dead = new Set<Session>()

  constructor(
    private readonly liveBuilders: (session: Session) => number,
    private readonly close: (session: Session) => void,
  ) {}

  get(name: string): Session | undefined {
    return this.linked.get(name)
  }

  /** Sorted by name, as the original's dictionary is. */
  list(): Session[] {
    return [...this.linked.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  listDead(): Session[] {
    return [...this.dead]
  }

  references(session: Session): number {
    return session.registrations.size + session.runs.size + this.liveBuilders(session)
  }

  link(session: Session): void {
    session.linked = true
    this.linked.set(session.name, session)
  }

  unlink(session: Session): void {
    if (!session.linked) return
    session.linked = false
    session.dead = true
    this.linked.delete(session.name)
    this.dead.add(session)
    this.release(session)
  }

  /** Neither its name nor its globals are reached any more; what runs of it keeps them. */
  forget(session: Session): void {
    session.linked = false
    this.linked.delete(session.name)
    this.close(session)
  }

  /** Forgets a session that nothing refers to any more. */
  release(session: Session): void {
    if (this.references(session) > 0 || session.timers.size > 0) return
    if (session.linked) this.linked.delete(session.name)
    session.linked = false
    this.dead.delete(session)
    this.close(session)
  }
}

/** The PD string of protocol 6.4. */
export function privateData(session: Session, references: number, version: '1.0' | '1.2'): string {
  const dependencies = session.requirements.map(
    ({ name, path, files }) =>
      `{'name':'${name}', 'basePath':'${path}', 'wheels':[${files.map((file) => quoted(file.name)).join(',')}]}`,
  )
  const depsList = `'depsList':[${dependencies.join(',')}]`
  if (version === '1.0') return `{'sessionId':'${session.name}', ${depsList}}`
  const registrations = [...session.registrations].map(({ id }) => quoted(id)).join(',')
  return (
    `{'sessionName':'${session.name}', 'sessionDescription':'${session.description ?? 'null'}', 'refCount': ${references}, ` +
    `'linkedTo': ${session.linked ? 'primary' : 'None'}, 'dead': ${session.dead}, 'isInstallationNeeded':${session.installed ? 1 : 0}, ` +
    `'registrationsList':[${registrations}], ${depsList}}`
  )
}

const quoted = (text: string): string => `'${text}'`
