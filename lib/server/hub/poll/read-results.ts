import { commands, GearsError, type GearsValue, Proof, type Shard } from '@gearboard/gears'
import { wallMs } from '@gearboard/gears/vocabulary/clock'
import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import { MOST_RESULTS } from '@/lib/api/limits'
import type { Withheld } from '@/lib/model/executions/execution'
import { fingerprintOf } from '@/lib/server/history/sqlite/executions/execution-intake'
import { keepNewest } from '@/lib/server/keep-newest'
import { partOn } from './part-on'

export type ReadResults = { readonly values: readonly GearsValue[] } | { readonly withheld: Withheld }

const NOT_THERE = 'execution plan does not exist'
const STILL_RUNS = 'execution is still running'
/** Functions remembered whose results broke the connection. */
const MOST_BROKEN = 1000

/** The one place that reads results of executions: only where that is proven safe, or where a user asks for it. */
export class ResultReader {
  /** When the connection broke while results of a function were read, ms, by its plan's fingerprint: text may crash a server, too. */
  private readonly broken = new Map<string, number>()

  /**
   * The results of an execution, from the shard that has them. Its plan is asked just before: ids start over with a restart. Never throws a
   * GearsError. @param consent the user was warned and asks for them anyway
   */
  async read(shard: Pick<Shard, 'key' | 'send'>, id: string, consent = false): Promise<ReadResults> {
    try {
      const part = await partOn(shard, id)
      if (!part) return { withheld: { why: 'gone' } }
      return await this.readPart(shard, id, part, consent)
    } catch (error) {
      if (error instanceof GearsError) return { withheld: withheldBy(error) }
      throw error
    }
  }

  private async readPart(
    shard: Pick<Shard, 'send'>,
    id: string,
    part: ExecutionPart,
    consent: boolean,
  ): Promise<ReadResults> {
    // RG.GETRESULTS gives all or none.
    if ((part.results ?? 0) > MOST_RESULTS) return { withheld: { why: 'too_many' } }
    const plan = fingerprintOf([part]) ?? ''
    const brokeAt = this.broken.get(plan)
    if (brokeAt !== undefined && !consent) return { withheld: { why: 'broke', at: brokeAt } }
    const proof = consent ? Proof.ofConsent(id) : Proof.ofPlan(id, part)
    if (!proof) return { withheld: { why: 'unproven' } }
    try {
      const { results } = await shard.send(commands.getResults, id, proof)
      return { values: results }
    } catch (error) {
      if (error instanceof GearsError && error.code === 'unreachable') this.note(plan)
      throw error
    }
  }

  private note(plan: string): void {
    this.broken.set(plan, wallMs())
    keepNewest(this.broken, MOST_BROKEN)
  }
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
