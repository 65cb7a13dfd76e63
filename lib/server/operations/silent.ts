import { GearsError } from '@gearboard/gears'
import { IDLE_TIMEOUT } from '@gearboard/gears/vocabulary/execution'
import { type ClusterAct, keyShardBlocks, SILENT_OVERRIDE, silenceBlocks } from '@/lib/model/cluster/silence'
import type { ConnectionParts } from '../connection/connection-parts'
import { type Override, refuseUnlessOverridden } from './override'

/** Before a command that all shards must agree on. @throws ApiRefusal `invalid_request` while one is silent */
export function refuseWhileSilent({ hub }: ConnectionParts, override: Override, act?: ClusterAct): void {
  refuseUnlessOverridden(silenceBlocks(hub.feed.shardStates, act), SILENT_OVERRIDE, override)
}

/** Before a command that waits for the shard of a key. @throws ApiRefusal `invalid_request` while that is known to be silent */
export function refuseSilentKey({ hub }: ConnectionParts, key: string, override: Override): void {
  refuseUnlessOverridden(keyShardBlocks(key, hub.feed.shardStates), SILENT_OVERRIDE, override)
}

/** Before a command that waits for any shard. @throws ApiRefusal `invalid_request` while none answers */
export function refuseSilent({ hub }: ConnectionParts, override: Override): void {
  const { error } = hub.feed.connection
  refuseUnlessOverridden(`No shard answers${error ? `: ${error.message}` : ''}.`, SILENT_OVERRIDE, override)
}

/** Explains the error of the module, or of Redis, when shards cannot agree: the sentence says what happened to the request. */
export async function explainingSilence<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof GearsError && error.code === 'rejected')) throw error
    const words = error.message.trim()
    if (words === IDLE_TIMEOUT) {
      const why = `${words}: another shard did not answer in time. Nothing was changed. Send it again when every shard answers.`
      throw new GearsError('rejected', why)
    }
    throw interruptedWait(error) ?? error
  }
}

/** Explains the reply that a waiting client gets when the cluster goes down: it is no refusal. Undefined for any other reply. */
export function interruptedWait({ message, refusal }: GearsError): GearsError | undefined {
  if (!CLUSTER_DOWN.test(message)) return undefined
  const why = `${message.trim()}: Redis stopped waiting for a shard that does not answer. It may still run when that shard answers; check before you send it again.`
  return new GearsError('timeout', why, { refusal })
}

/**
 * Redis sends this to any waiting client, whatever it waits for. What was started continues (tried on 1.2.13: a pause reached every shard
 * later).
 */
const CLUSTER_DOWN = /^CLUSTERDOWN\b/

/** A command that all shards carry out was given up, or the wait for it was: a shard that is silent may do its part later. */
export const isUnanswered = ({ code, message }: GearsError): boolean =>
  code === 'rejected' && (message.trim() === IDLE_TIMEOUT || CLUSTER_DOWN.test(message))
