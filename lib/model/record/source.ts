import type { Registration } from '../registrations/registration'

export const SOURCE_OUTCOMES = [
  'sent',
  'registered',
  'partial',
  'nothing',
  'started',
  'finished',
  'rejected',
  'not_sent',
] as const

/** A script that was sent to the server through Gearboard. */
export interface SubmittedSource {
  readonly id: string
  readonly connection: string
  /** Our clock, ms. */
  readonly at: number
  /** Null where signing in is not required. */
  readonly author: string | null
  /** The description, else the session id, else a number: versions are counted by it. */
  readonly name: string
  readonly requirements: readonly string[]
  /** Of RG.PYEXECUTE, by the contract's names. */
  readonly options: Readonly<Record<string, string | boolean>>
  /**
   * `sent`: no answer yet, or none ever came. `rejected`: `error` is the server's words. `not_sent`: it never left Gearboard. `partial`: some
   * shards have its registrations.
   */
  readonly outcome: (typeof SOURCE_OUTCOMES)[number]
  readonly error: string | null
  readonly executionId: string | null
  readonly registrations: readonly string[]
}

/** The name that it was sent with: the description, else the session id; null where it had neither. */
export function givenName({ options: { description, id } }: Pick<SubmittedSource, 'options'>): string | null {
  const name = description ?? id
  return typeof name === 'string' ? name : null
}

/** The session that it was sent under, given or made up; null on 1.0, which has none. */
export function sessionOf({ options }: Pick<SubmittedSource, 'options'>): string | null {
  const session = options.id ?? options.session
  return typeof session === 'string' ? session : null
}

/** Whether it made this registration. Ids start over when a server restarts, so the session has to be the same, too. */
export const hasMade = (
  source: Pick<SubmittedSource, 'options' | 'registrations'>,
  { id, privateData }: Pick<Registration, 'id' | 'privateData'>,
): boolean => source.registrations.includes(id) && (privateData?.session ?? null) === sessionOf(source)

/** What it registered and the server has now: it is the live version of its session. */
export const liveRegistrations = (
  source: Pick<SubmittedSource, 'options' | 'registrations'>,
  registrations: readonly Registration[],
): readonly Registration[] => registrations.filter((registration) => hasMade(source, registration))

/**
 * The line of `to` that reads like a line of `from`, both from 1: at the same place, or the only one with that text. Null where there is none: it was
 * changed, or removed.
 */
export function sameLine(from: string, line: number, to: string): number | null {
  const text = from.split('\n')[line - 1]
  if (text === undefined || text.trim() === '') return null
  const lines = to.split('\n')
  if (lines[line - 1] === text) return line
  const at = lines.indexOf(text)
  return at >= 0 && at === lines.lastIndexOf(text) ? at + 1 : null
}

/** The same text under the same name is the same version, however often it is submitted. */
export interface SourceVersion extends SubmittedSource {
  /** From 1, by name. */
  readonly version: number
  /** SHA-256 of the script, hex. */
  readonly hash: string
  readonly bytes: number
}

export interface SourceWithScript extends SourceVersion {
  readonly script: string
}

export interface SourceQuery {
  readonly connection: string
  readonly name?: string
  /** Only what was sent under this session id. */
  readonly session?: string
  /** Only what made this registration, by its id. */
  readonly registration?: string
  readonly cursor?: string
  /** 1 to 200. */
  readonly limit?: number
}

/** Newest first, without the scripts. */
export interface SourcePage {
  readonly sources: readonly SourceVersion[]
  readonly next: string | null
  /** Entries of this page that are damaged, and left out. */
  readonly unreadable?: number
}
