/** Redis's own commands on keys, up to 7.4: what a command hook names (protocol 3.5). Those of modules are in no list. */
const COMMANDS: ReadonlySet<string> = new Set(
  `append bitcount bitfield bitfield_ro bitop bitpos blmove blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin copy decr decrby del dump
  echo exists expire expireat expiretime flushall flushdb geoadd geodist geohash geopos georadius georadius_ro georadiusbymember
  georadiusbymember_ro geosearch geosearchstore get getbit getdel getex getrange getset hdel hexists hexpire hexpireat hexpiretime hget hgetall
  hincrby hincrbyfloat hkeys hlen hmget hmset hpersist hpexpire hpexpireat hpexpiretime hpttl hrandfield hscan hset hsetnx hstrlen httl hvals
  incr incrby incrbyfloat keys lcs lindex linsert llen lmove lmpop lpop lpos lpush lpushx lrange lrem lset ltrim mget migrate move mset msetnx
  object persist pexpire pexpireat pexpiretime pfadd pfcount pfmerge ping psetex pttl publish randomkey rename renamenx restore rpop rpoplpush
  rpush rpushx sadd scan scard sdiff sdiffstore set setbit setex setnx setrange sinter sintercard sinterstore sismember smembers smismember
  smove sort sort_ro spop spublish srandmember srem sscan strlen substr sunion sunionstore swapdb time touch ttl type unlink wait xack xadd
  xautoclaim xclaim xdel xgroup xinfo xlen xpending xrange xread xreadgroup xrevrange xsetid xtrim zadd zcard zcount zdiff zdiffstore zincrby
  zinter zintercard zinterstore zlexcount zmpop zmscore zpopmax zpopmin zrandmember zrange zrangebylex zrangebyscore zrangestore zrank zrem
  zremrangebylex zremrangebyrank zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion zunionstore`.split(
    /\s+/,
  ),
)

export const isRedisCommand = (name: string): boolean => COMMANDS.has(name.toLowerCase())
