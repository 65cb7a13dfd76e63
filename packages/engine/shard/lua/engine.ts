import { createHash } from 'node:crypto'
import { lauxlib, lua, lualib, to_luastring } from 'fengari'
import { steadyMs } from '../../clock'
import { type CommandReply, Double, Failure, NilArray, Push, ReplyMap, ReplySet, Simple, Verbatim } from '../core'
import { formatDouble } from '../keys/numbers'
import { bit } from './bit'
import { cjson } from './cjson'
import { cmsgpack } from './cmsgpack'
import { protect, unprotected } from './readonly'
import { struct } from './struct'
import { openLibrary, pushNumber } from './values'

export const sha1 = (text: Uint8Array): string => createHash('sha1').update(text).digest('hex')

/** What a running script may request from the shard. */
export interface ScriptHost {
  call(argv: readonly Buffer[]): CommandReply
  log(level: number, text: string): void
}

const MAX_DEPTH = 1000
/** How many instructions run between two checks of the time limit. */
const HOOK_EVERY = 10_000

/**
 * What Redis prepares in Lua: names of 5.1 that 5.3 dropped, protection against accidental globals, and the handler that adds the place of
 * an error.
 */
const PRELUDE = `
local dbg = debug
debug = nil
dofile, loadfile, print, collectgarbage, require, package = nil
unpack = table.unpack
table.getn = function(t) return #t end
math.pow = function(a, b) return a ^ b end
math.log10 = function(a) return math.log(a, 10) end
local load_any, say, kind = load, tostring, math.type
load = function(chunk, name, mode, ...) return load_any(chunk, name, 't', ...) end
loadstring = load
tostring = function(v)
  if kind(v) == 'float' and v == math.floor(v) and v > -1e15 and v < 1e15 then return string.format('%d', v) end
  return say(v)
end
function __redis__err__handler(err)
  local level = 2
  local i = dbg.getinfo(level, 'Sl')
  while i and (i.source == '=prelude' or (level == 2 and i.what == 'J')) do
    level = level + 1
    i = dbg.getinfo(level, 'Sl')
  end
  if type(err) ~= 'table' then err = { err = 'ERR ' .. tostring(err) } end
  if i then
    err.source = i.what == 'J' and '=[C]' or i.source
    err.line = i.currentline
  end
  return err
end
setmetatable(_G, {
  __index = function(_, name) error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2) end,
})
`

const bytesOf = (text: Uint8Array): Buffer => Buffer.from(text.buffer, text.byteOffset, text.byteLength)

/**
 * One shard's Lua: EVAL's `redis` library on Lua 5.3 (Redis has 5.1). All tables that a script gets are read-only, so that no script
 * affects the next.
 */
export class ScriptEngine {
  private readonly state = lauxlib.luaL_newstate()
  private readonly compiled = new Map<string, number>()
  private readonly registry: number
  private host: ScriptHost | undefined
  private deadline = 0

  constructor(private readonly limitMs: () => number) {
    const { state } = this
    lua.lua_newtable(state)
    this.registry = lua.lua_gettop(state)
    const { luaopen_base, luaopen_table, luaopen_string, luaopen_math, luaopen_debug } = lualib
    const libraries = {
      _G: luaopen_base,
      table: luaopen_table,
      string: luaopen_string,
      math: luaopen_math,
      debug: luaopen_debug,
    }
    for (const [name, open] of Object.entries(libraries)) {
      lauxlib.luaL_requiref(state, to_luastring(name), open, 1)
      lua.lua_pop(state, 1)
    }
    this.defineRedis()
    for (const [name, library] of Object.entries({ bit, cjson, cmsgpack, struct })) openLibrary(state, name, library)
    const code = to_luastring(PRELUDE)
    if (this.compile(code, '=prelude') !== lua.LUA_OK || lua.lua_pcall(state, 0, 0, 0) !== lua.LUA_OK)
      throw new Error(`the Lua prelude is wrong: ${this.text(-1)}`)
    lua.lua_pushglobaltable(state)
    protect(state)
    lua.lua_pop(state, 1)
    lua.lua_sethook(
      state,
      () => {
        if (steadyMs() > this.deadline)
          this.raise(`ERR the script ran longer than lua-time-limit (${limitMs()} ms) and was ended`)
      },
      lua.LUA_MASKCOUNT,
      HOOK_EVERY,
    )
  }

  /** Compiles a script; returns the compiler's error text, or undefined. */
  load(sha: string, script: Uint8Array): string | undefined {
    if (this.compiled.has(sha)) return undefined
    const { state } = this
    const code = withoutShebang(script)
    if (this.compile(code, '@user_script') !== lua.LUA_OK) {
      const complaint = this.text(-1)
      lua.lua_pop(state, 1)
      return complaint
    }
    lua.lua_rawseti(state, this.registry, this.compiled.size + 1)
    this.compiled.set(sha, this.compiled.size + 1)
    return undefined
  }

