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

/** What one path takes: its methods, each with its largest body. */
export type Served = ReadonlyMap<string, number>

const isParameter = (segment: string | undefined): boolean => segment?.startsWith('{') === true

/** Finds what is served at an address, as Next does: a literal segment wins over a parameter. */
export class ApiPaths {
  private readonly paths: readonly { readonly segments: readonly string[]; readonly served: Map<string, number> }[]

  constructor(endpoints: Iterable<ServedEndpoint>) {
    const paths = new Map<string, Map<string, number>>()
    for (const { method, path, maxBodyBytes = DEFAULT_MAX_BODY_BYTES } of endpoints) {
      const served = paths.get(path) ?? new Map<string, number>()
      paths.set(path, served.set(method, method === 'GET' ? 0 : maxBodyBytes))
      // Next answers these by itself.
      if (method === 'GET') served.set('HEAD', 0)
      served.set('OPTIONS', 0)
    }
    const literals = (path: string) => path.replace(/\{\w+\}/g, '\uffff')
    this.paths = [...paths]
      .sort(([a], [b]) => (literals(a) < literals(b) ? -1 : 1))
      .map(([path, served]) => ({ segments: path.split('/'), served }))
  }

  /** @param path without a query. Undefined: there is nothing. */
  at(path: string): Served | undefined {
    const asked = path.replace(/\/$/, '').split('/')
    const fits = (segments: readonly string[]) =>
      segments.length === asked.length &&
      segments.every((segment, at) => (isParameter(segment) ? asked[at] !== '' : asked[at] === segment))
    return this.paths.find(({ segments }) => fits(segments))?.served
  }
}
