/**
 * Why none of `chosen` can be acted on: their common reason, or `mixed` if the reasons differ. Undefined if at least one can be.
 * @param blocked the reason for one item; undefined if it can be acted on
 */
export function noneReason<Item>(
  chosen: readonly Item[],
  blocked: (item: Item) => string | undefined,
  mixed: string,
): string | undefined {
  const reasons = new Set<string>()
  for (const item of chosen) {
    const reason = blocked(item)
    if (reason === undefined) return undefined
    reasons.add(reason)
  }
  const [only] = reasons
  return reasons.size === 1 ? only : mixed
}
