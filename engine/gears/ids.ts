/** The shard id outside cluster mode. */
export const NO_CLUSTER_ID = '0'.repeat(40)

const ID = /^([\s\S]{40})-(\d+)/

/** `<40 characters>-<number>`, tolerating what follows, as the module parses it; undefined for anything else. */
export function normalId(text: string): string | undefined {
  const match = ID.exec(text)
  return match ? `${match[1]}-${Number(match[2])}` : undefined
}
