import type { Command } from './command'
import * as commands from './commands'
import { aclDryRun } from './commands/acl'
import { NO_DANGERS } from './commands/dangers'
import { sentinelMaster, sentinelNames } from './commands/sentinel'
import { GearsError } from './errors'
import { type Guard, refusalBy, type SendRequest } from './guard'

/** Whether an export of `commands` is a command. */
export const isCommand = (value: unknown): value is Command =>
  typeof value === 'object' && value !== null && 'decode' in value && 'guard' in value

/** What no command object sends. */
const OTHERS: readonly (readonly [name: string, guard: Guard])[] = [
  [
    'RG.NETWORKTEST',
    {
      dangers: [{ harm: 'crash', when: 'the cluster is not initialised', protects: 'it is never sent' }],
      sender: 'nobody',
    },
  ],
  // Around the commands that the probe queues and discards.
  ['MULTI', { dangers: NO_DANGERS, sender: 'gearboard' }],
]

/**
 * The guard of every command that may be sent, by its name, or by its name and subcommand. `Link` refuses every command
 * without an entry, and checks the entry against what it is about to send, not against the object it was given.
 * `HANDSHAKE` lists what ioredis sends by itself.
 */
export const GUARDS: Readonly<Record<string, Guard>> = {
  ...Object.fromEntries(OTHERS),
  ...Object.fromEntries(
    [...Object.values<unknown>(commands).filter(isCommand), sentinelMaster, sentinelNames, aclDryRun].map(
      ({ name, subcommand, guard }) => [subcommand === undefined ? name : `${name} ${subcommand}`, guard],
    ),
  ),
}

/** What ioredis sends by itself to open a connection: none of it runs anything or reads a key. */
export const HANDSHAKE = ['AUTH', 'HELLO', 'SELECT', 'CLIENT'] as const

const ENTRIES: ReadonlyMap<string, Guard> = new Map(Object.entries(GUARDS))

/** The entry for what is about to be sent. */
export function guardOf(name: string, words: readonly string[]): Guard | undefined {
  const [first] = words
  const form = first === undefined ? undefined : ENTRIES.get(`${name} ${first}`.toUpperCase())
  return form ?? ENTRIES.get(name.toUpperCase())
}

/** Refuses what must not leave. @throws GearsError `invalid_request`, which says why */
export function pass(name: string, request: SendRequest): void {
  const guard = guardOf(name, request.words)
  const reason = guard
    ? refusalBy(guard, request)
    : 'nothing is known of what it does to a server (no command of packages/gears/commands sends it)'
  if (reason !== undefined)
    throw new GearsError('invalid_request', `${name} was not sent: ${reason}`, { command: name })
}
