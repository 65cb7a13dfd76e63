import { readFileSync, statSync } from 'node:fs'

/** Where references lead: names to the environment, paths to files. */
export interface ReferenceSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The text of a file. @throws as `readFileSync` does */
  readonly readText: (path: string) => string
}

/** How deep objects and lists may be nested: the schema needs four. */
const MOST_DEPTH = 20

/** @throws Error when it cannot be read, or is larger */
export function readText(path: string, mostBytes: number): string {
  const stat = statSync(path)
  if (stat.isDirectory()) throw new Error('it is a directory')
  if (stat.size > mostBytes) throw new Error(`it has ${stat.size} bytes; at most ${mostBytes} are read`)
  return readFileSync(path, 'utf8')
}

/**
 * Puts secrets in place of what refers to them, in every text of a JSON value: `${NAME}` is the environment's, and a text that is
 * `file:` and a path, as a whole, is that file's, without the line break at its end. `$${` is `${` itself.
 * @param wrong gets each reference that leads nowhere: its place, and why; never a value
 */
export function resolveReferences(
  value: unknown,
  sources: ReferenceSources,
  wrong: (at: readonly (string | number)[], message: string) => void,
): unknown {
  const resolve = (each: unknown, at: readonly (string | number)[]): unknown => {
    if (typeof each === 'string') return resolveText(each, sources, (message) => wrong(at, message))
    if (at.length > MOST_DEPTH) {
      wrong(at, 'is nested too deep')
      return null
    }
    if (Array.isArray(each)) return each.map((item: unknown, index) => resolve(item, [...at, index]))
    if (typeof each !== 'object' || each === null) return each
    return Object.fromEntries(
      Object.entries(each).map(([name, item]: [string, unknown]) => [name, resolve(item, [...at, name])]),
    )
  }
  return resolve(value, [])
}

function resolveText(text: string, { env, readText }: ReferenceSources, wrong: (message: string) => void): string {
  if (text.startsWith('file:')) {
    const path = text.slice('file:'.length)
    try {
      return readText(path).replace(/\r?\n$/, '')
    } catch (error) {
      wrong(`refers to the file ${JSON.stringify(path)}, which cannot be read: ${reasonOf(error)}`)
      return ''
    }
  }
  return text.replace(/\$?\$\{([^}]*)\}/g, (whole, name: string) => {
    if (whole.startsWith('$$')) return whole.slice(1)
    const value = env[name]
    if (value === undefined || value === '') wrong(`refers to \${${name}}, and the environment has no ${name}`)
    return value ?? ''
  })
}

/** `ENOENT: no such file or directory`, without what follows: it repeats the path. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split(',')[0] ?? '') : 'unknown reason'
