import { ACL_LEVELS, aclLine, aclVersionOf, FEATURE_COMMANDS, missingFeatures } from '@gearboard/gears'
import type { Capability } from '@gearboard/gears/vocabulary/capability'
import type { RedisAccessReply } from '@/lib/api/contract/config'
import { wrongField } from '../errors'

/** Proposed where Gearboard signs in as the default user, whose rights are everybody's. */
const OWN_USER = 'gearboard'

/**
 * The ACL lines by which a user may send what Gearboard sends, for each level of what it shall do there.
 * @param found null before the server was asked what it is
 * @throws ApiRefusal `invalid_request` for a name that no ACL takes
 */
export function redisAccess(
  found: Capability | null,
  {
    signedInAs,
    user = signedInAs ?? OWN_USER,
  }: { readonly signedInAs: string | null; readonly user?: string | undefined },
): RedisAccessReply {
  const redis = aclVersionOf(found?.redisVersion ?? null)
  const lines = ACL_LEVELS.map((level) => {
    const line = aclLine(user, { level, redis, gears: found?.generation ?? '1.2' })
    if (line === undefined) throw wrongField('user', 'must be a name without blanks')
    return { level, line }
  })
  return { user, redis, lines, missing: found && !found.permissionsUnknown ? missingFor(found) : null }
}

function missingFor({ unavailable }: Capability): RedisAccessReply['missing'] {
  const lacking = new Set(unavailable.map(({ command }) => command))
  return missingFeatures(new Set(FEATURE_COMMANDS.filter((command) => !lacking.has(command))))
}
