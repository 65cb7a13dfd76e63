import { plural } from '@gearboard/gears/vocabulary/text'
import type { EnvironmentSession, RequirementRow } from '@/lib/model/environment/environment-view'
import { listInWords } from '@/lib/model/text/format'

/** The page's answer: what is not installed first, then drift, then scale. */
export function environmentHeadline(
  requirements: readonly RequirementRow[],
  sessions: readonly EnvironmentSession[] | undefined,
): string {
  const broken = requirements.filter(({ state }) => state !== 'installed').map(({ name }) => name)
  if (broken.length > 0) return `${listInWords(broken)} ${broken.length === 1 ? 'is' : 'are'} not installed everywhere.`
  const drifting = requirements.filter(({ drifts }) => drifts).map(({ name }) => name)
  if (drifting.length > 0)
    return `${listInWords(drifting)} ${drifting.length === 1 ? 'differs' : 'differ'} between shards.`
  const held = requirements.length === 0 ? 'No requirements' : plural(requirements.length, 'requirement')
  if (!sessions) return `${held}.`
  if (requirements.length === 0) return `${held}, ${plural(sessions.length, 'session')}.`
  return `${held} on every shard, ${plural(sessions.length, 'session')}.`
}

const areOrIs = (n: number): string => (n === 1 ? 'is' : 'are')

export function environmentSecond(
  requirements: readonly RequirementRow[],
  sessions: readonly EnvironmentSession[] | undefined,
): string {
  const dead = sessions?.filter(({ state }) => state === 'dead').length ?? 0
  const held = sessions?.filter(({ state }) => state === 'held').length ?? 0
  const unused = requirements.filter(
    ({ usedBy, usedByRegistrations }) => usedBy.length + usedByRegistrations.length === 0,
  ).length
  const parts = [
    dead > 0 && `${plural(dead, 'session')} ${areOrIs(dead)} dead but not freed`,
    held > 0 &&
      `${plural(held, 'session')} ${held === 1 ? 'has' : 'have'} no registrations and ${held === 1 ? 'keeps its id' : 'keep their ids'}`,
    unused > 0 && `${plural(unused, 'requirement')} ${areOrIs(unused)} used by no listed session or registration`,
  ].filter((part) => typeof part === 'string')
  const sentence = parts.join('; ')
  if (sentence !== '') return `${sentence}.`
  return 'Scripts that only run have sessions too, but RedisGears lists only sessions with registrations.'
}
