import { canonical } from './specifier'
import { unzip } from './zip'

/** The parts of a wheel's file name (PEP 427). */
export interface WheelName {
  /** Canonical. */
  readonly project: string
  readonly version: string
  readonly build: number
  /** Sets of tags, separated by dots. */
  readonly python: string
  readonly abi: string
  readonly platform: string
}

const NAME =
  /^(?<project>[A-Za-z0-9_.]+)-(?<version>[^-]+)(?:-(?<build>\d[^-]*))?-(?<python>[^-]+)-(?<abi>[^-]+)-(?<platform>[^-]+)\.whl$/

export function parseWheelName(file: string): WheelName | undefined {
  const groups = NAME.exec(file)?.groups
  if (!groups) return undefined
  const { project = '', version = '', build = '0', python = '', abi = '', platform = '' } = groups
  return { project: canonical(project), version, build: Number.parseInt(build, 10), python, abi, platform }
}

/** True for a pure Python wheel that supports version 3.`minor`. The engine cannot load compiled modules. */
export function runsHere({ python, abi, platform }: WheelName, minor: number): boolean {
  if (!abi.split('.').includes('none') || !platform.split('.').includes('any')) return false
  return python.split('.').some((tag) => {
    const [, kind, own] = /^(py|cp)3(\d*)$/.exec(tag) ?? []
    if (kind === undefined) return false
    if (own === '') return kind === 'py'
    return kind === 'py' ? Number(own) <= minor : Number(own) === minor
  })
}

export interface Metadata {
  readonly version: string
  /** PEP 508 requirements, with markers. */
  readonly requires: readonly string[]
  readonly requiresPython: string | undefined
}

/** One wheel: a zip of a package's files. */
export class Wheel {
  constructor(
    /** The file's name. */
    readonly name: string,
    readonly bytes: Uint8Array,
  ) {}

  /** The files by installation path. Throws for a damaged archive and for paths that lead outside the folder. */
  *contents(): Generator<readonly [path: string, content: Buffer]> {
    for (const [path, content] of unzip(Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length))) {
      const parts = path.split(/[\\/]/)
      if (parts.some((part) => part === '..' || part === '') || path.includes('\0'))
        throw new Error(`${this.name} has a file outside its folder: ${path}`)
      const placed = installedPath(parts)
      if (placed !== undefined) yield [placed, content]
    }
  }

  /** Throws if the archive is damaged; it is read completely. */
  metadata(): Metadata {
    let found: Metadata | undefined
    for (const [path, content] of this.contents()) {
      if (/^[^/]+\.dist-info\/METADATA$/.test(path)) found = readMetadata(content.toString())
    }
    if (!found) throw new Error(`${this.name} has no metadata`)
    return found
  }
}

/** Files of `name.data/purelib/…` go beside the package; scripts, headers and data are not installed. */
function installedPath(parts: readonly string[]): string | undefined {
  if (!parts[0]?.endsWith('.data')) return parts.join('/')
  return parts[1] === 'purelib' || parts[1] === 'platlib' ? parts.slice(2).join('/') : undefined
}

/** The headers of the core metadata, without the description after the empty line. */
function readMetadata(text: string): Metadata {
  const [head = ''] = text.split(/\r?\n\r?\n/, 1)
  const all = (name: string): string[] =>
    head.split(/\r?\n/).flatMap((line) => (line.startsWith(`${name}:`) ? [line.slice(name.length + 1).trim()] : []))
  return { version: all('Version')[0] ?? '', requires: all('Requires-Dist'), requiresPython: all('Requires-Python')[0] }
}