  /** Accepts source only: bytecode could do what no source can express. */
  private compile(code: Uint8Array, name: string): number {
    return lauxlib.luaL_loadbufferx(this.state, code, code.length, to_luastring(name), to_luastring('t'))
  }

  /** Runs a loaded script. An error becomes the error reply, with its place, worded like Redis 7. */
  run(sha: string, keys: readonly Buffer[], argv: readonly Buffer[], host: ScriptHost): CommandReply {
    const { state } = this
    const outer = { host: this.host, deadline: this.deadline }
    const top = lua.lua_gettop(state)
    this.host = host
    this.deadline = steadyMs() + this.limitMs()
    try {
      lua.lua_pushglobaltable(state)
      unprotected(state, () => {
        this.setField('KEYS', keys)
        this.setField('ARGV', argv)
      })
      lua.lua_getglobal(state, to_luastring('__redis__err__handler'))
      const handler = lua.lua_gettop(state)
      lua.lua_rawgeti(state, this.registry, this.compiled.get(sha) ?? 0)
      // A run may have replaced its table of globals (`_ENV` of Lua 5.3).
      lua.lua_pushglobaltable(state)
      lua.lua_setupvalue(state, -2, 1)
      const failed = lua.lua_pcall(state, 0, 1, handler) !== lua.LUA_OK
      return failed ? this.failure(sha) : this.toReply(-1, 0)
    } finally {
      lua.lua_settop(state, top)
      this.host = outer.host
      this.deadline = outer.deadline
    }
  }

  private defineRedis(): void {
    const { state } = this
    const functions: Record<string, () => number> = {
      call: () => this.command(true),
      pcall: () => this.command(false),
      error_reply: () => this.single('err'),
      status_reply: () => this.single('ok'),
      sha1hex: () => {
        const given = lua.lua_gettop(state) === 1 ? lua.lua_tostring(state, 1) : null
        if (!given) return this.raise('ERR wrong number of arguments')
        lua.lua_pushstring(state, to_luastring(sha1(given)))
        return 1
      },
      log: () => {
        this.host?.log(lua.lua_tonumber(state, 1), this.text(2))
        return 0
      },
      setresp: () => 0,
      replicate_commands: () => {
        lua.lua_pushboolean(state, true)
        return 1
      },
      set_repl: () => 0,
      breakpoint: () => 0,
    }
    const constants = {
      LOG_DEBUG: 0,
      LOG_VERBOSE: 1,
      LOG_NOTICE: 2,
      LOG_WARNING: 3,
      REPL_ALL: 3,
      REPL_AOF: 1,
      REPL_SLAVE: 2,
      REPL_REPLICA: 2,
      REPL_NONE: 0,
    }
    lua.lua_newtable(state)
    for (const [name, run] of Object.entries(functions)) {
      lua.lua_pushstring(state, to_luastring(name))
      lua.lua_pushcfunction(state, run)
      lua.lua_rawset(state, -3)
    }
    for (const [name, value] of Object.entries(constants)) {
      lua.lua_pushstring(state, to_luastring(name))
      lua.lua_pushinteger(state, value)
      lua.lua_rawset(state, -3)
    }
    lua.lua_setglobal(state, to_luastring('redis'))
  }

  /** Implements `redis.call` and `redis.pcall`. */
  private command(raises: boolean): number {
    const argv = this.commandArguments()
    const reply = typeof argv === 'string' ? new Failure(argv) : (this.host?.call(argv) ?? null)
    this.push(reply)
    if (raises && reply instanceof Failure) lua.lua_error(this.state)
    return 1
  }

  private commandArguments(): Buffer[] | string {
    const { state } = this
    const count = lua.lua_gettop(state)
    if (count === 0) return 'ERR Please specify at least one argument for this redis lib call'
    const argv: Buffer[] = []
    for (let i = 1; i <= count; i++) {
      const type = lua.lua_type(state, i)
      if (type === lua.LUA_TNUMBER) argv.push(Buffer.from(formatDouble(lua.lua_tonumber(state, i))))
      else if (type === lua.LUA_TSTRING) argv.push(Buffer.from(lua.lua_tostring(state, i) ?? []))
      else return 'ERR Lua redis lib command arguments must be strings or integers'
    }
    return argv
  }

  /** Implements `redis.error_reply` and `redis.status_reply`, which return a table with one field. */
  private single(field: 'err' | 'ok'): number {
    const { state } = this
    const given = lua.lua_gettop(state) === 1 && lua.lua_type(state, 1) === lua.LUA_TSTRING
    if (!given) return this.raise('ERR wrong number or type of arguments')
    const text = this.text(1)
    this.pushField(field, field === 'err' ? text.replace(/^-/, '') : text)
    return 1
  }

  private pushField(field: string, text: string): void {
    const { state } = this
    lua.lua_createtable(state, 0, 1)
    lua.lua_pushstring(state, to_luastring(field))
    lua.lua_pushstring(state, Buffer.from(text, 'latin1'))
    lua.lua_rawset(state, -3)
  }

  private raise(text: string): never {
    this.pushField('err', text)
    return lua.lua_error(this.state)
  }

