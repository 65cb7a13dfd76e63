import { describe, expect, it } from 'vitest'
import { DRAWN_CHARS, visiblePieces, visibleText } from './visible-text'

describe('text as a page draws it', () => {
  it.each([
    ['letters', 'x'.repeat(100_000)],
    ['escapes', '\u001b[2J'.repeat(25_000)],
    ['direction marks', '\u202e'.repeat(100_000)],
    ['marks beyond the first plane', '\u{e0041}'.repeat(50_000)],
    ['pairs', '😀'.repeat(50_000)],
    ['halves of pairs', '\ud83d'.repeat(100_000)],
    ['halves the wrong way', '\udc00'.repeat(3000)],
  ])('%s are drawn in bounded pieces, and nothing is lost', (_, text) => {
    const shown = visibleText(text)
    expect(shown.length).toBeLessThan(DRAWN_CHARS + 50)
    const left = Number(/… ([\d,]+) more characters$/.exec(shown)?.[1]?.replaceAll(',', ''))
    expect(shown.startsWith(visibleText(text.slice(0, text.length - left)))).toBe(true)
    const pieces = visiblePieces(text)
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(DRAWN_CHARS)
    const drawn = pieces.join('')
    const back = drawn
      .replaceAll(/\\x([0-9a-f]{2})/g, (_all, code) => String.fromCharCode(Number.parseInt(code, 16)))
      .replaceAll('\\u202e', '\u202e')
      .replaceAll('\\u{e0041}', '\u{e0041}')
    expect(back === text).toBe(true)
  })

  it('splits no pair', () => {
    expect(visiblePieces(`x${'😀'.repeat(2000)}`).every((piece) => !/[\ud800-\udbff]$/.test(piece))).toBe(true)
  })

  it('shows what hides or reorders text, whatever its plane', () => {
    expect(visibleText('a\u061cb\u00adc\u2028d\u{e0041}e\x7f')).toBe('a\\u061cb\\xadc\\u2028d\\u{e0041}e\\x7f')
  })

  it('leaves short text as it is', () => {
    expect(visibleText('a\tb\n')).toBe('a\tb\n')
    expect(visiblePieces('')).toEqual([])
  })
})
