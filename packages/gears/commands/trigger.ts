import { type Arg, command } from '../command'
import { list, type Reply } from '../reply'
import { type GearsValue, gearsValue } from '../value'

const results = (reply: Reply): readonly GearsValue[] => list(gearsValue)(reply)

/** Calls a CommandReader registration. If its execution has any error the first is the reply, `rejected` with the function's words. */
export const trigger = command({
  name: 'RG.TRIGGER',
  blocks: true,
  args: (name: string, ...args: readonly Arg[]) => [name, ...args],
  decode: results,
})

/** As `trigger`, on the shard that owns the key, which is the function's first argument. */
export const triggerOnKey = command({
  name: 'RG.TRIGGERONKEY',
  blocks: true,
  since: '1.2',
  args: (name: string, key: string, ...args: readonly Arg[]) => [name, key, ...args],
  decode: results,
})
