import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SeededRandom } from './keyspace-commands'
import { RawClient, type RunningServer, startEngine, startRedis } from './keyspace-harness'

let engine: RunningServer
let redis: RunningServer
let mine: RawClient
let theirs: RawClient

beforeAll(async () => {
  ;[engine, redis] = await Promise.all([startEngine(), startRedis()])
  ;[mine, theirs] = await Promise.all([RawClient.open(engine.port), RawClient.open(redis.port)])
})

afterAll(async () => {
  for (const client of [mine, theirs]) client?.close()
  await Promise.all([engine?.stop(), redis?.stop()])
})

async function same(script: string, ...args: readonly string[]): Promise<void> {
  const line = ['EVAL', script, '0', ...args.map((arg) => Buffer.from(arg).toString('latin1'))]
  const [got, wanted] = await Promise.all([mine.send(...line), theirs.send(...line)])
  expect(JSON.stringify(got), `${script} ${JSON.stringify(args)}`).toBe(JSON.stringify(wanted))
}

/** Tables have at most one field, because the two Lua versions order fields differently. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  cjson: [
    'return cjson.encode({1, 2, {a = 1.5}, cjson.null, true})',
    'return {cjson.encode({}), cjson.encode({[1] = 1, [5] = 2}), cjson.encode({[3] = 1}), cjson.encode({1, nil, 3})}',
    'return cjson.encode({[1] = 1, [50] = 2})',
    'return {cjson.encode(0.1), cjson.encode(1e300), cjson.encode(12345678901234567890), cjson.encode(-0.5), cjson.encode(1/3)}',
    'return cjson.encode({[1.5] = 1})',
    'return cjson.encode({[true] = 1})',
    'return cjson.encode(1/0)',
    'return cjson.encode(function() end)',
    'return cjson.encode()',
    'return cjson.encode(1, 2)',
    'local t = {} t.t = t return cjson.encode(t)',
    "return cjson.encode('\\1/\\\\\"\\127\\9')",
    'return cjson.decode(\'{"a":[1,2,null]}\').a[3] == cjson.null',
    'return cjson.decode(\'[1,[2,["x",{}]],true]\')',
    "return tostring(cjson.decode('[1e2]')[1]) .. tostring(cjson.decode('0x10')) .. tostring(cjson.decode('[01]')[1])",
    'return cjson.encode(cjson.decode(\'{"deep":{"list":[{"n":-1.25e-3}]}}\'))',
    'return cjson.decode(ARGV[1])',
    'return cjson.encode(ARGV[1])',
    'return #cjson.decode(string.rep("[", 999) .. string.rep("]", 999))',
    'return cjson.decode(string.rep("[", 1001) .. string.rep("]", 1001))',
  ],
  cmsgpack: [
    "return cmsgpack.pack(1, -1, 200, -200, 70000, 5000000000, 1.5, 'abc', true, false, nil, {1, 2}, {a = 1})",
    'return cmsgpack.pack(3.0, 2^31, 2^32, 2^53, -2^31, -2^40, 0.1, -32, -33, -128, -129, -32769, 127, 128, 65535, 65536)',
    "return cmsgpack.pack(string.rep('x', 31), string.rep('x', 32), string.rep('x', 300), string.rep('x', 70000))",
    'local t = {} for i = 1, 20 do t[i] = i end return cmsgpack.pack(t)',
    'local t = {} t.t = t return cmsgpack.pack(t)',
    'return cmsgpack.pack({})',
    'return cmsgpack.pack(function() end)',
    'return cmsgpack.pack()',
    "return {cmsgpack.unpack('\\147\\1\\2\\3')}",
    "return {cmsgpack.unpack('\\1\\2\\161a')}",
    "return cmsgpack.unpack('\\193')",
    "return cmsgpack.unpack('\\147\\1')",
    "return cmsgpack.unpack('\\205')",
    "return {cmsgpack.unpack_one('\\1\\2')}",
    "return {cmsgpack.unpack_one('\\1\\2', 1)}",
    "return {cmsgpack.unpack_limit('\\1\\2\\3', 2, 0)}",
    "return cmsgpack.unpack_limit('\\1', -1, 0)",
    "return cmsgpack.unpack_one('\\1', 5)",
    "return cmsgpack.unpack(cmsgpack.pack({a = {1, 'b', {c = 2.5}}})).a[2]",
  ],
  bit: [
    'return {bit.band(0xffffffff, 0xff), bit.bor(1, 2, 4), bit.bxor(5, 1), bit.bnot(0), bit.bnot("5")}',
    'return {bit.lshift(1, 31), bit.rshift(-1, 1), bit.arshift(-8, 1), bit.lshift(1, 33), bit.rol(1, 33), bit.ror(1, 1)}',
    'return {bit.bswap(0x12345678), bit.tobit(0xffffffff), bit.tobit(2^40 + 5), bit.tobit(2.5), bit.tobit(-1.5)}',
    'return {bit.tohex(-1), bit.tohex(-1, -4), bit.tohex(1), bit.tohex(255, 4), bit.tohex(5, 20)}',
    "return bit.band('x')",
    'return bit.band()',
    'return bit.lshift(1)',
    'return bit.bor(1, {})',
  ],
  struct: [
    "return struct.pack('>I2i4bBhHlLs', '1', -2, 3, 4, 5, 6, 7, 8, 'xyz')",
    "return {struct.unpack('>I2i4', '\\0\\1\\255\\255\\255\\254')}",
    "return {struct.unpack('<hHbBi3', '\\254\\255\\254\\255\\255\\255\\1\\2\\255')}",
    "return struct.pack('<fdx', 1.5, -2.25)",
    "return tostring(struct.unpack('>d', struct.pack('>d', 0.1)))",
    "return {struct.size('!8i1i8'), struct.size('i1i8'), struct.size('c5 x h'), struct.size('!4b!2i4')}",
    "return struct.pack('!4bi4', 1, 2)",
    "return struct.pack('c3', 'abcdef') .. struct.pack('c0', 'abc')",
    "return {struct.unpack('Bc0', '\\3abcdef')}",
    "return {struct.unpack('s', 'abc\\0def')}",
    "return {struct.unpack('s', 'abc')}",
    "return {struct.unpack('I4', 'abc')}",
    "return {struct.unpack('b', 'abc', 3)}",
    "return {struct.unpack('b', 'abc', 0)}",
    "return {struct.unpack('c0', 'abc')}",
    "return struct.pack('c9', 'abc')",
    "return struct.pack('Q', 1)",
    "return struct.pack('i33', 1)",
    "return struct.pack('!3i4', 1)",
    "return struct.pack('b')",
    "return struct.size('c0')",
  ],
}

/** Attempts to change EVAL for the next script. */
const CHANGES: readonly string[] = [
  "rawset(_G, 'redis', nil)",
  'redis.call = nil',
  'string.format = nil',
  'setmetatable(_G, {__index = function() return 1 end})',
  'setmetatable(_G, nil)',
  "getmetatable('').__index = function() return 1 end",
  "rawset(getmetatable(''), '__index', nil)",
  "setmetatable(getmetatable(''), {})",
  "getmetatable('').__metatable = 1",
  'getmetatable(_G).__index = nil',
  'getmetatable(_G).__newindex = function() end',
  'setmetatable(getmetatable(_G), {})',
  "rawset(_G, 'leak', 1)",
  'rawset(_G, 1, 2)',
  'leak = 1',
  '_G.leak = 1',
  '_G._G = nil',
  'local g = _G g.redis = nil',
  'function leak() end',
  'function string.trim(s) return s end',
  'KEYS = nil',
  'ARGV = {1}',
  'pairs = nil',
  'tostring = function() return 1 end',
  'string.format = string.format',
  'setmetatable(redis, {})',
  'setmetatable(string, {__index = redis})',
  'redis[1] = 1',
  'redis[nil] = 1',
  "rawset(redis, 'pcall', redis.call)",
  'redis.unheard = nil',
  'for k in pairs(redis) do redis[k] = nil end',
  'cjson.null = 1',
  'cjson.encode, cjson.decode = nil, nil',
  'cmsgpack.pack = nil',
  'bit.band = bit.bor',
  'struct.x = 1',
  'math.huge = 1',
  'math.floor = math.ceil',
  'table.concat = nil',
  "table.insert(_G, 'a')",
  'table.insert(math, 1, 2)',
  'table.sort(redis)',
  'local t = setmetatable({}, {__newindex = redis}) t.call = 1',
  'local t = setmetatable({}, {__newindex = _G}) t.leak = 1',
  "loadstring('redis.call = nil')()",
  "loadstring('leak = 1')()",
  '__redis__err__handler = nil',
  "rawset(_G, '__redis__err__handler', nil)",
  'return server',
  'return {pcall(function() redis.call = 1 end)}',
  'local _, e = pcall(function() redis.call = 1 end) return e',
  "local _, e = pcall(rawset, redis, 'call', 1) return e",
  'local _, e = pcall(setmetatable, _G, {}) return e',
  "return {xpcall(function() _G.leak = 1 end, function(e) return type(e) .. ': ' .. e end)}",
  "redis.pcall('set', 'k', 'v') redis.call = nil",
]

