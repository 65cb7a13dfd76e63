// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is made visible
const UNPRINTABLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/**
 * A text from anybody as it may stand in a terminal: what would move the cursor, colour, clear, retitle or reorder is written as `\x1b` or
 * `\u202e`. Line ends stay; each further line is indented, so that none can pass for a line of the engine's own.
 */
export const printable = (text: string): string =>
  text
    .replace(UNPRINTABLE, (char) => {
      const code = char.charCodeAt(0)
      return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
    })
    .replace(/\n(?=.)/g, '\n    ')
