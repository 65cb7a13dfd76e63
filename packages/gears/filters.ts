import type { ListedExecution } from './commands'
import type { ExecutionStatus } from './vocabulary/execution'
import type { RegistrationMode, RegistrationReader, ShardRegistration } from './vocabulary/registration'

/** Which executions to list; absent fields do not filter. The module lists all, so this filters its reply. */
export interface ExecutionFilter {
  readonly status?: ExecutionStatus | readonly ExecutionStatus[]
  readonly registered?: boolean
}

/** Which registrations to list. */
export interface RegistrationFilter {
  readonly reader?: RegistrationReader
  /** The whole description, or a pattern. */
  readonly description?: string | RegExp
  readonly mode?: RegistrationMode
  /** The prefix of a KeysReader or StreamReader, as it was registered. */
  readonly prefix?: string
  /** The trigger of a CommandReader. */
  readonly trigger?: string
}

export const matchesExecution =
  ({ status, registered }: ExecutionFilter) =>
  (entry: ListedExecution): boolean =>
    (status === undefined || [status].flat().includes(entry.status)) &&
    (registered === undefined || entry.registered === registered)

export const matchesRegistration =
  ({ reader, description, mode, prefix, trigger }: RegistrationFilter) =>
  (registration: ShardRegistration): boolean =>
    (reader === undefined || registration.reader === reader) &&
    (mode === undefined || registration.mode === mode) &&
    (description === undefined || describedAs(description, registration.description)) &&
    (prefix === undefined || (registration.reader !== 'CommandReader' && registration.args.prefix === prefix)) &&
    (trigger === undefined || (registration.reader === 'CommandReader' && registration.args.trigger === trigger))

const describedAs = (wanted: string | RegExp, description: string | null): boolean =>
  // `search` does not keep a place, as `test` does for a pattern with the flag g.
  description !== null && (typeof wanted === 'string' ? description === wanted : description.search(wanted) >= 0)
