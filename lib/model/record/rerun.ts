import type { ExecutionDetail } from '../executions/execution'

interface RerunOptions {
  readonly profiled: boolean
  /** Undefined while unknown. */
  readonly generation: '1.0' | '1.2' | undefined
}

/**
 * What the submit endpoint takes to run a script again. It keeps the name that it was given, so that the runs count as one function; RedisGears
 * 1.0 takes no description (protocol 1.3).
 */
export function rerunBody(
  { script, requirements, givenName }: NonNullable<ExecutionDetail['source']>,
  { profiled, generation }: RerunOptions,
) {
  return {
    script,
    requirements: [...requirements],
    blocking: false,
    ...(givenName !== null && generation !== '1.0' && { description: givenName }),
    ...(profiled && { profiled }),
  }
}