  /** Sets a field of the table on top of the stack to a list. */
  private setField(name: string, values: readonly Buffer[]): void {
    const { state } = this
    lua.lua_pushstring(state, to_luastring(name))
    lua.lua_createtable(state, values.length, 0)
    for (const [i, value] of values.entries()) {
      lua.lua_pushlstring(state, value, value.length)
      lua.lua_rawseti(state, -2, i + 1)
    }
    lua.lua_rawset(state, -3)
  }

  /** The Lua string or number at `index`, as latin1. */
  private text(index: number): string {
    const found = lua.lua_tostring(this.state, index)
    return found ? bytesOf(found).toString('latin1') : ''
  }

  private field(index: number, name: string): string | undefined {
    const { state } = this
    const at = index < 0 ? lua.lua_gettop(state) + index + 1 : index
    lua.lua_pushstring(state, to_luastring(name))
    const type = lua.lua_rawget(state, at)
    const text = type === lua.LUA_TSTRING || type === lua.LUA_TNUMBER ? this.text(-1) : undefined
    lua.lua_pop(state, 1)
    return text
  }

  private failure(sha: string): Failure {
    if (lua.lua_type(this.state, -1) !== lua.LUA_TTABLE) return new Failure(`ERR ${this.text(-1)} script: ${sha}.`)
    const error = utf8(this.field(-1, 'err') ?? 'ERR unknown error')
    const source = this.field(-1, 'source')
    const place = source === undefined ? '' : `, on ${source}:${this.field(-1, 'line')}`
    return new Failure(`${error} script: ${sha}${place}.`)
  }

  /** Converts a Lua value to a reply like Redis: numbers lose their fraction, a table ends at its first nil. */
  private toReply(index: number, depth: number): CommandReply {
    const { state } = this
    switch (lua.lua_type(state, index)) {
      case lua.LUA_TSTRING:
        return Buffer.from(lua.lua_tostring(state, index) ?? [])
      case lua.LUA_TNUMBER:
        return Math.trunc(lua.lua_tonumber(state, index)) || 0
      case lua.LUA_TBOOLEAN:
        return lua.lua_toboolean(state, index) ? 1 : null
      case lua.LUA_TTABLE:
        return this.tableReply(depth)
      default:
        return null
    }
  }

  private tableReply(depth: number): CommandReply {
    const { state } = this
    if (depth > MAX_DEPTH || !lua.lua_checkstack(state, 4)) return new Failure('ERR reached lua stack limit')
    const error = this.field(-1, 'err')
    if (error !== undefined) return new Failure(utf8(error))
    const status = this.field(-1, 'ok')
    if (status !== undefined) return new Simple(utf8(status))
    const items: CommandReply[] = []
    for (let i = 1; ; i++) {
      const type = lua.lua_rawgeti(state, -1, i)
      const item = type === lua.LUA_TNIL ? undefined : this.toReply(-1, depth + 1)
      lua.lua_pop(state, 1)
      if (item === undefined) return items
      items.push(item)
    }
  }

  /** Converts a reply to a Lua value (RESP2's conversions). */
  private push(reply: CommandReply): void {
    const { state } = this
    if (reply === null || reply instanceof NilArray) lua.lua_pushboolean(state, false)
    else if (typeof reply === 'number' || typeof reply === 'bigint') pushNumber(state, Number(reply))
    else if (reply instanceof Simple) this.pushField('ok', latin1(reply.text))
    else if (reply instanceof Failure) this.pushField('err', latin1(reply.text))
    else if (reply instanceof Double) this.pushBytes(Buffer.from(formatDouble(reply.value)))
    else if (reply instanceof Verbatim) this.pushBytes(Buffer.from(reply.text))
    else if (reply instanceof Uint8Array) this.pushBytes(reply)
    else if (typeof reply === 'string') this.pushBytes(Buffer.from(reply))
    else if (reply instanceof ReplyMap) this.pushList(reply.entries.flat())
    else if (reply instanceof ReplySet || reply instanceof Push) this.pushList(reply.items)
    else this.pushList(reply)
  }

  private pushBytes(bytes: Uint8Array): void {
    lua.lua_pushlstring(this.state, Uint8Array.from(bytes), bytes.length)
  }

  private pushList(items: readonly CommandReply[]): void {
    const { state } = this
    lua.lua_checkstack(state, 4)
    lua.lua_createtable(state, items.length, 0)
    for (const [i, item] of items.entries()) {
      this.push(item)
      lua.lua_rawseti(state, -2, i + 1)
    }
  }
}

/** Byte strings are latin1 here; an error's text becomes UTF-8 again when it is sent. */
const latin1 = (text: string): string => Buffer.from(text).toString('latin1')
const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString()

/** Empties a `#!lua flags=…` line, which is not Lua; line numbers stay the same. */
function withoutShebang(script: Uint8Array): Uint8Array {
  if (script[0] !== 35 || script[1] !== 33) return script
  const end = script.indexOf(10)
  return end < 0 ? new Uint8Array() : script.subarray(end)
}
