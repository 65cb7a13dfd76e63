/** Seeded generators of command lines: mostly sensible, some wrong, on few keys so that they interact. */

export type Line = readonly string[]

/** mulberry32: the same seed gives the same commands. */
export class SeededRandom {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(...items: readonly [T, ...T[]]): T {
    const [first] = items
    return items[Math.floor(this.next() * items.length)] ?? first
  }

  some<T>(low: number, high: number, make: () => T): T[] {
    return Array.from({ length: this.int(low, high) }, make)
  }
}

type CommandTemplate = (r: SeededRandom) => Line

/** Each family has keys with a letter of its own; `other` is sometimes a key of another type. */
const key = (r: SeededRandom, letter: string): string =>
  r.chance(0.03) ? r.pick('wrong:string', 'wrong:list', 'wrong:hash') : `${letter}${r.int(1, 4)}`
const value = (r: SeededRandom): string =>
  r.pick('a', 'b', 'c', '', 'hello', '10', '-3', '3.5', '\x00\xff bin', 'x'.repeat(70), String(r.int(-5, 20)))
const count = (r: SeededRandom): string => String(r.pick(r.int(-3, 8), r.int(-3, 8), r.int(-100, 100)))
const float = (r: SeededRandom): string =>
  r.pick('1', '0.1', '-2.5', '3e2', '1.7', '5000.1', 'inf', '-inf', String(r.int(-9, 9)), 'abc', '0.30000000000000004')
const maybe = (r: SeededRandom, probability: number, ...words: readonly string[]): readonly string[] =>
  r.chance(probability) ? words : []
/** Option words in upper or lower case. */
const cased = (r: SeededRandom, text: string): string => (r.chance(0.2) ? text.toLowerCase() : text)

const strings: readonly CommandTemplate[] = [
  (r) => ['GET', key(r, 's')],
  (r) => ['SET', key(r, 's'), value(r)],
  (r) => [
    'SET',
    key(r, 's'),
    value(r),
    ...maybe(r, 0.4, r.pick('NX', 'XX', 'nx')),
    ...maybe(r, 0.3, 'GET'),
    ...maybe(r, 0.3, r.pick('EX', 'PX'), r.pick('1000', '100000', '0', '-1', 'x')),
    ...maybe(r, 0.2, 'KEEPTTL'),
  ],
  (r) => ['SETNX', key(r, 's'), value(r)],
  (r) => ['SETEX', key(r, 's'), r.pick('100', '1000', '0', '-5', 'a'), value(r)],
  (r) => ['PSETEX', key(r, 's'), r.pick('100000', '0'), value(r)],
  (r) => ['GETSET', key(r, 's'), value(r)],
  (r) => ['GETDEL', key(r, 's')],
  (r) => [
    'GETEX',
    key(r, 's'),
    ...r.pick([], ['EX', '100'], ['PERSIST'], ['PXAT', '1'], ['EX', '0'], ['EX'], ['PERSIST', 'EX']),
  ],
  (r) => ['MGET', ...r.some(1, 4, () => key(r, 's'))],
  (r) => ['MSET', ...r.some(1, 3, () => [key(r, 's'), value(r)]).flat()],
  (r) => ['MSETNX', ...r.some(1, 2, () => [`s${r.int(3, 9)}`, value(r)]).flat()],
  (r) => ['APPEND', key(r, 's'), value(r)],
  (r) => ['STRLEN', key(r, 's')],
  (r) => [r.pick('INCR', 'DECR'), key(r, 's')],
  (r) => [
    r.pick('INCRBY', 'DECRBY'),
    key(r, 's'),
    r.pick('1', '5', '-7', '9223372036854775807', '-9223372036854775808', '1.5'),
  ],
  (r) => ['INCRBYFLOAT', key(r, 's'), float(r)],
  (r) => ['SET', key(r, 's'), r.pick('10.5', '3.0e3', '9223372036854775807', '-9223372036854775808', '5000', '0.1')],
  (r) => ['SETRANGE', key(r, 's'), r.pick('0', '1', '5', '70', '-1', '536870912'), value(r)],
  (r) => [r.pick('GETRANGE', 'SUBSTR'), key(r, 's'), count(r), count(r)],
  (r) => ['SETBIT', key(r, 's'), r.pick('0', '7', '100', '-1', '4294967296', 'x'), r.pick('0', '1', '2')],
  (r) => ['GETBIT', key(r, 's'), r.pick('0', '7', '1', '100', '5000')],
  (r) => [
    'BITCOUNT',
    key(r, 's'),
    ...r.pick([], [count(r), count(r)], [count(r), count(r), r.pick('BIT', 'BYTE', 'bit', 'x')], ['1']),
  ],
  (r) => [
    'BITPOS',
    key(r, 's'),
    r.pick('0', '1', '2'),
    ...r.pick([], [count(r)], [count(r), count(r)], [count(r), count(r), r.pick('BIT', 'BYTE')]),
  ],
  (r) => ['BITOP', r.pick('AND', 'OR', 'XOR', 'NOT', 'not', 'NAND'), key(r, 's'), ...r.some(1, 3, () => key(r, 's'))],
  (r) => ['BITFIELD', key(r, 's'), 'GET', r.pick('u8', 'i5', 'u63', 'i64', 'u64'), r.pick('0', '#1', '7', 'x')],
  (r) => [
    'BITFIELD',
    key(r, 's'),
    'OVERFLOW',
    r.pick('WRAP', 'SAT', 'FAIL', 'BAD'),
    'INCRBY',
    r.pick('u2', 'i8', 'i64'),
    r.pick('0', '#2'),
    r.pick('1', '-300', '100', '9223372036854775807'),
    'SET',
    'u4',
    '3',
    r.pick('5', '99', '-1'),
  ],
  (r) => ['BITFIELD_RO', key(r, 's'), r.pick('GET', 'SET'), 'u8', '0', ...maybe(r, 0.3, '1')],
  (r) => [
    'LCS',
    key(r, 's'),
    key(r, 's'),
    ...maybe(r, 0.3, 'LEN'),
    ...maybe(r, 0.3, cased(r, 'IDX')),
    ...maybe(r, 0.3, 'MINMATCHLEN', r.pick('2', '-1', 'x')),
    ...maybe(r, 0.3, 'WITHMATCHLEN'),
  ],
  (r) => ['OBJECT', 'ENCODING', key(r, 's')],
  (r) => [r.pick('PFADD'), `pf${r.int(1, 2)}`, ...r.some(0, 4, () => String(r.int(1, 500)))],
  (r) => ['PFCOUNT', `pf${r.int(1, 2)}`, ...maybe(r, 0.4, 'pf1')],
  () => ['PFMERGE', 'pf3', 'pf1', 'pf2'],
]

