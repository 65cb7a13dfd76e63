import { joinWord, type Split, splitWords, type Word, wordsFromJson } from '@gearboard/gears/vocabulary/shell-words'

/** What to send: the trigger, the key that decides the shard (RG.TRIGGERONKEY), and the arguments. */
export interface TriggerCall {
  readonly name: string
  /** Null: RG.TRIGGER, on whichever shard is asked. */
  readonly key: string | null
  readonly args: readonly Word[]
}

/** A pasted line: arguments alone leave name and key as they are. */
export type PastedLine =
  | { readonly args: readonly Word[] }
  | { readonly call: TriggerCall }
  | Extract<Split, { readonly error: string }>

/** Reads arguments, a JSON array, or a whole command with or without `redis-cli` before it. */
export function readPastedLine(text: string): PastedLine {
  if (text.trimStart().startsWith('[')) {
    const split = wordsFromJson(text)
    return 'error' in split ? split : { args: split.words }
  }
  const split = splitWords(text)
  if ('error' in split) return split
  const words = split.words[0] === 'redis-cli' ? withoutOptions(split.words.slice(1)) : split.words
  const [command, name, ...rest] = words
  const verb = typeof command === 'string' ? command.toUpperCase() : ''
  if (verb !== 'RG.TRIGGER' && verb !== 'RG.TRIGGERONKEY') return { args: split.words }
  const at = text.length
  if (typeof name !== 'string') return { error: `${verb} needs the name of a trigger.`, at }
  if (verb === 'RG.TRIGGER') return { call: { name, key: null, args: rest } }
  const [key, ...args] = rest
  if (typeof key !== 'string') return { error: 'RG.TRIGGERONKEY needs a key after the trigger.', at }
  return { call: { name, key, args } }
}

/** Those of redis-cli that take a value. */
const OPTIONS_WITH_VALUE = new Set([
  '-h',
  '-p',
  '-s',
  '-a',
  '-u',
  '-n',
  '--user',
  '--pass',
  '--cacert',
  '--cert',
  '--key',
])

function withoutOptions(words: readonly Word[]): readonly Word[] {
  let at = 0
  for (let word = words[at]; typeof word === 'string' && word.startsWith('-'); word = words[at])
    at += OPTIONS_WITH_VALUE.has(word) ? 2 : 1
  return words.slice(at)
}

/** The call as one line for the prompt of redis-cli, which reads `"\xff"` as a shell would not. */
export const callLine = ({ name, key, args }: TriggerCall): string =>
  [...(key === null ? ['RG.TRIGGER', name] : ['RG.TRIGGERONKEY', name, key]), ...args].map(joinWord).join(' ')

/** RedisGears cuts every argument at its first NUL (protocol 3.5). */
export const hasNul = (word: Word): boolean =>
  typeof word === 'string' ? word.includes('\0') : atob(word.base64).includes('\0')
