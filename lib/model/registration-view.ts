import type { Registration } from './registration'

/** `KeysReader` → `keys`. */
export function readerWord(reader: Registration['reader']): 'keys' | 'stream' | 'command' {
  switch (reader) {
    case 'KeysReader':
      return 'keys'
    case 'StreamReader':
      return 'stream'
    case 'CommandReader':
      return 'command'
  }
}
