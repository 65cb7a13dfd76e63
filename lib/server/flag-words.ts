/** What a variable of the environment that is on or off may say, lower case; nothing is off. */
export const FLAG_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['', false],
  ['0', false],
  ['no', false],
  ['false', false],
  ['1', true],
  ['yes', true],
  ['true', true],
])
