import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzip } from './zip'

/** One wheel: a zip of a package's files. */
export class Wheel {
  constructor(
    /** The file's name. */
    readonly name: string,
    readonly bytes: Uint8Array,
  ) {}

  contents(): Iterable<readonly [path: string, content: Buffer]> {
    return unzip(Buffer.from(this.bytes))
  }

  /** Distributions that the wheel says it needs, as specifiers without extras' own. */
  requires(): string[] {
    for (const [path, content] of this.contents()) {
      if (!path.endsWith('.dist-info/METADATA')) continue
      return content
        .toString()
        .split('\n')
        .flatMap((line) => (line.startsWith('Requires-Dist:') ? [line.slice('Requires-Dist:'.length).trim()] : []))
        .filter((specifier) => !specifier.includes('extra =='))
    }
    return []
  }
}

/** A file of a folder of wheels: read only when it is chosen. */
export interface WheelFile {
  readonly name: string
  readonly bytes: Uint8Array
}

const NAME =
  /^(?<name>[A-Za-z0-9_.]+)-(?<version>[^-]+)(-[^-]+)?-(?<python>[^-]+)-(?<abi>[^-]+)-(?<platform>[^-]+)\.whl$/

/** The wheels of a folder that this interpreter can run: pure Python ones. */
export function readFolder(folder: string): WheelFile[] {
  return readdirSync(folder)
    .filter((name) => NAME.test(name))
    .map((name) => ({
      name,
      get bytes() {
        return readFileSync(join(folder, name))
      },
    }))
}

/**
 * The wheels that satisfy a pip specifier, with what they need themselves; empty when the folder cannot. Without a specifier: all.
 */
export function findWheels(specifier: string | undefined, files: readonly WheelFile[]): Wheel[] {
  if (specifier === undefined) return files.map(({ name, bytes }) => new Wheel(name, bytes))
  const found = new Map<string, Wheel>()
  const missing = (wanted: string): boolean => {
    const parsed = parseSpecifier(wanted)
    if (!parsed) return true
    if (found.has(parsed.name)) return false
    const file = best(parsed, files)
    if (!file) return true
    const wheel = new Wheel(file.name, file.bytes)
    found.set(parsed.name, wheel)
    return wheel.requires().some(missing)
  }
  return missing(specifier) ? [] : [...found.values()]
}

interface Specifier {
  readonly name: string
  readonly conditions: readonly (readonly [operator: string, version: string])[]
}

/** `name[extra] >= 1.0, < 2 ; marker` of PEP 508; extras and markers are not looked at. */
function parseSpecifier(text: string): Specifier | undefined {
  const match = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*\(?([^;()]*)\)?\s*(;.*)?$/.exec(text)
  if (!match) return undefined
  const conditions: [string, string][] = []
  for (const part of (match[3] ?? '').split(',')) {
    if (part.trim() === '') continue
    const condition = /^\s*(===|~=|==|!=|<=|>=|<|>)\s*([A-Za-z0-9.*+!_-]+)\s*$/.exec(part)
    if (!condition) return undefined
    conditions.push([condition[1] ?? '', condition[2] ?? ''])
  }
  return { name: canonical(match[1] ?? ''), conditions }
}

const canonical = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')

function best({ name, conditions }: Specifier, files: readonly WheelFile[]): WheelFile | undefined {
  const candidates = files.flatMap((file) => {
    const groups = NAME.exec(file.name)?.groups
    if (!groups || canonical(groups.name ?? '') !== name) return []
    if (groups.platform !== 'any' || groups.abi !== 'none' || !/(^|\.)py3/.test(groups.python ?? '')) return []
    const version = groups.version ?? '0'
    return conditions.every(([operator, wanted]) => holds(version, operator, wanted)) ? [{ file, version }] : []
  })
  candidates.sort((a, b) => compareVersions(b.version, a.version))
  return candidates[0]?.file
}

function holds(version: string, operator: string, wanted: string): boolean {
  if (wanted.endsWith('.*')) {
    const within = `${version}.`.startsWith(wanted.slice(0, -1))
    return operator === '!=' ? !within : within
  }
  const order = compareVersions(version, wanted)
  switch (operator) {
    case '==':
    case '===':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    default:
      // ~= 1.4.2 is >= 1.4.2, == 1.4.*
      return order >= 0 && `${version}.`.startsWith(`${wanted.split('.').slice(0, -1).join('.')}.`)
  }
}

/** Release numbers one by one; a pre-release comes before its release. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/[.+!-]|(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)/i))
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    const [x = '0', y = '0'] = [left?.[i], right?.[i]]
    const [n, m] = [Number(x), Number(y)]
    if (Number.isNaN(n) !== Number.isNaN(m)) return Number.isNaN(n) ? -1 : 1
    const difference = Number.isNaN(n) ? (x < y ? -1 : x > y ? 1 : 0) : n - m
    if (difference !== 0) return difference
  }
  return 0
}
