import { commands, GearsError } from '@gearboard/gears'
import {
  type ConfigKey,
  configKey,
  configNames,
  configValueProblem,
  sameButForCase,
  similarConfigKey,
} from '@gearboard/gears/vocabulary/config-keys'
import type { ConfigSetResult } from '@gearboard/gears/vocabulary/environment'
import type { ErrorDetail } from '@gearboard/gears/vocabulary/errors'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import type { ConfigReply } from '@/lib/api/contract/config'
import type { ConnectionParts } from '../connection/connection-parts'
import { ApiRefusal, wrongField } from '../errors'
import { partial } from './partial'

const MAX_USER_KEYS = 100

/** The keys of the server's version and the user keys asked for, on every shard. @throws GearsError, ApiRefusal */
export async function config({ reads, hub }: ConnectionParts, userKeys: readonly string[]): Promise<ConfigReply> {
  if (userKeys.length > MAX_USER_KEYS) {
    throw new ApiRefusal('invalid_request', `keys: must be at most ${MAX_USER_KEYS}`, [
      { at: 'keys', message: `must be at most ${MAX_USER_KEYS}` },
    ])
  }
  const own = configNames(hub.found?.generation === '1.0' ? '1.0' : '1.2')
  const { answers, ...age } = await reads.config([...new Set([...own, ...userKeys])]).read()
  return { shards: answers, ...age }
}

/**
 * Sets a key on every shard, or on one. @throws ApiRefusal `invalid_request`, `not_found` without such a shard, `partial` with what each shard
 * said; GearsError where all said no
 */
export async function setConfig(
  { gears, hub, reads }: ConnectionParts,
  key: string,
  { value, userKey, shard }: { readonly value: string; readonly userKey: boolean; readonly shard?: string | undefined },
): Promise<readonly ShardAnswer<ConfigSetResult>[]> {
  const known = configKey(key)
  if (known) checkValue(known, value)
  else if (!userKey || sameButForCase(key)) refuseUnknown(key)
  const set = async () =>
    shard === undefined ? await gears.configSet([key, value]) : [await setOn(shard, gears, key, value)]
  const answers = await set().finally(() => reads.configChanged())
  await hub.pollNow()
  const shards = answers.map((answer): ShardAnswer<ConfigSetResult> => {
    if ('error' in answer) return answer
    const [result] = answer.value
    return { shard: answer.shard, value: result ?? { key, error: 'the shard returned nothing' } }
  })
  const failures = shards.flatMap((answer) => failureOf(answer) ?? [])
  const [first] = failures
  if (!first) return shards
  if (failures.length === shards.length) throw new GearsError('rejected', first.message, { details: failures })
  throw partial('Set', { taken: shards.length - failures.length, of: shards.length }, failures)
}

/** The values of a key on each shard, for the audit log; null where none was reported. */
export async function configInWords({ gears }: ConnectionParts, key: string): Promise<string | null> {
  try {
    const values = (await gears.configGet(key)).flatMap((answer) => {
      const [first] = 'value' in answer ? answer.value : []
      return first && 'value' in first ? [String(first.value)] : []
    })
    return values.length > 0 ? [...new Set(values)].join(', ') : null
  } catch (error) {
    if (error instanceof GearsError) return null
    throw error
  }
}

async function setOn(shard: string, gears: ConnectionParts['gears'], key: string, value: string) {
  const ref = (await gears.shards()).find((each) => each.key === shard)
  if (!ref) throw new ApiRefusal('not_found', `no shard ${JSON.stringify(shard)}`)
  return { shard: { key: ref.key, address: ref.address }, value: await ref.send(commands.configSet, [key, value]) }
}

function failureOf(answer: ShardAnswer<ConfigSetResult>): ErrorDetail | undefined {
  const at = answer.shard.key
  if ('error' in answer) return { at, message: answer.error.message }
  return 'error' in answer.value ? { at, message: answer.value.error } : undefined
}

/** The module stores any key that it does not know as the user's, silently: a typo would change nothing and say OK. */
function refuseUnknown(key: string): never {
  const meant = sameButForCase(key)
  if (meant) {
    throw wrongField(
      'key',
      `the module’s setting is spelt ${meant.name}; RG.CONFIGSET may accept ${key} for it, but RG.CONFIGGET does not`,
    )
  }
  const similar = similarConfigKey(key)
  throw wrongField(
    'key',
    similar
      ? `unknown module setting ${key}; did you mean ${similar.name}? To store a custom key, send userKey`
      : `unknown module setting ${key}. To store a custom key, send userKey`,
  )
}

function checkValue(key: ConfigKey, value: string): void {
  if (!key.runtime)
    throw wrongField('key', `${key.name} is a module argument and can be set only when the module is loaded`)
  const problem = configValueProblem(key, value)
  if (problem !== undefined) throw wrongField('value', problem)
}
