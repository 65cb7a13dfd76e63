import { createHash } from 'node:crypto'
import { SITE } from '../python/interpreter'
import type { Gears } from './gears'
import type { Answer, WheelBytes } from './operations'
import type { Session } from './session'
import { findWheels, readFolder, type Wheel } from './wheels'

/** A pip specifier, compared as text, with the wheels that satisfy it (protocol 6). */
export interface Requirement {
  readonly name: string
  readonly path: string
  /** File names. */
  readonly wheels: readonly string[]
  readonly files: readonly Wheel[]
  readonly downloaded: boolean
  installed: boolean
  /** Something ran or was registered with it: from then on it outlives its sessions. */
  used: boolean
}

/** As recorded servers print it. */
export const COMPILED_OS = 'linux-bookworm-x64'

/** The requirements of a shard, each unpacked once into the interpreter's path. */
export class Requirements {
  private readonly known = new Map<string, Requirement>()

  constructor(
    private readonly gears: Gears,
    private readonly findLinks: string | undefined,
  ) {}

  list(): Requirement[] {
    return [...this.known.values()]
  }

  get(name: string): Requirement | undefined {
    return this.known.get(name)
  }

  /** Itself once used, and every session that still holds it. */
  references(requirement: Requirement): number {
    const sessions = new Set(
      [...this.gears.sessions.list(), ...this.gears.sessions.listDead(), ...this.runSessions()].filter((session) =>
        session.requirements.includes(requirement),
      ),
    )
    return sessions.size + (requirement.used ? 1 : 0)
  }

  private *runSessions(): Iterable<Session> {
    for (const execution of this.gears.executions.list()) yield execution.init.session
  }

  /**
   * Makes the named packages importable for a session: from the folder of wheels. The error text when one cannot be had; nothing of
   * what is missing then stays, but in 1.0.
   */
  satisfy(session: Session, names: readonly string[], force: boolean): string | undefined {
    const wanted: Requirement[] = []
    for (const name of names) {
      const known = this.known.get(name)
      if (known?.downloaded && !force) {
        wanted.push(known)
        continue
      }
      const wheels = this.find(name)
      if (!wheels) {
        if (this.gears.version === '1.0') this.known.set(name, missing(name))
        this.gears.shard.log('warning', `GEARS: no wheel for requirement '${name}'`)
        return this.gears.version === '1.0'
          ? 'Could not satisfy requirments (look at redis log file for more information)'
          : 'Could not satisfy requirements (look at redis log file for more information)'
      }
      wanted.push(makeRequirement(name, wheels))
    }
    for (const requirement of wanted) this.install(requirement)
    session.requirements.push(...wanted.filter((requirement) => !session.requirements.includes(requirement)))
    return undefined
  }

  private find(name: string): Wheel[] | undefined {
    if (this.findLinks === undefined) return undefined
    const wheels = findWheels(name, readFolder(this.findLinks))
    return wheels.length > 0 ? wheels : undefined
  }

  private install(requirement: Requirement): void {
    if (this.known.get(requirement.name) === requirement && requirement.installed) return
    const { files } = this.gears.python
    for (const wheel of requirement.files) {
      for (const [path, bytes] of wheel.contents()) {
        const target = `${SITE}/${path}`
        files.mkdirTree(target.slice(0, target.lastIndexOf('/')))
        files.writeFile(target, bytes)
      }
    }
    requirement.installed = true
    this.known.set(requirement.name, requirement)
    this.gears.python.ask((entry) => entry.forget_modules(SITE))
  }

  /** Packages that another shard found, or an import brought. */
  receive(names: readonly string[], wheels: readonly WheelBytes[]): Answer {
    for (const name of names) {
      if (this.known.get(name)?.downloaded) continue
      const own = wheels.filter(({ requirement }) => requirement === name)
      const requirement = makeRequirement(name, findWheels(undefined, own))
      requirement.used = true
      this.install(requirement)
    }
    return {}
  }

  attach(session: Session, names: readonly string[]): void {
    for (const name of names) {
      const requirement = this.known.get(name)
      if (requirement && !session.requirements.includes(requirement)) session.requirements.push(requirement)
    }
  }

  /** As other shards and exports take them. */
  bytesOf(requirement: Requirement): WheelBytes[] {
    return requirement.files.map(({ name, bytes }) => ({ requirement: requirement.name, name, bytes }))
  }

  /** The session's script ran or registered something. */
  keep(session: Session): void {
    for (const requirement of session.requirements) requirement.used = true
  }

  /** After a session is gone: what nothing holds goes with it. */
  release(session: Session): void {
    for (const requirement of session.requirements) {
      if (this.references(requirement) === 0) this.known.delete(requirement.name)
    }
  }

  /** Its session was replaced by an upgrade: requirements that no other session holds go (protocol 6). */
  replaced(session: Session): void {
    for (const requirement of session.requirements) {
      if (this.references(requirement) <= 1) this.known.delete(requirement.name)
    }
  }
}

function makeRequirement(name: string, files: readonly Wheel[]): Requirement {
  const digest = createHash('sha1').update(name).digest('hex').slice(0, 10)
  return {
    name,
    path: `${SITE}/${name.replace(/[^A-Za-z0-9_.-]/g, '_')}_${digest}`,
    wheels: files.map((file) => file.name),
    files,
    downloaded: true,
    installed: false,
    used: false,
  }
}

function missing(name: string): Requirement {
  return { name, path: '', wheels: [], files: [], downloaded: false, installed: false, used: true }
}