const field = (r: SeededRandom): string => r.pick('f1', 'f2', 'f3', 'f4', 'n', '', `f${r.int(1, 12)}`)
/** Short values, so that a hash stays a listpack, whose order is the order of insertion. */
const short = (r: SeededRandom): string => value(r).slice(0, 20)
const hashes: readonly CommandTemplate[] = [
  (r) => [
    r.pick('HSET', 'HMSET', 'HSET'),
    key(r, 'h'),
    ...r.some(1, 3, () => [field(r), short(r)]).flat(),
    ...maybe(r, 0.03, 'odd'),
  ],
  (r) => ['HSETNX', key(r, 'h'), field(r), short(r)],
  (r) => ['HGET', key(r, 'h'), field(r)],
  (r) => ['HMGET', key(r, 'h'), ...r.some(1, 3, () => field(r))],
  (r) => ['HDEL', key(r, 'h'), ...r.some(1, 4, () => field(r))],
  (r) => [r.pick('HLEN', 'HKEYS', 'HVALS', 'HGETALL'), key(r, 'h')],
  (r) => [r.pick('HSTRLEN', 'HEXISTS'), key(r, 'h'), field(r)],
  (r) => ['HINCRBY', key(r, 'h'), r.pick('n', field(r)), r.pick('1', '-4', '9223372036854775807', 'x', '1.5')],
  (r) => ['HINCRBYFLOAT', key(r, 'h'), r.pick('n', field(r)), float(r)],
  (r) => [
    'HSCAN',
    key(r, 'h'),
    r.pick('0', 'x'),
    ...r.pick([], ['MATCH', 'f*'], ['COUNT', '100'], ['COUNT', '0'], ['MATCH'], ['TYPE', 'x']),
  ],
  (r) => ['OBJECT', 'ENCODING', key(r, 'h')],
  (r) => ['HRANDFIELD', key(r, 'h'), ...r.pick(['0'], ['x'], ['100'], ['1', 'NOPE'])],
  (r) => ['HSET', 'H1', 'big', 'v'.repeat(r.int(60, 70)), field(r), value(r)],
  (r) => [r.pick('HDEL', 'HGET'), 'H1', field(r)],
  () => ['HGETALL', 'H1'],
]

const lists: readonly CommandTemplate[] = [
  (r) => [r.pick('LPUSH', 'RPUSH', 'LPUSHX', 'RPUSHX'), key(r, 'l'), ...r.some(1, 4, () => value(r))],
  (r) => [r.pick('LPUSH', 'RPUSH'), key(r, 'l'), ...r.some(1, 4, () => value(r))],
  (r) => [r.pick('LPOP', 'RPOP'), key(r, 'l'), ...r.pick([], [], ['2'], ['0'], ['-1'], ['x'], ['1', '2'])],
  (r) => ['LLEN', key(r, 'l')],
  (r) => ['LRANGE', key(r, 'l'), count(r), count(r)],
  (r) => ['LINDEX', key(r, 'l'), count(r)],
  (r) => ['LSET', key(r, 'l'), count(r), value(r)],
  (r) => ['LTRIM', key(r, 'l'), r.pick('0', '1', '-8', count(r)), r.pick('-1', '10', count(r))],
  (r) => ['LREM', key(r, 'l'), r.pick('0', '1', '-1', '2', '-2', 'x'), value(r)],
  (r) => ['LINSERT', key(r, 'l'), r.pick('BEFORE', 'AFTER', 'after', 'NEAR'), value(r), value(r)],
  (r) => [
    'LPOS',
    key(r, 'l'),
    value(r),
    ...maybe(r, 0.4, 'RANK', r.pick('1', '2', '-1', '0', '-2')),
    ...maybe(r, 0.4, cased(r, 'COUNT'), r.pick('0', '1', '2', '-1')),
    ...maybe(r, 0.3, 'MAXLEN', r.pick('0', '2', '-1')),
  ],
  (r) => ['LMOVE', key(r, 'l'), key(r, 'l'), r.pick('LEFT', 'RIGHT', 'right'), r.pick('LEFT', 'RIGHT', 'UP')],
  (r) => ['RPOPLPUSH', key(r, 'l'), key(r, 'l')],
  (r) => [
    'LMPOP',
    r.pick('1', '2', '0', 'x'),
    key(r, 'l'),
    ...maybe(r, 0.5, key(r, 'l')),
    r.pick('LEFT', 'RIGHT'),
    ...maybe(r, 0.4, 'COUNT', r.pick('1', '2', '0')),
  ],
  (r) => [r.pick('BLPOP', 'BRPOP'), `l${r.int(1, 4)}`, `full`, r.pick('0.01', '-1', 'x')],
  (r) => ['BLMOVE', 'full', key(r, 'l'), 'LEFT', r.pick('LEFT', 'RIGHT'), '0.01'],
  (r) => ['BLMPOP', r.pick('0.01', '-1'), '2', `l${r.int(1, 4)}`, 'full', r.pick('LEFT', 'RIGHT')],
  () => ['RPUSH', 'full', 'one', 'two', 'three'],
  (r) => [r.pick('RPUSH', 'LPUSH'), 'lsort', r.pick('b', '10', 'aa', 'c', '-3', '2')],
  (r) => [
    'SORT',
    'lsort',
    ...maybe(r, 0.7, 'ALPHA'),
    ...maybe(r, 0.3, 'DESC'),
    ...maybe(r, 0.3, 'LIMIT', '1', '3'),
    ...maybe(r, 0.2, 'STORE', 'l4'),
  ],
]

