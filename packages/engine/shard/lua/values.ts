import { type LuaState, lauxlib, lua, to_luastring } from 'fengari'

/** cjson.null: represents JSON's null, because a nil would leave no entry in a table. */
export class JsonNull {
  readonly null = true
}
export const JSON_NULL = new JsonNull()

/** A value that no library accepts: a function, a thread, or a table beyond the maximum depth. */
export class Opaque {
  constructor(readonly type: string) {}
}

/** A table's content in order. A table that contains itself refers to the same object. */
export class LuaTable {
  readonly entries: (readonly [LuaValue, LuaValue])[] = []

  static list(items: readonly LuaValue[]): LuaTable {
    const table = new LuaTable()
    for (const [i, item] of items.entries()) table.entries.push([i + 1, item])
    return table
  }
}

export type LuaValue = null | boolean | number | Buffer | JsonNull | LuaTable | Opaque

/** An error of a library; the script's line is added in front. */
export class LuaError extends Error {}

/** Worded like luaL_argerror. */
export const badArgument = (at: number, to: string, why: string): LuaError =>
  new LuaError(`bad argument #${at} to '${to}' (${why})`)

/** The Lua name of a value's type. */
export function typeName(value: LuaValue | undefined): string {
  if (value === undefined) return 'no value'
  if (value === null) return 'nil'
  if (Buffer.isBuffer(value)) return 'string'
  if (value instanceof LuaTable) return 'table'
  if (value instanceof JsonNull) return 'userdata'
  return value instanceof Opaque ? value.type : typeof value
}

/** An argument as a number; numeric strings are converted. */
export function numberArgument(values: readonly LuaValue[], at: number, to: string): number {
  const value = values[at - 1]
  const number = Buffer.isBuffer(value) && value.length > 0 ? Number(value.toString('latin1')) : value
  if (typeof number === 'number' && !(Buffer.isBuffer(value) && Number.isNaN(number))) return number
  throw badArgument(at, to, `number expected, got ${typeName(value)}`)
}

/** An argument as bytes; numbers are converted. */
export function bytesArgument(values: readonly LuaValue[], at: number, to: string): Buffer {
  const value = values[at - 1]
  if (Buffer.isBuffer(value)) return value
  if (typeof value === 'number') return Buffer.from(String(value))
  throw badArgument(at, to, `string expected, got ${typeName(value)}`)
}

/** A library of functions over values. */
export interface Library {
  readonly functions: Readonly<Record<string, (args: readonly LuaValue[]) => readonly LuaValue[]>>
  readonly constants?: Readonly<Record<string, LuaValue>>
}

/** More than cjson's limit (1000), and small enough for the stack. */
const MAX_DEPTH = 1002
const INT32 = 2 ** 31

function readTable(state: LuaState, index: number, depth: number, seen: Map<unknown, LuaTable>): LuaTable | Opaque {
  const identity = lua.lua_topointer(state, index)
  const known = seen.get(identity)
  if (known) return known
  if (depth > MAX_DEPTH || !lua.lua_checkstack(state, 4)) return new Opaque('table')
  const table = new LuaTable()
  seen.set(identity, table)
  lua.lua_pushnil(state)
  while (lua.lua_next(state, index)) {
    const top = lua.lua_gettop(state)
    const key = read(state, top - 1, depth + 1, seen)
    table.entries.push([key, read(state, top, depth + 1, seen)])
    lua.lua_pop(state, 1)
  }
  return table
}

/** Reads the value at an absolute index. */
function read(state: LuaState, index: number, depth: number, seen: Map<unknown, LuaTable>): LuaValue {
  const type = lua.lua_type(state, index)
  if (type === lua.LUA_TNIL) return null
  if (type === lua.LUA_TBOOLEAN) return lua.lua_toboolean(state, index)
  if (type === lua.LUA_TNUMBER) return lua.lua_tonumber(state, index)
  // lua_tostring must not be used on a number: under lua_next it would convert a key to a string.
  if (type === lua.LUA_TSTRING) return Buffer.from(lua.lua_tostring(state, index) ?? [])
  if (type === lua.LUA_TTABLE) return readTable(state, index, depth, seen)
  if (lua.lua_touserdata(state, index) === JSON_NULL) return JSON_NULL
  return new Opaque(Buffer.from(lua.lua_typename(state, type)).toString())
}

/** Pushes a value on the stack. */
function pushValue(state: LuaState, value: LuaValue): void {
  if (value === null || value instanceof Opaque) lua.lua_pushnil(state)
  else if (typeof value === 'boolean') lua.lua_pushboolean(state, value)
  else if (typeof value === 'number') pushNumber(state, value)
  else if (Buffer.isBuffer(value)) lua.lua_pushlstring(state, Uint8Array.from(value), value.length)
  else if (value instanceof JsonNull) lua.lua_pushlightuserdata(state, value)
  else {
    lua.lua_checkstack(state, 4)
    lua.lua_newtable(state)
    for (const [key, item] of value.entries) {
      pushValue(state, key)
      pushValue(state, item)
      lua.lua_rawset(state, -3)
    }
  }
}

/** Whole numbers become integers, so that they print without a fraction; Lua's integers have 32 bits here. */
export function pushNumber(state: LuaState, value: number): void {
  if (Number.isInteger(value) && Math.abs(value) < INT32) lua.lua_pushinteger(state, value)
  else lua.lua_pushnumber(state, value)
}

/** Makes a library a global under its name. */
export function openLibrary(state: LuaState, name: string, { functions, constants = {} }: Library): void {
  lua.lua_newtable(state)
  for (const [each, run] of Object.entries(functions)) {
    lua.lua_pushstring(state, to_luastring(each))
    lua.lua_pushcfunction(state, (caller) => call(caller, run))
    lua.lua_rawset(state, -3)
  }
  for (const [each, value] of Object.entries(constants)) {
    lua.lua_pushstring(state, to_luastring(each))
    pushValue(state, value)
    lua.lua_rawset(state, -3)
  }
  lua.lua_setglobal(state, to_luastring(name))
}

function call(state: LuaState, run: (args: readonly LuaValue[]) => readonly LuaValue[]): number {
  const count = lua.lua_gettop(state)
  const seen = new Map<unknown, LuaTable>()
  const args = Array.from({ length: count }, (_, i) => read(state, i + 1, 1, seen))
  let results: readonly LuaValue[]
  try {
    results = run(args)
  } catch (error) {
    if (!(error instanceof LuaError)) throw error
    lauxlib.luaL_where(state, 1)
    lua.lua_pushstring(state, to_luastring(error.message))
    lua.lua_concat(state, 2)
    return lua.lua_error(state)
  }
  lua.lua_checkstack(state, results.length + 4)
  for (const result of results) pushValue(state, result)
  return results.length
}
