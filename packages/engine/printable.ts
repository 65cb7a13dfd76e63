// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
const UNPRINTABLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * Makes an untrusted text safe for a terminal. Characters that would move the cursor, colour, clear, retitle or reorder text become
 * `\x1b` or `\u202e`. Line ends stay; further lines are indented, so that none looks like a line of the engine's own.
 */
export const printable = (text: string): string =>
  text
    .replace(UNPRINTABLE, (char) => {
      const code = char.codePointAt(0) ?? 0
      const digits = code.toString(16)
      if (code > 0xffff) return `\\u{${digits}}`
      return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits.padStart(4, '0')}`
    })
    .replace(/\n(?=.)/g, '\n    ')