const member = (r: SeededRandom): string =>
  r.pick('a', 'b', 'c', '1', '2', '3', '10', '-5', String(r.int(1, 15)), value(r))
const sets: readonly CommandTemplate[] = [
  (r) => ['SADD', key(r, 'S'), ...r.some(1, 4, () => member(r))],
  (r) => ['SADD', key(r, 'S'), ...r.some(1, 4, () => String(r.int(-5, 20)))],
  (r) => ['SREM', key(r, 'S'), ...r.some(1, 4, () => member(r))],
  (r) => [r.pick('SCARD', 'SMEMBERS'), key(r, 'S')],
  (r) => ['SISMEMBER', key(r, 'S'), member(r)],
  (r) => ['SMISMEMBER', key(r, 'S'), ...r.some(1, 3, () => member(r))],
  (r) => ['SMOVE', key(r, 'S'), key(r, 'S'), member(r)],
  (r) => [r.pick('SINTER', 'SUNION', 'SDIFF'), ...r.some(1, 3, () => key(r, 'S'))],
  (r) => [r.pick('SINTERSTORE', 'SUNIONSTORE', 'SDIFFSTORE'), key(r, 'S'), ...r.some(1, 3, () => key(r, 'S'))],
  (r) => [
    'SINTERCARD',
    r.pick('1', '2', '2', '0', 'x'),
    key(r, 'S'),
    key(r, 'S'),
    ...maybe(r, 0.4, 'LIMIT', r.pick('0', '1', '-1')),
  ],
  (r) => [
    'SSCAN',
    key(r, 'S'),
    r.pick('0', 'y'),
    'COUNT',
    '1000',
    ...maybe(r, 0.4, 'MATCH', r.pick('1*', '[ab]', '?')),
  ],
  (r) => ['OBJECT', 'ENCODING', key(r, 'S')],
  (r) => ['SPOP', 'nothing', ...r.pick([], ['3'], ['-1'], ['x'], ['1', '2'])],
  (r) => ['SPOP', key(r, 'S'), '1000'],
  (r) => ['SRANDMEMBER', key(r, 'S'), r.pick('0', '1000', 'x')],
  (r) => ['SORT', key(r, 'S'), 'ALPHA', ...maybe(r, 0.4, 'DESC'), ...maybe(r, 0.3, 'LIMIT', '0', '2')],
]

