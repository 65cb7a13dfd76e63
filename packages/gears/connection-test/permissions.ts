import { type AclLevel, aclCommands, aclGrant } from '../acl'
import { aclDryRun } from '../commands/acl'
import { GearsError } from '../errors'
import { missingFeatures } from '../features'
import type { Link } from '../link/link'
import { NO_SUCH_COMMAND } from '../link/probe'
import type { Capability } from '../vocabulary/capability'
import { redisCli } from '../vocabulary/redis-cli'
import type { Help } from '../vocabulary/server-refusal'
import { plural } from '../vocabulary/text'
import { failed, isForbidden, ok, type StepFinding, unknown, warned } from './finding'

/** A key of Gearboard's own; it is neither read nor written. */
const KEY = 'gearboard:test:permission'

/** Words with which a command of Redis is complete, so that its permission is what is answered. */
const WORDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'CLIENT|SETNAME': ['gearboard'],
    'COMMAND|INFO': ['get'],
    'OBJECT|ENCODING': [KEY],
    'XINFO|STREAM': [KEY],
    'XINFO|GROUPS': [KEY],
    DEL: [KEY],
    EXPIRE: [KEY, '1'],
    HSET: [KEY, 'f', 'v'],
    RPUSH: [KEY, 'v'],
    SADD: [KEY, 'v'],
    SCAN: ['0'],
    SET: [KEY, 'v'],
    XADD: [KEY, '*', 'f', 'v'],
    XPENDING: [KEY, 'g'],
    XRANGE: [KEY, '-', '+'],
  }),
)

/** Without these nothing is shown. */
const ESSENTIAL: ReadonlySet<string> = new Set(['RG.DUMPEXECUTIONS', 'RG.DUMPREGISTRATIONS'])

const DENIED = /no permissions/i

interface PermissionQuestion {
  readonly link: Link
  readonly user: string
  readonly tls: boolean
  readonly level: AclLevel
  readonly found: Capability
}

/** Which commands of the level this user may send. PermissionQuestion by ACL DRYRUN; else RG commands are queued in a MULTI that is discarded. */
export async function testPermissions(asked: PermissionQuestion): Promise<StepFinding> {
  const { link, user, tls, level, found } = asked
  const lacking = new Set(found.unavailable.flatMap((each) => (each.reason === NO_SUCH_COMMAND ? [each.command] : [])))
  const needed = aclCommands(level, found.generation).filter((name) => !lacking.has(name))
  const answer = (await byDryRun(asked, needed)) ?? (await byQueueing(asked, needed))
  if (!answer)
    return unknown(`${link.address} does not say what the user ${user} may send.`, {
      text: 'This user may send neither ACL DRYRUN nor MULTI. Gearboard shows each refusal where it happens.',
    })
  const refused = needed.filter((name) => answer.refused.has(name))
  const of = `${plural(answer.asked, 'command')} that Gearboard needs to ${level}`
  if (refused.length === 0) return ok(`The user ${user} may send the ${of}.`)
  const grant = aclGrant(user, refused)
  const help: readonly Help[] = [
    {
      text: 'Grant the commands, as an administrator, on every node:',
      ...(grant !== undefined && { command: redisCli(link.address, { tls, user: null }, grant.split(' ')) }),
    },
    ...(answer.keys ? [{ text: 'Some are refused for their keys: the user needs ~* or %R~* as well.' }] : []),
  ]
  const allowed = new Set(needed.filter((name) => !answer.refused.has(name)))
  const features = missingFeatures(allowed).flatMap(({ feature, commands }) =>
    commands.some((name) => answer.refused.has(name)) ? [feature] : [],
  )
  const detail = `The user ${user} may not send ${refused.length} of the ${of}. Missing: ${features.join(', ')}.`
  return refused.some((name) => ESSENTIAL.has(name)) ? failed(detail, ...help) : warned(detail, ...help)
}

interface PermissionAnswer {
  readonly refused: ReadonlySet<string>
  /** How many commands were asked about. */
  readonly asked: number
  /** Some are allowed, but not on these keys. */
  readonly keys: boolean
}

/** Undefined where this user may not ask, or this Redis is older. */
async function byDryRun(
  { link, user }: PermissionQuestion,
  needed: readonly string[],
): Promise<PermissionAnswer | undefined> {
  const ask = async (name: string) => ({
    name,
    words: await link.send(aclDryRun, user, ...name.split('|'), ...(WORDS.get(name) ?? [])),
  })
  const [first = '', ...others] = needed
  try {
    // Each refusal is an entry in the server's ACL LOG: one is enough.
    const answers = [await ask(first), ...(await Promise.all(others.map(ask)))]
    const refused = answers.filter(({ words }) => words !== null)
    if (!refused.every(({ words }) => DENIED.test(words ?? ''))) return undefined
    return {
      refused: new Set(refused.map(({ name }) => name)),
      asked: needed.length,
      keys: refused.some(({ words }) => /to access/i.test(words ?? '')),
    }
  } catch (error) {
    if (!(error instanceof GearsError) || error.code !== 'rejected') throw error
    return undefined
  }
}

/** Permissions are checked when a command is queued, and nothing is carried out. Undefined where this user may not send MULTI. */
async function byQueueing(
  { link }: PermissionQuestion,
  needed: readonly string[],
): Promise<PermissionAnswer | undefined> {
  // Other commands than the module's are incomplete without arguments, which is said before their permission.
  const names = needed.filter((name) => name.startsWith('RG.'))
  try {
    const answers = await link.queue((queue) => Promise.allSettled(names.map(queue)))
    const refused = names.filter((_, i) => {
      const answer = answers[i]
      return answer?.status === 'rejected' && answer.reason instanceof Error && DENIED.test(answer.reason.message)
    })
    return { refused: new Set(refused), asked: names.length, keys: false }
  } catch (error) {
    if (!isForbidden(error)) throw error
    return undefined
  }
}

/** The help for one command that was refused. */
export function grantHelp(error: GearsError, user: string, name: string, tls: boolean): readonly Help[] {
  const line = aclGrant(user, [name])
  if (!isForbidden(error) || line === undefined) return []
  return [
    {
      text: 'Grant it, as an administrator:',
      command: redisCli(error.address ?? '', { tls, user: null }, line.split(' ')),
    },
  ]
}
