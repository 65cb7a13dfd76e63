import { command } from '../command'
import { type Decoder, describe, integer, list, Mismatch, type Reply, text } from '../reply'
import type { ConfigSetResult, ConfigValue } from '../vocabulary/environment'
import { NO_DANGERS } from './dangers'

// Core keys are integers, Plugin is a list, all others are text (protocol 5).
const configValue: Decoder<string | number | readonly string[]> = (reply) => {
  if (Buffer.isBuffer(reply)) return text(reply)
  return Array.isArray(reply) ? list(text)(reply) : integer(reply)
}

const STORED = { OK: 'core', 'OK - value was saved in extra config dictionary': 'extra' } as const

const stored = (reply: Reply): 'core' | 'extra' => {
  const word = text(reply)
  if (word === 'OK' || word === 'OK - value was saved in extra config dictionary') return STORED[word]
  throw new Mismatch('OK', JSON.stringify(word.slice(0, 60)))
}

/** One answer a key, in their order; an error reply among them is that key's alone. */
function perKey<T>(
  reply: Reply,
  keys: readonly string[],
  read: (key: string, element: Reply) => T,
): readonly (T | KeyError)[] {
  const elements = list<Reply>((element) => element)(reply)
  if (elements.length !== keys.length) throw new Mismatch(`an array of ${keys.length}`, describe(reply))
  return list((element, i): T | KeyError => {
    const key = keys[i] ?? ''
    return element instanceof Error ? { key, error: element.message } : read(key, element)
  })(elements)
}

interface KeyError {
  readonly key: string
  readonly error: string
}

/** The values of these keys on the shard asked. Names are case-sensitive on 1.2. */
export const configGet = command({
  name: 'RG.CONFIGGET',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  route: 'every',
  reads: true,
  args: (...keys: readonly string[]) => keys,
  decode: (reply, keys): readonly ConfigValue[] =>
    perKey(reply, keys, (key, element) => ({ key, value: configValue(element) })),
})

export type ConfigEntry = readonly [key: string, value: string | number]

/** Sets these keys on the shard asked. A key that is no core key is stored as a user key without complaint, a misspelt one too. */
export const configSet = command({
  name: 'RG.CONFIGSET',
  access: 'operate',
  guard: { dangers: NO_DANGERS, sender: 'person' },
  route: 'every',
  args: (...entries: readonly ConfigEntry[]) => entries.flat(),
  decode: (reply, entries): readonly ConfigSetResult[] =>
    perKey(
      reply,
      entries.map(([key]) => key),
      (key, element) => ({ key, stored: stored(element) }),
    ),
})