const bound = (r: SeededRandom): string => r.pick('-inf', '+inf', '0', '1', '(1', '2.5', '(3', '10', 'x')
const lex = (r: SeededRandom): string => r.pick('-', '+', '[a', '(a', '[c', '(m2', 'm')
const zmember = (r: SeededRandom): string => r.pick('a', 'b', 'c', 'm1', 'm2', 'm3', `m${r.int(1, 9)}`)
const zsets: readonly CommandTemplate[] = [
  (r) => ['ZADD', key(r, 'z'), ...r.some(1, 3, () => [r.pick(String(r.int(-3, 9)), float(r)), zmember(r)]).flat()],
  (r) => [
    'ZADD',
    key(r, 'z'),
    ...maybe(r, 0.4, r.pick('NX', 'XX')),
    ...maybe(r, 0.4, r.pick('GT', 'LT')),
    ...maybe(r, 0.4, 'CH'),
    ...maybe(r, 0.2, 'INCR'),
    r.pick(String(r.int(-3, 9)), float(r)),
    zmember(r),
    ...maybe(r, 0.1, '3', 'q'),
  ],
  (r) => ['ZADD', key(r, 'zl'), '0', zmember(r), '0', zmember(r)],
  (r) => ['ZINCRBY', key(r, 'z'), float(r), zmember(r)],
  (r) => ['ZREM', key(r, 'z'), ...r.some(1, 3, () => zmember(r))],
  (r) => ['ZCARD', key(r, 'z')],
  (r) => [r.pick('ZSCORE', 'ZRANK', 'ZREVRANK'), key(r, 'z'), zmember(r)],
  (r) => ['ZMSCORE', key(r, 'z'), ...r.some(1, 3, () => zmember(r))],
  (r) => ['ZCOUNT', key(r, 'z'), bound(r), bound(r)],
  (r) => ['ZLEXCOUNT', key(r, 'zl'), lex(r), lex(r)],
  (r) => [r.pick('ZRANGE', 'ZREVRANGE'), key(r, 'z'), count(r), count(r), ...maybe(r, 0.5, cased(r, 'WITHSCORES'))],
  (r) => [
    'ZRANGE',
    key(r, 'z'),
    bound(r),
    bound(r),
    'BYSCORE',
    ...maybe(r, 0.4, 'REV'),
    ...maybe(r, 0.4, 'LIMIT', r.pick('0', '1', '-1'), r.pick('2', '-1', '0')),
    ...maybe(r, 0.4, 'WITHSCORES'),
  ],
  (r) => [
    'ZRANGE',
    key(r, 'zl'),
    lex(r),
    lex(r),
    'BYLEX',
    ...maybe(r, 0.4, 'REV'),
    ...maybe(r, 0.4, 'LIMIT', '1', '2'),
    ...maybe(r, 0.1, 'WITHSCORES'),
  ],
  (r) => ['ZRANGE', key(r, 'z'), '0', '-1', ...r.pick(['REV'], ['LIMIT', '0', '1'], ['REV', 'WITHSCORES'], ['NOPE'])],
  (r) => [
    r.pick('ZRANGEBYSCORE', 'ZREVRANGEBYSCORE'),
    key(r, 'z'),
    bound(r),
    bound(r),
    ...maybe(r, 0.4, 'WITHSCORES'),
    ...maybe(r, 0.4, 'LIMIT', r.pick('0', '1', '-1'), r.pick('2', '-1')),
  ],
  (r) => [r.pick('ZRANGEBYLEX', 'ZREVRANGEBYLEX'), key(r, 'zl'), lex(r), lex(r), ...maybe(r, 0.4, 'LIMIT', '0', '2')],
  (r) => [
    'ZRANGESTORE',
    key(r, 'z'),
    key(r, 'z'),
    ...r.pick(['0', '1'], ['-inf', '3', 'BYSCORE'], ['0', '-1', 'REV'], ['0', '-1', 'WITHSCORES']),
  ],
  (r) => ['ZREMRANGEBYRANK', key(r, 'z'), count(r), count(r)],
  (r) => ['ZREMRANGEBYSCORE', key(r, 'z'), bound(r), bound(r)],
  (r) => ['ZREMRANGEBYLEX', key(r, 'zl'), lex(r), lex(r)],
  (r) => [r.pick('ZPOPMIN', 'ZPOPMAX'), key(r, 'z'), ...r.pick([], [], ['2'], ['0'], ['-1'], ['x'])],
  (r) => [r.pick('BZPOPMIN', 'BZPOPMAX'), `z${r.int(1, 4)}`, 'zfull', r.pick('0.01', 'x')],
  () => ['ZADD', 'zfull', '1', 'one', '2', 'two'],
  (r) => [
    'ZMPOP',
    r.pick('1', '2', '0'),
    key(r, 'z'),
    ...maybe(r, 0.5, key(r, 'z')),
    r.pick('MIN', 'MAX', 'MID'),
    ...maybe(r, 0.4, 'COUNT', r.pick('2', '0')),
  ],
  (r) => [
    r.pick('ZUNION', 'ZINTER', 'ZDIFF'),
    '2',
    key(r, 'z'),
    key(r, 'z'),
    ...maybe(r, 0.3, 'WEIGHTS', '2', r.pick('-1', 'x')),
    ...maybe(r, 0.3, 'AGGREGATE', r.pick('MIN', 'MAX', 'SUM', 'AVG')),
    ...maybe(r, 0.5, 'WITHSCORES'),
  ],
  (r) => [
    r.pick('ZUNIONSTORE', 'ZINTERSTORE', 'ZDIFFSTORE'),
    key(r, 'z'),
    r.pick('2', '2', '0', '5'),
    key(r, 'z'),
    key(r, 'z'),
    ...maybe(r, 0.3, 'WEIGHTS', '2', '0.5'),
  ],
  (r) => ['ZINTERCARD', r.pick('2', '0'), key(r, 'z'), key(r, 'z'), ...maybe(r, 0.4, 'LIMIT', r.pick('1', '-1'))],
  (r) => ['ZSCAN', key(r, 'z'), '0', ...maybe(r, 0.4, 'MATCH', 'm*')],
  (r) => ['ZRANDMEMBER', key(r, 'z'), r.pick('0', 'x'), ...maybe(r, 0.3, 'WITHSCORES')],
  (r) => ['OBJECT', 'ENCODING', key(r, 'z')],
]

/** Cities with different positions, so that no two have the same distance from a third. */
type City = readonly [longitude: string, latitude: string, name: string]
const CITIES: readonly [City, ...City[]] = [
  ['13.361389', '38.115556', 'Palermo'],
  ['15.087269', '37.502669', 'Catania'],
  ['13.583333', '37.316667', 'Agrigento'],
  ['18.9553', '69.6492', 'Troms'],
  ['178.4419', '-18.1416', 'Suva'],
  ['-171.7514', '-13.8333', 'Apia'],
  ['-78.4678', '-0.1807', 'Quito'],
  ['-62.3481', '82.5018', 'Alert'],
  ['180', '85.05112878', 'edge'],
  ['-180', '-85.05112878', 'corner'],
]
const city = (r: SeededRandom): string => (r.chance(0.1) ? 'nowhere' : r.pick(...CITIES)[2])
const coordinates = (r: SeededRandom): readonly string[] =>
  r.pick(
    ['15', '37'],
    ['-170.5', '-15.25'],
    ['0', '0'],
    ['179.9', '-18'],
    ['20', '70'],
    ['-60', '84'],
    ['181', '10'],
    ['10', '86'],
    ['x', '1'],
  )
