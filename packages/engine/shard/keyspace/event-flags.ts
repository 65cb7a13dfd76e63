/** The class of each keyspace notification in notify-keyspace-events; those not listed are generic (`g`). */
const CLASSES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    keymiss: 'm',
    new: 'n',
    expired: 'x',
    evicted: 'e',
    ...byClass('$', 'set setrange setbit incrby incrbyfloat append pfadd'),
    ...byClass('l', 'lpush rpush lpop rpop linsert lset lrem ltrim sortstore'),
    ...byClass('h', 'hset hincrby hincrbyfloat hdel'),
    ...byClass('s', 'sadd srem spop sinterstore sunionstore sdiffstore'),
    ...byClass(
      'z',
      'zadd zincr zrem zremrangebyscore zremrangebylex zremrangebyrank zpopmin zpopmax zinterstore zunionstore zdiffstore zrangestore georadiusstore geosearchstore',
    ),
    ...byClass(
      't',
      'xadd xdel xtrim xsetid xgroup-create xgroup-createconsumer xgroup-delconsumer xgroup-destroy xgroup-setid xclaim xautoclaim xreadgroup',
    ),
  }),
)

export const eventClass = (event: string): string => CLASSES.get(event) ?? 'g'

const ALL = 'g$lshzxetd'
const LETTERS = 'g$lshzxetdKEmn'

/** The value of notify-keyspace-events as Redis prints it; undefined if a letter is unknown. */
export function normalizeEventFlags(text: string): string | undefined {
  const given = new Set(text.replaceAll('A', ALL))
  for (const letter of given) if (!LETTERS.includes(letter)) return undefined
  const all = [...ALL].every((letter) => given.has(letter))
  const shown = [...'g$lshzxetd'].filter((letter) => !all && given.has(letter))
  const others = [...'KEmn'].filter((letter) => given.has(letter))
  return `${all ? 'A' : ''}${shown.join('')}${others.join('')}`
}

function byClass(letter: string, events: string): Record<string, string> {
  return Object.fromEntries(events.split(' ').map((event) => [event, letter]))
}

/** Whether these flags publish events of a class. */
export function published(flags: string, letter: string): boolean {
  return flags.includes(letter) || (flags.includes('A') && ALL.includes(letter))
}
