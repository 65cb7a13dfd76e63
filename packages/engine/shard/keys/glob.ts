const STAR = 42
const QUESTION = 63
const OPEN = 91
const CLOSE = 93
const BACKSLASH = 92
const CARET = 94
const DASH = 45

const lower = (char: number): number => (char >= 65 && char <= 90 ? char + 32 : char)

/**
 * Redis's `stringmatchlen`: `*`, `?`, `[a-c]`, `[^a]`, backslash. Both are byte strings (latin1). Each `*` costs linear time, so patterns
 * cannot blow up.
 */
export function globMatch(pattern: string, text: string, nocase = false): boolean {
  let p = 0
  let t = 0
  let starP = -1
  let starT = 0
  while (t < text.length) {
    if (pattern.charCodeAt(p) === STAR) {
      starP = ++p
      starT = t
      continue
    }
    const next = p < pattern.length ? one(pattern, p, text.charCodeAt(t), nocase) : -1
    if (next >= 0) {
      p = next
      t += 1
      continue
    }
    if (starP < 0) return false
    p = starP
    t = ++starT
  }
  while (pattern.charCodeAt(p) === STAR) p++
  return p === pattern.length
}

/** Where the pattern continues if its piece at `p` matches `char`; -1 if it does not. */
function one(pattern: string, p: number, char: number, nocase: boolean): number {
  const code = pattern.charCodeAt(p)
  const same = (a: number, b: number): boolean => (nocase ? lower(a) === lower(b) : a === b)
  if (code === QUESTION) return p + 1
  if (code === OPEN) return set(pattern, p + 1, nocase ? lower(char) : char, nocase)
  if (code === BACKSLASH && p + 1 < pattern.length) return same(pattern.charCodeAt(p + 1), char) ? p + 2 : -1
  return same(code, char) ? p + 1 : -1
}

function set(pattern: string, from: number, char: number, nocase: boolean): number {
  const fold = (code: number): number => (nocase ? lower(code) : code)
  const not = pattern.charCodeAt(from) === CARET
  let p = not ? from + 1 : from
  let match = false
  for (;;) {
    const code = pattern.charCodeAt(p)
    if (code === BACKSLASH && p + 1 < pattern.length) {
      p += 1
      if (fold(pattern.charCodeAt(p)) === char) match = true
    } else if (code === CLOSE) {
      break
    } else if (p >= pattern.length) {
      p -= 1
      break
    } else if (pattern.charCodeAt(p + 1) === DASH && p + 2 < pattern.length) {
      const a = fold(code)
      const b = fold(pattern.charCodeAt(p + 2))
      if (char >= Math.min(a, b) && char <= Math.max(a, b)) match = true
      p += 2
    } else if (fold(code) === char) {
      match = true
    }
    p += 1
  }
  return match === not ? -1 : p + 1
}