const radius = (r: SeededRandom): string => r.pick('0', '1', '100', '200', '500', '3000', '12000', '-1', 'x')
const unit = (r: SeededRandom): string => r.pick('km', 'km', 'km', 'm', 'mi', 'ft', 'KM', 'yd')
const shown = (r: SeededRandom): readonly string[] => [
  ...maybe(r, 0.3, cased(r, 'WITHDIST')),
  ...maybe(r, 0.3, 'WITHCOORD'),
  ...maybe(r, 0.3, 'WITHHASH'),
]
const limited = (r: SeededRandom): readonly string[] => [
  ...maybe(r, 0.4, r.pick('ASC', 'DESC')),
  ...maybe(r, 0.4, 'COUNT', r.pick('1', '2', '3', '0', 'x')),
  ...maybe(r, 0.15, 'ANY'),
]
const area = (r: SeededRandom): readonly string[] =>
  r.chance(0.5) ? ['BYRADIUS', radius(r), unit(r)] : ['BYBOX', radius(r), radius(r), unit(r)]
const origin = (r: SeededRandom): readonly string[] =>
  r.chance(0.5) ? ['FROMMEMBER', city(r)] : ['FROMLONLAT', ...coordinates(r)]
const geo: readonly CommandTemplate[] = [
  (r) => [
    'GEOADD',
    key(r, 'g'),
    ...maybe(r, 0.2, r.pick('NX', 'XX')),
    ...maybe(r, 0.2, 'CH'),
    ...r.some(1, 4, () => r.pick(...CITIES)).flat(),
  ],
  (r) => ['GEOADD', key(r, 'g'), ...coordinates(r), 'drifter'],
  (r) => [r.pick('GEOPOS', 'GEOHASH'), key(r, 'g'), ...r.some(0, 3, () => city(r))],
  (r) => ['GEODIST', key(r, 'g'), city(r), city(r), ...maybe(r, 0.5, unit(r))],
  (r) => ['GEOSEARCH', key(r, 'g'), ...origin(r), ...area(r), ...shown(r), ...limited(r)],
  (r) => ['GEOSEARCH', key(r, 'g'), ...area(r), ...origin(r), ...limited(r), ...maybe(r, 0.1, ...area(r))],
  (r) => [
    'GEOSEARCHSTORE',
    key(r, 'g'),
    key(r, 'g'),
    ...origin(r),
    ...area(r),
    ...limited(r),
    ...maybe(r, 0.1, r.pick('WITHDIST', 'STORE', 'STOREDIST')),
  ],
  (r) => [
    r.pick('GEORADIUS', 'GEORADIUS_RO'),
    key(r, 'g'),
    ...coordinates(r),
    radius(r),
    unit(r),
    ...shown(r),
    ...limited(r),
    ...maybe(r, 0.1, 'STORE', key(r, 'g')),
  ],
  (r) => [
    r.pick('GEORADIUSBYMEMBER', 'GEORADIUSBYMEMBER_RO'),
    key(r, 'g'),
    city(r),
    radius(r),
    unit(r),
    ...shown(r),
    ...limited(r),
    ...maybe(r, 0.1, 'STORE', key(r, 'g')),
  ],
  (r) => ['ZREM', key(r, 'g'), city(r)],
  (r) => ['ZRANGE', key(r, 'g'), '0', '-1', 'WITHSCORES'],
]

const id = (r: SeededRandom): string =>
  r.pick(`${r.int(1, 60)}-${r.int(0, 2)}`, String(r.int(1, 60)), `${r.int(1, 60)}-*`, '0-0', 'x', '5-')
const from = (r: SeededRandom): string =>
  r.pick('-', '+', '0', String(r.int(1, 60)), `(${r.int(1, 60)}`, `${r.int(1, 60)}-1`, 'bad')
const group = (r: SeededRandom): string => r.pick('g1', 'g1', 'g2', 'nogroup')
const consumer = (r: SeededRandom): string => r.pick('alice', 'bob', 'carol')
const trim = (r: SeededRandom): readonly string[] =>
  r.pick(
    ['MAXLEN', r.pick('5', '10', '0', '-1', 'x')],
    ['MAXLEN', '~', r.pick('3', '1000')],
    ['MAXLEN', '=', '8'],
    ['MINID', String(r.int(1, 60))],
    ['MINID', '~', '30'],
    ['MAXLEN', '~', '5', 'LIMIT', '10'],
    ['MAXLEN', '5', 'LIMIT', '1'],
    ['LIMIT', '3'],
    ['MAXLEN', '5', 'MINID', '3'],
  )
