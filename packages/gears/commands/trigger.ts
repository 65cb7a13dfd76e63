import { type Arg, command } from '../command'
import { list, type Reply } from '../reply'
import { type GearsValue, gearsValue } from '../value'
import { ANSWERS_RESULTS, waiting } from './dangers'

const results = (reply: Reply): readonly GearsValue[] => list(gearsValue)(reply)

/** Calls a CommandReader registration. If its execution has any error the first is the reply, `rejected` with the function's words. */
export const trigger = command({
  name: 'RG.TRIGGER',
  access: 'operate',
  guard: {
    dangers: [ANSWERS_RESULTS, waiting('until the function ends')],
    sender: 'person',
  },
  route: 'any',
  blocks: true,
  args: (name: string, ...args: readonly Arg[]) => [name, ...args],
  decode: results,
})

/** As `trigger`, on the shard that owns the key, which is the function's first argument. */
export const triggerOnKey = command({
  name: 'RG.TRIGGERONKEY',
  access: 'operate',
  guard: {
    dangers: [ANSWERS_RESULTS, waiting('until the function ends')],
    sender: 'person',
  },
  blocks: true,
  since: '1.2',
  args: (name: string, key: string, ...args: readonly Arg[]) => [name, key, ...args],
  decode: results,
})