/** What a script may change: its own values, including its arguments. */
const OWN: readonly string[] = [
  "KEYS[1] = 'x' KEYS.y = 'z' return {KEYS[1], KEYS.y}",
  'ARGV[2] = 5 return ARGV',
  'table.insert(KEYS, 1) return KEYS',
  "setmetatable(KEYS, {__index = function() return 'z' end}) return KEYS[4]",
  'return {KEYS[1], KEYS.y, KEYS[4], #ARGV}',
  "local t = setmetatable({}, {__index = string}) t.format = 1 return {t.format, t.rep('a', 2)}",
  'local redis = {} redis.call = 5 return redis.call',
  "return rawget(_G, 'leak') or 'none'",
]

/** Uses of everything that CHANGES attacks. */
const INTACT: readonly string[] = [
  "redis.call('set', 'k', 'v') return redis.pcall('get', 'k')",
  "return {string.format('%d %s', 3, 'x'), ('ab'):upper(), ('x'):rep(3), tostring(12)}",
  "return {cjson.encode({1, cjson.null}), #cmsgpack.pack(1), bit.band(7, 5), #struct.pack('b', 1), math.floor(1.5)}",
  "return {table.concat({1, 2}, ','), type(pairs), type(getmetatable('').__index), tostring(getmetatable(redis))}",
  'return {#KEYS, #ARGV, type(_G._G), math.huge > 1}',
  'return leak',
  "local names = {} for name in pairs(redis) do if name == 'call' then names[#names + 1] = name end end return names",
]