let clock = 0
const ascending = (r: SeededRandom): string => `${Math.floor(clock++ / 3) + r.int(0, 1)}-${(clock % 3) + 1}`
const streams: readonly CommandTemplate[] = [
  (r) => ['XADD', key(r, 'x'), ascending(r), ...r.some(1, 2, () => ['f', value(r)]).flat()],
  (r) => ['XADD', key(r, 'x'), ascending(r), 'f', value(r)],
  (r) => [
    'XADD',
    key(r, 'x'),
    ...maybe(r, 0.3, 'NOMKSTREAM'),
    ...maybe(r, 0.5, ...trim(r)),
    r.pick(ascending(r), id(r)),
    'f',
    value(r),
    ...maybe(r, 0.05, 'odd'),
  ],
  (r) => ['XLEN', key(r, 'x')],
  (r) => ['XDEL', key(r, 'x'), ...r.some(1, 3, () => r.pick(`${r.int(1, clock / 3)}-${r.int(1, 3)}`, id(r)))],
  (r) => [
    r.pick('XRANGE', 'XREVRANGE'),
    key(r, 'x'),
    r.pick('-', from(r)),
    r.pick('+', from(r)),
    ...maybe(r, 0.6, 'COUNT', r.pick('2', '5', '0', '-1', 'x')),
  ],
  (r) => ['XTRIM', key(r, 'x'), ...trim(r)],
  (r) => [
    'XREAD',
    ...maybe(r, 0.6, 'COUNT', r.pick('2', '0', '-1')),
    'STREAMS',
    key(r, 'x'),
    key(r, 'x'),
    r.pick('0', String(r.int(1, 200)), '$'),
    r.pick('0', '5-1', '>', 'x'),
  ],
  (r) => ['XREAD', 'COUNT', '3', 'STREAMS', key(r, 'x'), String(r.int(0, 300))],
  (r) => [
    'XGROUP',
    'CREATE',
    key(r, 'x'),
    group(r),
    r.pick('0', '$', '5', 'x'),
    ...maybe(r, 0.5, 'MKSTREAM'),
    ...maybe(r, 0.2, 'ENTRIESREAD', r.pick('2', '-1', '-2')),
  ],
  (r) => ['XGROUP', 'SETID', key(r, 'x'), group(r), r.pick('0', '$', '5'), ...maybe(r, 0.3, 'ENTRIESREAD', '3')],
  (r) => ['XGROUP', r.pick('CREATECONSUMER', 'DELCONSUMER'), key(r, 'x'), group(r), consumer(r)],
  (r) => (r.chance(0.3) ? ['XGROUP', 'DESTROY', key(r, 'x'), group(r)] : ['XGROUP', 'NOSUCH', key(r, 'x')]),
  (r) => [
    'XREADGROUP',
    'GROUP',
    group(r),
    consumer(r),
    ...maybe(r, 0.7, 'COUNT', r.pick('1', '3')),
    ...maybe(r, 0.2, 'NOACK'),
    'STREAMS',
    key(r, 'x'),
    r.pick('>', '>', '>', '0', '$', '5'),
  ],
  (r) => ['XREADGROUP', 'GROUP', 'g1', consumer(r), 'COUNT', '4', 'STREAMS', key(r, 'x'), '>'],
  (r) => ['XACK', key(r, 'x'), group(r), ...r.some(1, 3, () => `${r.int(1, clock / 3)}-${r.int(1, 3)}`)],
  (r) => ['XPENDING', key(r, 'x'), group(r)],
  (r) => [
    'XPENDING',
    key(r, 'x'),
    group(r),
    ...maybe(r, 0.2, 'IDLE', '0'),
    r.pick('-', from(r)),
    '+',
    r.pick('5', '-1', '0'),
    ...maybe(r, 0.4, consumer(r)),
  ],
  (r) => [
    'XCLAIM',
    key(r, 'x'),
    group(r),
    consumer(r),
    r.pick('0', '0', '100000', '-1', 'x'),
    `${r.int(1, clock / 3)}-${r.int(1, 3)}`,
    `${r.int(1, clock / 3)}-${r.int(1, 3)}`,
    ...maybe(r, 0.4, 'JUSTID'),
    ...maybe(r, 0.3, 'FORCE'),
    ...maybe(r, 0.2, 'RETRYCOUNT', '7'),
    ...maybe(r, 0.05, 'NOPE'),
  ],
  (r) => [
    'XAUTOCLAIM',
    key(r, 'x'),
    group(r),
    consumer(r),
    '0',
    r.pick('-', '0', from(r)),
    ...maybe(r, 0.5, 'COUNT', r.pick('2', '1', '0')),
    ...maybe(r, 0.4, 'JUSTID'),
  ],
  (r) => ['XINFO', 'STREAM', key(r, 'x')],
  (r) => ['XINFO', 'GROUPS', key(r, 'x')],
  (r) => [
    'XSETID',
    key(r, 'x'),
    r.pick('10000', '1', 'x'),
    ...maybe(r, 0.3, 'ENTRIESADDED', r.pick('5', '1000'), 'MAXDELETEDID', r.pick('0', '5', '20000')),
  ],
  (r) => (r.chance(0.3) ? ['DEL', `x${r.int(1, 4)}`] : ['XLEN', key(r, 'x')]),
]

