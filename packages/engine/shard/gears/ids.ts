/** The shard id outside cluster mode. */
export const NO_CLUSTER_ID = '0'.repeat(40)

const ID = /^([\s\S]{40})-(\d+)/

/** Parses `<40 characters>-<number>` as the module does, ignoring any text after it; undefined if the id is invalid. */
export function normalId(text: string): string | undefined {
  const match = ID.exec(text)
  return match ? `${match[1]}-${Number(match[2])}` : undefined
}
