import { filter, rcompare, satisfies, valid } from '@renovatebot/pep440'
import type { Environment } from './marker'
import type { WheelCandidate, WheelSource } from './sources'
import { applies, parseSpecifier, type Specifier } from './specifier'
import { type Metadata, runsHere, Wheel } from './wheel'

const MAX_WHEELS = 64
/** How often resolution may start again because a later condition excluded an earlier choice. */
const MAX_ROUNDS = 20

interface Chosen {
  readonly wheel: Wheel
  readonly metadata: Metadata
  /** The extras whose requirements were resolved. */
  readonly extras: Set<string>
}

/**
 * Finds the wheels for a requirement and its dependencies; none if its marker does not apply. It takes the newest version that all
 * conditions allow. If a condition turns up after the choice, resolution starts again with that condition.
 */
export class Resolver {
  private readonly listed = new Map<string, Promise<WheelCandidate[]>>()
  private readonly wheels = new Map<WheelCandidate, Promise<Wheel>>()

  constructor(
    /** Tried in this order; the first source with a matching version is used. */
    private readonly sources: readonly WheelSource[],
    private readonly fromUrl: (url: string) => WheelCandidate,
    private readonly environment: Environment,
  ) {}

  /** Throws with a readable message if a wheel is unavailable. */
  async resolve(text: string): Promise<Wheel[]> {
    const wanted = parseSpecifier(text)
    const known = new Map<string, Specifier[]>()
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const chosen = await this.attempt(wanted, known)
      if (chosen) return [...chosen.values()].map(({ wheel }) => wheel)
    }
    throw new Error('has requirements that contradict each other')
  }

  /** Undefined if a later condition excluded a choice; `known` then contains the condition. */
  private async attempt(wanted: Specifier, known: Map<string, Specifier[]>): Promise<Map<string, Chosen> | undefined> {
    const chosen = new Map<string, Chosen>()
    const conditions = new Map([...known].map(([name, list]) => [name, [...list]]))
    const queue = applies(wanted, this.environment, []) ? [wanted] : []
    for (let next = queue.shift(); next; next = queue.shift()) {
      const all = conditions.get(next.name) ?? []
      conditions.set(next.name, all)
      all.push(next)
      const earlier = chosen.get(next.name)
      if (earlier && !allows(all, earlier.metadata.version)) {
        known.set(next.name, [...(known.get(next.name) ?? []), next])
        return undefined
      }
      const one = earlier ?? (await this.choose(next.name, all))
      chosen.set(next.name, one)
      if (chosen.size > MAX_WHEELS) throw new Error(`needs more than ${MAX_WHEELS} packages`)
      queue.push(...this.needs(one, earlier ? next.extras : ['', ...next.extras]))
    }
    return chosen
  }

  private needs({ metadata, extras }: Chosen, wanted: readonly string[]): Specifier[] {
    const added = wanted.filter((extra) => !extras.has(extra))
    for (const extra of added) extras.add(extra)
    if (added.length === 0) return []
    return metadata.requires
      .map(parseSpecifier)
      .filter((specifier) => applies(specifier, this.environment, [...extras]))
  }

  private async choose(project: string, conditions: readonly Specifier[]): Promise<Chosen> {
    const direct = conditions.find(({ url }) => url !== undefined)?.url
    if (direct !== undefined) return this.readWheel(this.fromUrl(direct), project)
    for (const source of this.sources) {
      const candidates = await this.list(source, project)
      const best = this.best(candidates, conditions)
      if (best) return this.readWheel(best, project)
    }
    const asked = conditions.map(({ text }) => text).join(' and ')
    const where = this.sources.map(({ label }) => label).join(' or ')
    throw new Error(`no pure Python wheel for ${asked}${where === '' ? ': there is no source' : ` in ${where}`}`)
  }

  private list(source: WheelSource, project: string): Promise<WheelCandidate[]> {
    const key = `${source.label} ${project}`
    const listed = this.listed.get(key) ?? source.candidates(project)
    this.listed.set(key, listed)
    return listed
  }

  private best(candidates: readonly WheelCandidate[], conditions: readonly Specifier[]): WheelCandidate | undefined {
    const usable = candidates.filter(
      ({ name, requiresPython, yanked }) =>
        valid(name.version) &&
        runsHere(name, Number(this.environment.python_version?.split('.')[1])) &&
        this.runsOnPython(requiresPython) &&
        (!yanked || conditions.some(({ versions }) => /^===?[^*]+$/.test(versions))),
    )
    const versions = allowed(
      conditions,
      usable.map(({ name }) => name.version),
    )
    const newest = versions.sort(rcompare)[0]
    return usable.filter(({ name }) => name.version === newest).sort((a, b) => b.name.build - a.name.build)[0]
  }

  private runsOnPython(range: string | undefined): boolean {
    return !range || satisfies(this.environment.python_full_version ?? '', range, { prereleases: true })
  }

  private async readWheel(candidate: WheelCandidate, project: string): Promise<Chosen> {
    const { file, name } = candidate
    if (name.project !== project) throw new Error(`${file} is a wheel of ${name.project}, not of ${project}`)
    if (!runsHere(name, Number(this.environment.python_version?.split('.')[1])))
      throw new Error(`${file} is not a pure Python wheel`)
    const reading = this.wheels.get(candidate) ?? candidate.read().then((bytes) => new Wheel(file, bytes))
    this.wheels.set(candidate, reading)
    const wheel = await reading
    const metadata = wheel.metadata()
    if (!this.runsOnPython(metadata.requiresPython))
      throw new Error(
        `${file} needs Python ${metadata.requiresPython}; this is ${this.environment.python_full_version}`,
      )
    return { wheel, metadata: { ...metadata, version: name.version }, extras: new Set() }
  }
}

const joined = (conditions: readonly Specifier[]): string =>
  conditions
    .map(({ versions }) => versions)
    .filter((versions) => versions !== '')
    .join(',')

const allows = (conditions: readonly Specifier[], version: string): boolean =>
  satisfies(version, joined(conditions), { prereleases: true })

/** Allows pre-releases only if a condition names one or if there are no other versions (PEP 440). */
const allowed = (conditions: readonly Specifier[], versions: string[]): string[] => filter(versions, joined(conditions))