const anyKey = (r: SeededRandom): string => r.pick('k1', 'k2', 'k3', 'k4', 'wrong:list', 'wrong:hash', 'missing')
const keys: readonly CommandTemplate[] = [
  (r) => ['SET', r.pick('k1', 'k2', 'k3', 'k4'), value(r)],
  (r) => [r.pick('DEL', 'UNLINK'), ...r.some(1, 2, () => r.pick('k1', 'k2', 'k3', 'k4', 'missing'))],
  (r) => [r.pick('EXISTS', 'TOUCH'), ...r.some(1, 3, () => anyKey(r))],
  (r) => ['TYPE', anyKey(r)],
  (r) => [
    r.pick('EXPIRE', 'expire'),
    r.pick('k1', 'k2', 'k3', 'missing'),
    // GT and LT compare milliseconds, so the same number of seconds must not occur twice.
    r.pick(String(10 * r.int(10, 1e7)), '-1', '0', '9223372036854775807', 'x'),
    ...maybe(r, 0.5, r.pick('NX', 'XX', 'GT', 'LT', 'QQ')),
    ...maybe(r, 0.1, 'GT'),
  ],
  (r) => ['PEXPIRE', r.pick('k1', 'k2'), r.pick('100000', '-5', '1000000', '9223372036854775807')],
  (r) => [
    r.pick('EXPIREAT', 'PEXPIREAT'),
    r.pick('k1', 'k2', 'k3'),
    r.pick('1', '4000000000', '4000000000000', '-1'),
    ...maybe(r, 0.3, r.pick('NX', 'XX', 'GT', 'LT')),
  ],
  (r) => [r.pick('TTL', 'EXPIRETIME', 'PEXPIRETIME'), r.pick('k1', 'k2', 'k3', 'missing')],
  (r) => ['PERSIST', anyKey(r)],
  (r) => [r.pick('RENAME', 'RENAMENX'), r.pick('k1', 'k2', 'k3', 'missing'), r.pick('k1', 'k2', 'k3', 'k4')],
  (r) => [
    'COPY',
    r.pick('k1', 'k2', 'wrong:list', 'missing'),
    r.pick('k1', 'k3', 'k4'),
    ...maybe(r, 0.3, 'DB', r.pick('0', '1', '99', 'x')),
    ...maybe(r, 0.5, 'REPLACE'),
  ],
  (r) => ['MOVE', r.pick('k1', 'k2', 'missing'), r.pick('1', '0', '99', 'x')],
  (r) => ['KEYS', r.pick('k*', '*', 'k[12]', 'k?', 'wrong:*', 'k\\1', '[^k]*')],
  (r) => [
    'SCAN',
    r.pick('0', 'abc'),
    'COUNT',
    r.pick('1000', '1000', '0'),
    ...maybe(r, 0.4, 'MATCH', 'k*'),
    ...maybe(r, 0.4, 'TYPE', r.pick('string', 'list', 'nope')),
  ],
  (r) => ['OBJECT', r.pick('ENCODING', 'REFCOUNT', 'FREQ', 'NOPE'), anyKey(r)],
  () => ['DBSIZE'],
  (r) => ['SELECT', r.pick('0', '0', '1', '16', '-1', 'x')],
  (r) => ['SWAPDB', r.pick('0', '1', 'x'), r.pick('0', '1', '99')],
  (r) => [
    'SORT',
    r.pick('wrong:list', 'missing', 'k1'),
    ...maybe(r, 0.6, 'ALPHA'),
    ...maybe(r, 0.3, 'BY', r.pick('nosort', 'w_*')),
    ...maybe(r, 0.3, 'GET', r.pick('#', 'k*', 'wrong:hash->f')),
    ...maybe(r, 0.1, 'STORE', 'k4'),
  ],
  (r) => ['SORT_RO', 'wrong:list', 'ALPHA', ...maybe(r, 0.3, 'STORE', 'k4')],
  (r) => (r.chance(0.05) ? ['FLUSHDB', ...maybe(r, 0.3, r.pick('ASYNC', 'NOPE'))] : ['DBSIZE']),
  (r) => ['ECHO', value(r)],
  (r) => ['PING', ...r.some(0, 2, () => value(r))],
  (r) => [r.pick('NOSUCH', 'get-it'), ...r.some(0, 3, () => value(r))],
  (r) => ['WAIT', '0', r.pick('0', 'x', '-1')],
  (r) => [
    'COMMAND',
    'GETKEYS',
    ...r.pick<Line>(
      ['MSET', 'a', '1', 'b', '2'],
      ['ZUNIONSTORE', 'd', '2', 'x', 'y'],
      ['XREAD', 'COUNT', '1', 'STREAMS', 'p', 'q', '0', '0'],
      ['PING'],
      ['NOSUCH'],
    ),
  ],
  (r) => ['COMMAND', 'INFO', r.pick('get', 'SET', 'xread', 'nosuch', 'eval')],
  (r) => ['CONFIG', 'GET', r.pick('maxmemory-policy', 'databases', 'nosuch')],
  (r) => ['CONFIG', 'SET', r.pick('maxmemory-policy', 'nosuch', 'hz'), r.pick('noeviction', 'bad')],
]

