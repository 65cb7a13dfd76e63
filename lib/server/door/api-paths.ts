import type { Method } from '@/lib/api/endpoint'

/** What the door knows of an endpoint. */
export interface ServedEndpoint {
  readonly method: Method
  /** With `{name}` for each parameter. */
  readonly path: string
  /** Largest body, bytes. */
  readonly maxBodyBytes?: number
}

/** Largest body of an endpoint that names none, bytes. */
export const DEFAULT_MAX_BODY_BYTES = 64 * 1024

/** What one path accepts: its methods, each with its largest body. */
export type Served = ReadonlyMap<string, number>

const isParameter = (segment: string | undefined): boolean => segment?.startsWith('{') === true

/** What was found at a path, and the value of each name in braces. */
export interface FoundPath<T> {
  readonly value: T
  readonly params: Readonly<Record<string, string>>
}

/** Finds by a path what is served there: a literal segment wins over a parameter. */
export class PathTable<T> {
  private readonly rows: readonly { readonly segments: readonly string[]; readonly value: T }[]

  /** @param entries by path, with `{name}` for each parameter */
  constructor(entries: Iterable<readonly [string, T]>) {
    const literals = (path: string) => path.replace(/\{\w+\}/g, '\uffff')
    this.rows = [...entries]
      .sort(([a], [b]) => (literals(a) < literals(b) ? -1 : 1))
      .map(([path, value]) => ({ segments: segmentsOf(path), value }))
  }

  /** @param asked the segments of a path. Undefined: there is nothing. */
  at(asked: readonly string[]): FoundPath<T> | undefined {
    const fits = (segments: readonly string[]) =>
      segments.length === asked.length &&
      segments.every((segment, at) => (isParameter(segment) ? asked[at] !== '' : asked[at] === segment))
    const row = this.rows.find(({ segments }) => fits(segments))
    if (!row) return undefined
    const params = row.segments.flatMap((segment, at) =>
      isParameter(segment) ? [[segment.slice(1, -1), asked[at] ?? '']] : [],
    )
    return { value: row.value, params: Object.fromEntries(params) }
  }
}

/** `/api/health` has two. */
const segmentsOf = (path: string): readonly string[] => path.replace(/\/$/, '').split('/').slice(1)

/** The methods that an endpoint answers to: HEAD where it has GET, and OPTIONS always. */
export const methodsOf = (method: Method): readonly string[] =>
  method === 'GET' ? ['GET', 'HEAD', 'OPTIONS'] : [method, 'OPTIONS']

/** What the door knows of each address of the API. */
export class ApiPaths {
  private readonly paths: PathTable<Served>

  constructor(endpoints: Iterable<ServedEndpoint>) {
    const paths = new Map<string, Map<string, number>>()
    for (const { method, path, maxBodyBytes = DEFAULT_MAX_BODY_BYTES } of endpoints) {
      const served = paths.get(path) ?? new Map<string, number>()
      paths.set(path, served)
      for (const each of methodsOf(method)) served.set(each, each === method && method !== 'GET' ? maxBodyBytes : 0)
    }
    this.paths = new PathTable(paths)
  }

  /** @param path without a query. Undefined: there is nothing. */
  at(path: string): Served | undefined {
    return this.paths.at(segmentsOf(path))?.value
  }
}
