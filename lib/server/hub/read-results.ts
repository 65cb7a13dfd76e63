import { commands, GearsError, type GearsValue, Proof, type Shard } from '@/lib/gears'
import type { Withheld } from '@/lib/model/execution'
import { partOn } from './part-on'

export type ReadResults = { readonly values: readonly GearsValue[] } | { readonly withheld: Withheld }

const NOT_THERE = 'execution plan does not exist'
const STILL_RUNS = 'execution is still running'

/**
 * The results of an execution, from the shard that has them: where its plan, asked just before since ids begin anew with a restart, proves that
 * they can be read without harm, or somebody who was told what could happen asks for them. Never throws a GearsError.
 * @param consent the latter
 */
export async function readResults(
  shard: Pick<Shard, 'key' | 'send'>,
  id: string,
  consent: boolean,
): Promise<ReadResults> {
  try {
    const proof = consent ? Proof.ofConsent(id) : await proven(shard, id)
    if (!proof) return { withheld: { why: 'unproven' } }
    const { results } = await shard.send(commands.getResults, id, proof)
    return { values: results }
  } catch (error) {
    if (error instanceof GearsError) return { withheld: withheldBy(error) }
    throw error
  }
}

async function proven(shard: Pick<Shard, 'key' | 'send'>, id: string): Promise<Proof<'results'> | undefined> {
  const part = await partOn(shard, id)
  if (!part) throw new GearsError('rejected', NOT_THERE)
  return Proof.ofPlan(id, part)
}

function withheldBy({ code, message }: GearsError): Withheld {
  switch (code) {
    case 'rejected':
      if (message === NOT_THERE) return { why: 'gone' }
      return message === STILL_RUNS ? { why: 'unfinished' } : { why: 'refused', message }
    case 'bad_reply':
      return { why: 'unreadable', message }
    default:
      return { why: 'unanswered', message }
  }
}
