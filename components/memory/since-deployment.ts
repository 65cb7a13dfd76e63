import type { Deployment } from '@/lib/model/record/deployment'

interface HeldPoint {
  readonly at: number
  /** Of all shards, bytes; null is unknown. */
  readonly held: number | null
}

export interface SinceDeployment {
  readonly deployment: Deployment
  /** Bytes that Python holds more than at the deployment; negative: less. */
  readonly change: number
}

/**
 * How much more all Python holds since the latest deployment of the function, or of any where none is named. Undefined: none lies in the time
 * shown, or what Python held then, or holds now, is unknown.
 */
export function sinceDeployment(
  points: readonly HeldPoint[],
  deployments: readonly Deployment[],
  name?: string,
): SinceDeployment | undefined {
  const deployment = deployments.findLast((each) => name === undefined || each.name === name)
  if (!deployment) return undefined
  const then = points.find(({ at, held }) => at >= deployment.at && held !== null)
  const now = points.at(-1)
  if (!then || !now || then.held === null || now.held === null || then === now) return undefined
  return { deployment, change: now.held - then.held }
}
