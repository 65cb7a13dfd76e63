/** Whether two values hold the same data: arrays and plain objects are compared part by part, all else, functions too, by identity. */
export function isSameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [ofA, ofB] = [new Map(Object.entries(a)), Object.entries(b)]
  return ofA.size === ofB.length && ofB.every(([key, value]) => ofA.has(key) && isSameData(ofA.get(key), value))
}