/** Dumps of redis-server 7.0.15: strings of three kinds, and each compact encoding. */
const PAYLOADS = [
  'AAVoZWxsbwoAY3LfdmU0IAo=',
  'AME5MAoAnZTqJ5P8CLk=',
  'AMMJQMgBeHjguwABeHgKAKqNtEoK153N',
  'EgECwxhAdhB2AAAABACBYQKBYgIDAeBkeeBaAAFm/woAiuG8T9Kf0mk=',
  'EBISAAAABACBZgKBdgKBbgIFAf8KAISQk59XtPPC',
  'CxgEAAAABAAAAAEAAAACAAAALAEAAHARAQAKABRAybnm615q',
  'AgIBYgFhCgB12Z2DXvhfZQ==',
  'ER0dAAAABgCBYwKELWluZgWBYQIBAYFiAoMyLjUE/woAOZIzm+EfMj0=',
  'EwEQAAAAAAAAAAEAAAAAAAAAAT09AAAAGAACAQEBAQGBZgIAAQIBAAEAAYF2AgQBAwEBAQABgXcCBAEAAQEBBAECAYFnAgEBgWgC3/kCCAH/AgIFAQECAQMBAWcBAYH//////////wEAAAAAAAAAAQAAAAAAAAAB7Fpf/qEBAAABAQFj7Fpf/qEBAAABAAAAAAAAAAEAAAAAAAAAAQoA9QAYm/y6wuI=',
] as const
const payload = (r: SeededRandom): string => {
  const whole = Buffer.from(r.pick(...PAYLOADS), 'base64').toString('latin1')
  if (r.chance(0.85)) return whole
  return r.pick(whole.slice(0, -1), `${whole}x`, whole.slice(1), '', `${whole.slice(0, 3)}?${whole.slice(4)}`)
}
const restored = (r: SeededRandom): string => `r${r.int(1, 6)}`
const restoring: readonly CommandTemplate[] = [
  (r) => ['RESTORE', restored(r), '0', payload(r), 'REPLACE'],
  (r) => [
    'RESTORE',
    restored(r),
    r.pick('0', '0', '1000000', '4000000000000', '-1', 'x'),
    payload(r),
    ...maybe(r, 0.4, cased(r, 'REPLACE')),
    ...maybe(r, 0.4, 'ABSTTL'),
    ...maybe(r, 0.2, 'IDLETIME', r.pick('5', '-1', 'x')),
    ...maybe(r, 0.2, 'FREQ', r.pick('5', '256')),
    ...maybe(r, 0.05, 'NOPE'),
  ],
  // A time in the past.
  (r) => ['RESTORE', restored(r), '1', payload(r), 'ABSTTL', ...maybe(r, 0.5, 'REPLACE')],
  (r) => ['DEL', restored(r)],
  (r) => [r.pick('TYPE', 'TTL', 'PEXPIRETIME'), restored(r)],
  (r) => ['OBJECT', 'ENCODING', restored(r)],
  (r) => [r.pick('GET', 'SMEMBERS', 'HGETALL'), restored(r)],
  (r) => ['LRANGE', restored(r), '0', '-1'],
  (r) => ['ZRANGE', restored(r), '0', '-1', 'WITHSCORES'],
  (r) => ['XINFO', r.pick('STREAM', 'GROUPS'), restored(r)],
  (r) => ['XPENDING', restored(r), 'g'],
  (r) => ['XREADGROUP', 'GROUP', 'g', consumer(r), 'STREAMS', restored(r), r.pick('>', '0')],
  (r) => [r.pick('RPUSH', 'SADD', 'APPEND'), restored(r), value(r)],
  (r) => ['HSET', restored(r), 'new', short(r)],
  (r) => ['ZADD', restored(r), '7', zmember(r)],
  (r) => ['XADD', restored(r), '3-*', 'f', value(r)],
  () => ['DUMP', 'missing'],
]

const multi: readonly CommandTemplate[] = [
  () => ['MULTI'],
  () => ['MULTI'],
  () => ['EXEC'],
  () => ['EXEC'],
  () => ['EXEC'],
  () => ['DISCARD'],
  (r) => ['WATCH', ...r.some(1, 2, () => r.pick('m1', 'm2'))],
  () => ['UNWATCH'],
  (r) => ['SET', r.pick('m1', 'm2', 'm3'), value(r)],
  (r) => ['INCR', r.pick('m1', 'm2', 'm3')],
  (r) => ['GET', r.pick('m1', 'm2', 'm3')],
  (r) => ['LPUSH', r.pick('ml', 'm1'), value(r)],
  () => ['LRANGE', 'ml', '0', '-1'],
  (r) => ['BLPOP', r.pick('ml', 'mnone', 'm1'), r.pick('0.01', '0.01', 'x')],
  (r) => r.pick<Line>(['SET', 'm1'], ['NOSUCH', 'a'], ['GET']),
  (r) => ['DEL', r.pick('m1', 'm2', 'ml')],
  (r) => ['EXPIRE', 'm1', r.pick('100', 'x')],
  (r) => ['XADD', 'mx', `${1000 + clock++}-1`, 'f', value(r)],
  () => ['XREAD', 'BLOCK', '10', 'STREAMS', 'mx', '$'],
  () => ['BZPOPMIN', 'mz', '0.01'],
  () => ['PUBLISH', 'nobody', 'x'],
  () => ['PING'],
  (r) => ['HSET', 'mh', 'f', value(r)],
]

export const FAMILIES: Readonly<Record<string, readonly CommandTemplate[]>> = {
  string: strings,
  hash: hashes,
  list: lists,
  set: sets,
  zset: zsets,
  geo,
  stream: streams,
  keys,
  restore: restoring,
  multi,
}

/** Sometimes removes, adds or replaces an argument, because error texts are compared, too. */
function spoil(r: SeededRandom, line: Line): Line {
  if (!r.chance(0.03) || line.length < 2) return line
  const [command = ''] = line
  if (/^(BL|BR|BZ)|RAND|POP|^PF|^COMMAND/.test(command)) return line
  return r.pick<() => Line>(
    () => line.slice(0, -1),
    () => [...line, 'extra'],
    () => line.map((word, i) => (i === line.length - 1 ? 'junk' : word)),
  )()
}

export function* generate(family: string, seed: number, amount: number): Generator<Line> {
  const r = new SeededRandom(seed)
  clock = 0
  const templates = FAMILIES[family] ?? []
  for (let i = 0; i < amount; i++) {
    const template = templates[Math.floor(r.next() * templates.length)]
    if (template) yield spoil(r, template(r))
  }
}
