import { createHash, randomBytes } from 'node:crypto'
import type { WheelBytes } from '../../wheels/installer'
import type { Environment } from '../../wheels/marker'
import { Wheel } from '../../wheels/wheel'
import type { ShardApi } from '../core'
import type { AtomicLock } from './atomic-lock'
import type { PythonInterpreter } from './python-interpreter'
import type { PipRequirement } from './requirement'
import type { ScriptSession } from './script-session'
import type { Site } from './site'
import type { GearsVersion } from './terms'

const NOT_DOWNLOADED = {
  '1.0': 'Could not satisfy requirments (look at redis log file for more information)',
  '1.2': 'Could not satisfy requirements (look at redis log file for more information)',
}
const NOT_INSTALLED = 'Failed installing requirements on shard, please check shard logs for more details.'
const KEPT = 'requirements'

/** What a worker that replaces a crashed one starts with. */
interface SavedRequirements {
  readonly requirements: readonly WheelBytes[]
  readonly installed: readonly Pick<WheelBytes, 'name' | 'bytes'>[]
}

/** The requirements of a shard. */
export class Requirements {
  private readonly known = new Map<string, PipRequirement>()
  private environment: Environment | undefined

  constructor(
    private readonly shard: ShardApi,
    private readonly python: PythonInterpreter,
    private readonly site: Site,
    private readonly lock: AtomicLock,
    private readonly version: GearsVersion,
    /** All sessions that may hold a requirement, including replaced ones and those of listed executions. */
    private readonly holders: () => readonly ScriptSession[],
  ) {}

  list(): PipRequirement[] {
    return [...this.known.values()]
  }

  get(name: string): PipRequirement | undefined {
    return this.known.get(name)
  }

  /** One if it was used, plus one for every session that still holds it. */
  references(requirement: PipRequirement): number {
    const sessions = new Set(this.holders().filter((session) => session.requirements.includes(requirement)))
    return sessions.size + (requirement.used ? 1 : 0)
  }

  /** The requirements that must be installed first. */
  absent(names: readonly string[], force: boolean): string[] {
    return [...new Set(names)].filter((name) => force || !this.known.get(name)?.downloaded)
  }

  /**
   * Downloads and unpacks requirements. Network access and untrusted archives stay on another thread. `then` is called later with an error
   * text of the module (ours goes to the log) or undefined. After a failure nothing is kept, except in 1.0.
   */
  install(names: readonly string[], then: (refusal: string | undefined) => void): void {
    const { shard, lock, version } = this
    this.environment ??= this.readEnvironment()
    shard.fetchWheels({ requirements: names, environment: this.environment }, (answer) =>
      shard.later(() =>
        lock.whenFree(() => {
          if (!('error' in answer)) return then(this.storeWheels(names, answer.wheels, false))
          shard.log('warning', `GEARS: requirement ${answer.error}`)
          if (version === '1.0') for (const name of names) this.known.set(name, notDownloaded(name))
          then(NOT_DOWNLOADED[version])
        }),
      ),
    )
  }

  private readEnvironment(): Environment {
    return this.python.ask((entry) => entry.markers()) ?? {}
  }

  /**
   * Stores wheels that were downloaded, received from another shard, or imported; the last two are `used` immediately. Returns an error
   * text, or undefined.
   */
  storeWheels(names: readonly string[], wheels: readonly WheelBytes[], used: boolean): string | undefined {
    for (const name of names) {
      const files = wheels.flatMap((wheel) => (wheel.requirement === name ? [new Wheel(wheel.name, wheel.bytes)] : []))
      const digest = digestOf(files)
      const known = this.known.get(name)
      if (used && known?.digest === digest) continue
      // The folder's name is only shown. The contents are installed for everyone (see `Site`).
      const folder = `${name.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 100)}_${randomBytes(5).toString('hex')}`
      const path = `${this.site.home}wheels/${folder}`
      if (!this.unpack(files)) return NOT_INSTALLED
      const replaces = used ? undefined : known
      this.known.set(name, { name, path, files, digest, downloaded: true, used, replaces })
      this.keepWheels()
    }
    return undefined
  }

  private unpack(files: readonly Wheel[]): boolean {
    try {
      this.site.install(files)
      return true
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.shard.log('warning', `GEARS: installation failed: ${reason}`)
      return false
    }
  }

  /** Lets a session hold its requirements. */
  attach(session: ScriptSession, names: readonly string[]): void {
    for (const name of names) {
      const requirement = this.known.get(name)
      if (requirement && !session.requirements.includes(requirement)) session.requirements.push(requirement)
    }
  }

  /** The wheels in the form that other shards and exports take. */
  bytesOf(requirement: PipRequirement): WheelBytes[] {
    return requirement.files.map(({ name, bytes }) => ({ requirement: requirement.name, name, bytes }))
  }

  /** Call this when the session's script has run or registered something. */
  markUsed(session: ScriptSession): void {
    for (const requirement of session.requirements) {
      requirement.used = true
      requirement.replaces = undefined
    }
  }

  /**
   * Called when a script ran and registered nothing. Requirements that nothing else holds are no longer listed, and those that they were to
   * replace are listed again. Installed files stay, as everything does in 1.0.
   */
  release(requirements: readonly PipRequirement[]): void {
    if (this.version === '1.0') return
    this.forget(requirements, 0)
  }

  /** Called when an upgrade has replaced their session: drops requirements that no other session holds (protocol 6). */
  replaced(requirements: readonly PipRequirement[]): void {
    this.forget(requirements, 1)
  }

  private forget(requirements: readonly PipRequirement[], references: number): void {
    for (const requirement of requirements) {
      const { name, replaces } = requirement
      if (this.references(requirement) > references || this.known.get(name) !== requirement) continue
      if (replaces) {
        this.known.set(name, replaces)
        this.unpack(replaces.files)
      } else this.known.delete(name)
      this.keepWheels()
    }
  }

  private keepWheels(): void {
    const listed = this.list().filter(({ downloaded }) => downloaded)
    const kept: SavedRequirements = {
      requirements: listed.flatMap((one) => this.bytesOf(one)),
      installed: this.site.wheels().map(({ name, bytes }) => ({ name, bytes })),
    }
    this.shard.keepValue(KEPT, kept)
  }

  restore(): void {
    const kept = this.shard.kept(KEPT)
    if (!isKept(kept)) return
    for (const name of new Set(kept.requirements.map(({ requirement }) => requirement)))
      this.storeWheels([name], kept.requirements, true)
    // The order decides which of two versions is installed.
    this.unpack(kept.installed.map(({ name, bytes }) => new Wheel(name, bytes)))
  }
}

function digestOf(files: readonly Wheel[]): string {
  const hash = createHash('sha256')
  for (const { name, bytes } of files) hash.update(`${name} ${bytes.length}\n`).update(bytes)
  return hash.digest('hex')
}

function notDownloaded(name: string): PipRequirement {
  return { name, path: '', files: [], digest: '', downloaded: false, used: true, replaces: undefined }
}

/** The format that `keepWheels` stores. */
function isKept(value: unknown): value is SavedRequirements {
  return typeof value === 'object' && value !== null && 'requirements' in value && 'installed' in value
}
