import { commands, GearsError, type Shard } from '@gearboard/gears'
import type { ExecutionPart } from '@gearboard/gears/vocabulary/execution'
import { boundErrors, REPORTED_ERRORS } from '@/lib/model/executions/error-bounds'

/** What one shard reports about an execution; null when it does not know it. @throws GearsError */
export async function partOn(shard: Pick<Shard, 'key' | 'send'>, id: string): Promise<ExecutionPart | null> {
  try {
    const [part] = await shard.send(commands.getExecution, id)
    return part ? bounded({ ...part, shard: shard.key }) : null
  } catch (error) {
    if (error instanceof GearsError && error.message === 'execution plan does not exist') return null
    throw error
  }
}

function bounded(part: ExecutionPart): ExecutionPart {
  const { errors, leftOut } = boundErrors(part.errors, REPORTED_ERRORS)
  return { ...part, errors, ...(leftOut > 0 && { errorsLeftOut: leftOut }) }
}
