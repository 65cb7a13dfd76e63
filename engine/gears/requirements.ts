import { createHash, randomBytes } from 'node:crypto'
import type { Shard } from '../core'
import type { WheelBytes } from '../wheels/installer'
import type { Environment } from '../wheels/marker'
import { Wheel } from '../wheels/wheel'
import type { Interpreter } from './interpreter'
import type { Requirement } from './requirement'
import type { ServerLock } from './server-lock'
import type { Session } from './session'
import type { Version } from './terms'

/** Where requirements are unpacked, each in a folder of its own. */
const SITE = '/site'
const NOT_DOWNLOADED = {
  '1.0': 'Could not satisfy requirments (look at redis log file for more information)',
  '1.2': 'Could not satisfy requirements (look at redis log file for more information)',
}
const NOT_INSTALLED = 'Failed installing requirements on shard, please check shard logs for more details.'
const KEPT = 'requirements'

/** The sessions that may hold a requirement. */
interface Holders {
  /** Those that have a name. */
  linked(): readonly Session[]
  /** Those that were replaced, too, and those of the executions that are listed. */
  all(): readonly Session[]
}

/** The requirements of a shard. */
export class Requirements {
  private readonly known = new Map<string, Requirement>()
  private environment: Environment | undefined

  constructor(
    private readonly shard: Shard,
    private readonly python: Interpreter,
    private readonly lock: ServerLock,
    private readonly version: Version,
    private readonly holders: Holders,
  ) {}

  list(): Requirement[] {
    return [...this.known.values()]
  }

  get(name: string): Requirement | undefined {
    return this.known.get(name)
  }

  /** Itself once used, and every session that still holds it. */
  references(requirement: Requirement): number {
    const sessions = new Set(this.holders.all().filter((session) => session.requirements.includes(requirement)))
    return sessions.size + (requirement.used ? 1 : 0)
  }

  /** Those that have to be installed first. */
  absent(names: readonly string[], force: boolean): string[] {
    return [...new Set(names)].filter((name) => force || !this.known.get(name)?.downloaded)
  }

  /**
   * Gets and unpacks requirements, off this thread as far as the network and hostile archives go; `then` is told later why they can
   * not be had, in the module's words (ours go to the log). Nothing of them stays then, but in 1.0.
   */
  install(names: readonly string[], then: (refusal: string | undefined) => void): void {
    const { shard, lock, version } = this
    this.environment ??= this.readEnvironment()
    shard.fetchWheels({ requirements: names, environment: this.environment }, (answer) =>
      shard.later(() =>
        lock.whenFree(() => {
          if (!('error' in answer)) return then(this.receive(names, answer.wheels, false))
          shard.log('warning', `GEARS: requirement ${answer.error}`)
          if (version === '1.0') for (const name of names) this.known.set(name, notDownloaded(name))
          then(NOT_DOWNLOADED[version])
        }),
      ),
    )
  }

  private readEnvironment(): Environment {
    const environment: Environment = JSON.parse(this.python.ask((entry) => entry.markers()) ?? '{}')
    return environment
  }

  /** Wheels that were fetched, that another shard found, or that an import brought; the last two are `used` at once. Why not, or undefined. */
  receive(names: readonly string[], wheels: readonly WheelBytes[], used: boolean): string | undefined {
    for (const name of names) {
      const files = wheels.flatMap((wheel) => (wheel.requirement === name ? [new Wheel(wheel.name, wheel.bytes)] : []))
      const digest = digestOf(files)
      const known = this.known.get(name)
      if (used && known?.digest === digest) continue
      const path = `${SITE}/${name.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 100)}_${randomBytes(5).toString('hex')}`
      if (!this.unpack(path, files)) return NOT_INSTALLED
      this.known.set(name, { name, path, files, digest, downloaded: true, used })
      if (known) this.discard(known)
      this.keepWheels()
    }
    return undefined
  }

  private unpack(path: string, files: readonly Wheel[]): boolean {
    const { python, shard } = this
    try {
      python.files.mkdirTree(path)
      for (const wheel of files) {
        for (const [inside, bytes] of wheel.contents()) {
          const target = `${path}/${inside}`
          python.files.mkdirTree(target.slice(0, target.lastIndexOf('/')))
          python.files.writeFile(target, bytes)
        }
      }
    } catch (error) {
      shard.log('warning', `GEARS: installation failed: ${error instanceof Error ? error.message : String(error)}`)
      python.ask((entry) => entry.remove_folder(path))
      return false
    }
    python.ask((entry) => entry.add_folder(path))
    return true
  }

  /** A session imports from its requirements' folders. */
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

  /** Nothing ran or was registered with them: those that nothing else holds go. */
  release(requirements: readonly Requirement[]): void {
    this.forget(requirements, 0)
  }

  /** Their session was replaced by an upgrade: those that no other session holds go (protocol 6). */
  replaced(requirements: readonly Requirement[]): void {
    this.forget(requirements, 1)
  }

  private forget(requirements: readonly Requirement[], references: number): void {
    for (const requirement of requirements) {
      if (this.references(requirement) > references) continue
      if (this.known.get(requirement.name) === requirement) {
        const earlier = this.stillHeld(requirement)
        if (earlier) this.known.set(requirement.name, earlier)
        else this.known.delete(requirement.name)
        this.keepWheels()
      }
      this.discard(requirement)
    }
  }

  /** The one that a reinstallation was to take the place of, if a session imports from it: the script that asked failed. */
  private stillHeld({ name, path }: Requirement): Requirement | undefined {
    const held = this.holders.linked().flatMap((session) => session.requirements)
    return held.find((other) => other.name === name && other.path !== path)
  }

  /** A session is gone: so are the files of what was installed anew since. */
  closed(session: Session): void {
    for (const requirement of session.requirements) this.discard(requirement)
  }

  private discard(requirement: Requirement): void {
    if (this.known.get(requirement.name) === requirement || requirement.path === '') return
    if (this.references(requirement) > (requirement.used ? 1 : 0)) return
    this.python.ask((entry) => entry.remove_folder(requirement.path))
  }

  /** What a worker that takes the place of a crashed one starts with. */
  private keepWheels(): void {
    const kept = this.list().filter(({ downloaded }) => downloaded)
    this.shard.keep(KEPT, kept.length === 0 ? undefined : kept.flatMap((one) => this.bytesOf(one)))
  }

  restore(): void {
    const wheels = this.shard.kept(KEPT)
    if (!isWheels(wheels)) return
    this.receive([...new Set(wheels.map(({ requirement }) => requirement))], wheels, true)
  }
}

function digestOf(files: readonly Wheel[]): string {
  const hash = createHash('sha256')
  for (const { name, bytes } of files) hash.update(`${name} ${bytes.length}\n`).update(bytes)
  return hash.digest('hex')
}

function notDownloaded(name: string): Requirement {
  return { name, path: '', files: [], digest: '', downloaded: false, used: true }
}

/** What `keepWheels` stored. */
function isWheels(value: unknown): value is WheelBytes[] {
  return Array.isArray(value)
}