const BROKEN_JSON = [
  '',
  '[1,2',
  '{"a":}',
  'nul',
  '{1:2}',
  '["\\x"]',
  '"\\ud800"',
  '"abc',
  '[1 2]',
  '{"a" 1}',
  '[1]]',
  '-',
]
const TEXTS = ['', 'plain', 'é', '\x00\x01\x1f', 'quo"te', 'back\\slash', 'sla/sh', 'line\nbreak', '\x7f', 'ÿþ']

/** A random value as JSON: lists, objects with one field, numbers, strings. */
function json(r: SeededRandom, depth = 0): string {
  if (depth > 4 || r.chance(0.4))
    return r.pick(
      String(r.int(-1000, 100000)),
      String(r.int(-1000, 1000) / 8),
      r.pick('true', 'false', 'null', '1e20', '-2.5E-3', '4294967296', '0.1'),
      JSON.stringify(r.pick('', 'a', 'é😀', 'x"y', '\\', '\n\t\u0001', '/')),
    )
  return r.chance(0.6)
    ? `[${r.some(0, 4, () => json(r, depth + 1)).join(r.pick(',', ' , '))}]`
    : `{${r.some(0, 1, () => `"${r.pick('a', 'key', '\\u00e9', '')}":${json(r, depth + 1)}`).join(',')}}`
}

describe("the libraries of EVAL's Lua answer as redis-server's", () => {
  for (const [library, scripts] of Object.entries(SCRIPTS)) {
    it(library, async () => {
      for (const script of scripts) await same(script, '["é", {"a": "\\u00e9\\ud83d\\ude00"}]')
    })
  }

  it('what is not JSON', async () => {
    for (const text of BROKEN_JSON) await same('return cjson.encode(cjson.decode(ARGV[1]))', text)
    for (const text of TEXTS) await same('return cjson.encode(ARGV[1])', text)
  })

  it('1,000 generated values through JSON and MessagePack', async () => {
    const r = new SeededRandom(20250102)
    for (let i = 0; i < 500; i++) {
      const text = json(r)
      await same('return cjson.encode(cjson.decode(ARGV[1]))', text)
      await same(
        'local v = cjson.decode(ARGV[1]) return {cmsgpack.pack(v), cjson.encode({cmsgpack.unpack(cmsgpack.pack(v))})}',
        text,
      )
    }
  })
})

describe('no script changes what the next one finds', () => {
  it.each(CHANGES)('%s', async (script) => {
    await same(script, 'one')
    for (const use of INTACT) await same(use)
  })

  it('yet each may change what is its own', async () => {
    for (const script of OWN) await same(script, 'one')
  })

  it('nor what itself finds the next time', async () => {
    const line = ['EVAL', "local was = type(redis) _ENV = {type = type} return was .. ' ' .. type(redis)", '0']
    for (let i = 0; i < 2; i++) expect(await mine.send(...line)).toBe('$table nil')
  })
})
