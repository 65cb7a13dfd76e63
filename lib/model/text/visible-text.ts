// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is made visible
const INVISIBLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu

/** Longest text that is drawn in one piece, characters: without a bound, a word of a megabyte stops the browser's tab for its layout. */
export const DRAWN_CHARS = 2000
/** An escape takes up to nine. */
const ESCAPED = 9

const escaped = (text: string): string =>
  text.replace(INVISIBLE, (char) => {
    const code = char.codePointAt(0) ?? 0
    const digits = code.toString(16)
    if (code > 0xffff) return `\\u{${digits}}`
    return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits.padStart(4, '0')}`
  })

/** At most `most` characters from `at` on, fewer where they are drawn as escapes; where the piece ends, never between the halves of a pair. */
function endOfPiece(text: string, at: number, most: number): number {
  const piece = text.slice(at, at + most)
  const room = (piece.match(INVISIBLE) ?? []).length * ESCAPED > most ? Math.max(1, Math.floor(most / ESCAPED)) : most
  const end = Math.min(text.length, at + room)
  const splits = end < text.length && end - at > 1 && /[\ud800-\udbff]/.test(text.charAt(end - 1))
  return splits ? end - 1 : end
}

/**
 * Untrusted text as a page shows it, of bounded length. Control characters, ANSI escapes and direction marks are shown as `\x1b` or
 * `\u202e`: it cannot hide or reorder itself. What does not fit is counted in its place.
 */
export function visibleText(text: string, most = DRAWN_CHARS): string {
  const end = endOfPiece(text, 0, most)
  const left = text.length - end
  return `${escaped(text.slice(0, end))}${left === 0 ? '' : `… ${left.toLocaleString('en')} more characters`}`
}

/** The whole of a text as `visibleText` would draw it, in pieces of at most `DRAWN_CHARS` characters and their escapes. */
export function visiblePieces(text: string): readonly string[] {
  const pieces: string[] = []
  for (let at = 0; at < text.length; ) {
    const end = endOfPiece(text, at, DRAWN_CHARS)
    pieces.push(escaped(text.slice(at, end)))
    at = end
  }
  return pieces
}
