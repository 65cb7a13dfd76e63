/** Words that no shell reads anything into. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/

/** Quotes one word for a POSIX shell: the server receives exactly `word`. */
const quote = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** The command as one line for a shell: `redis-cli RG.UNREGISTER 0000…-1`. */
export const redisCli = (...words: readonly string[]): string => ['redis-cli', ...words.map(quote)].join(' ')
