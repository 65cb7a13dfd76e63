/** The type of a key, as `keyTypes` names it, when its event is reported. `gone`: there is no key any longer, or there never was one. */
type Holds = 'string' | 'list' | 'hash' | 'set' | 'zset' | 'stream' | 'any' | 'gone'

const all = (holds: Holds, names: string): readonly (readonly [string, Holds])[] =>
  names.split(' ').map((name) => [name, holds] as const)

/** The events that Redis raises for modules, in lower case, with what the key is then (measured on Redis 7.0 with RedisGears 1.2.13). */
export const KEY_EVENTS: ReadonlyMap<string, Holds> = new Map([
  ...all('string', 'set setrange incrby incrbyfloat append setbit pfadd'),
  ...all('hash', 'hset hincrby hincrbyfloat hdel'),
  ...all('list', 'lpush rpush lpop rpop linsert lset lrem ltrim sortstore'),
  ...all('set', 'sadd srem spop sinterstore sunionstore sdiffstore'),
  ...all(
    'zset',
    'zadd zincr zrem zremrangebyscore zremrangebyrank zremrangebylex zinterstore zunionstore zdiffstore zrangestore zpopmin zpopmax geosearchstore georadiusstore',
  ),
  ...all(
    'stream',
    'xadd xtrim xdel xsetid xclaim xautoclaim xgroup-create xgroup-createconsumer xgroup-delconsumer xgroup-destroy xgroup-setid',
  ),
  ...all('any', 'expire persist rename_to copy_to move_to restore'),
  ...all('gone', 'del expired evicted rename_from move_from keymiss'),
])

const events = (names: string, ...raised: readonly string[]): readonly (readonly [string, readonly string[]])[] =>
  names.split(' ').map((name) => [name, raised] as const)

/** The events that a command raises on its first key, by its name in lower case; none for one that only reads. */
export const COMMAND_EVENTS: ReadonlyMap<string, readonly string[]> = new Map([
  ...events('set setex psetex', 'set', 'expire'),
  ...events('setnx getset mset msetnx bitop', 'set'),
  ...events('append', 'append'),
  ...events('setrange', 'setrange'),
  ...events('setbit bitfield', 'setbit'),
  ...events('incr decr incrby decrby', 'incrby'),
  ...events('incrbyfloat', 'incrbyfloat'),
  ...events('pfadd pfmerge', 'pfadd'),
  ...events('hset hmset hsetnx', 'hset'),
  ...events('hincrby', 'hincrby'),
  ...events('hincrbyfloat', 'hincrbyfloat'),
  ...events('hdel', 'hdel', 'del'),
  ...events('lpush lpushx', 'lpush'),
  ...events('rpush rpushx', 'rpush'),
  ...events('lpop blpop', 'lpop', 'del'),
  ...events('rpop brpop rpoplpush brpoplpush', 'rpop', 'del'),
  ...events('lset', 'lset'),
  ...events('linsert', 'linsert'),
  ...events('lrem', 'lrem', 'del'),
  ...events('ltrim', 'ltrim', 'del'),
  ...events('sadd', 'sadd'),
  ...events('srem', 'srem', 'del'),
  ...events('spop', 'spop', 'del'),
  ...events('smove', 'srem', 'del'),
  ...events('zadd geoadd', 'zadd', 'zincr'),
  ...events('zincrby', 'zincr'),
  ...events('zrem', 'zrem', 'del'),
  ...events('zpopmin bzpopmin', 'zpopmin', 'del'),
  ...events('zpopmax bzpopmax', 'zpopmax', 'del'),
  ...events('xadd', 'xadd', 'xtrim'),
  ...events('xdel', 'xdel'),
  ...events('xtrim', 'xtrim'),
  ...events('del unlink getdel', 'del'),
  ...events('expire pexpire expireat pexpireat', 'expire', 'del'),
  ...events('getex', 'expire', 'persist', 'del'),
  ...events('persist', 'persist'),
  ...events('rename renamenx', 'rename_from'),
  ...events('restore', 'restore'),
  ...events(
    'get mget getrange strlen getbit bitcount hget hmget hgetall hkeys hvals hlen hexists lrange llen lindex smembers sismember scard zrange zscore zcard zrank xrange xrevrange xlen xread exists ttl pttl type',
  ),
])

/** Events that any command may raise besides its own: a key it reads has expired, one is evicted to free memory, or one does not exist. */
export const BY_THE_WAY: readonly string[] = ['expired', 'evicted', 'keymiss']
