/** The values of an environment variable that is on or off, lower case; unset means off. */
export const FLAG_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['', false],
  ['0', false],
  ['no', false],
  ['false', false],
  ['1', true],
  ['yes', true],
  ['true', true],
])
