/** `k of n` masters did it; the reply is an error of code `partial` when any did not. */
export interface ActionReply {
  readonly shards: readonly string[]
}
