import { type Arg, command } from '../command'
import type { Guard } from '../guard'
import { integer, nullable, text } from '../reply'
import { gearsValue } from '../value'
import { NO_DANGERS, READS_RESULTS, waiting } from './dangers'

// What Redis itself is asked to write a test event. A hooked command answers whatever its hook does, and as late.

/** An override of a Redis command replies with what its function returns. */
const HOOKED = {
  dangers: [
    waiting('where a function hooks it'),
    {
      ...READS_RESULTS,
      when: `a function hooks it; ${READS_RESULTS.when}`,
      protects: 'nothing: it is sent where a person writes a key',
    },
  ],
  sender: 'person',
} satisfies Guard

type WriteCommand = 'SET' | 'HSET' | 'RPUSH' | 'SADD' | 'XADD' | 'DEL'

const write = <Args extends readonly unknown[]>(name: WriteCommand, args: (...args: Args) => readonly Arg[]) =>
  command({ name, access: 'operate', guard: HOOKED, blocks: true, args, decode: gearsValue })

export const setKey = write('SET', (key: string, value: Arg) => [key, value])
export const hset = write('HSET', (key: string, fields: readonly Arg[]) => [key, ...fields])
export const rpush = write('RPUSH', (key: string, values: readonly Arg[]) => [key, ...values])
export const sadd = write('SADD', (key: string, members: readonly Arg[]) => [key, ...members])
/** Its id is made by the server. */
export const xadd = write('XADD', (key: string, fields: readonly Arg[]) => [key, '*', ...fields])
export const delKey = write('DEL', (key: string) => [key])

/** How the key's value is stored; null where there is no such key. Unlike EXISTS and TYPE it fires no keymiss event. */
export const objectEncoding = command({
  name: 'OBJECT',
  subcommand: 'ENCODING',
  access: 'operate',
  guard: { dangers: NO_DANGERS, sender: 'person' },
  reads: true,
  args: (key: string) => [key],
  decode: nullable(text),
})

/** Seconds. 1 where there is such a key, else 0. */
export const expire = command({
  name: 'EXPIRE',
  access: 'operate',
  guard: { dangers: NO_DANGERS, sender: 'person' },
  args: (key: string, seconds: number) => [key, seconds],
  decode: integer,
})
