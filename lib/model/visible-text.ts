// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is made visible
const INVISIBLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

/** Control characters, ANSI escapes and direction marks as `\x1b` or `\u202e`: text from anybody cannot hide or reorder itself. */
export const visibleText = (text: string): string =>
  text.replace(INVISIBLE, (char) => {
    const code = char.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
  })
