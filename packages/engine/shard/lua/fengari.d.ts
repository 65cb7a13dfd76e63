/** The parts of fengari (Lua 5.3 in JavaScript) that lua/ uses; Lua strings are byte arrays. */
declare module 'fengari' {
  export interface LuaState {
    readonly brand: 'lua_State'
  }
  type LuaFunction = (state: LuaState) => number
  type LuaString = Uint8Array

  export const lua: {
    readonly LUA_OK: 0
    readonly LUA_MULTRET: -1
    readonly LUA_MASKCOUNT: number
    readonly LUA_TNIL: 0
    readonly LUA_TBOOLEAN: 1
    readonly LUA_TNUMBER: 3
    readonly LUA_TSTRING: 4
    readonly LUA_TTABLE: 5
    lua_gettop(state: LuaState): number
    lua_settop(state: LuaState, index: number): void
    lua_pop(state: LuaState, count: number): void
    lua_checkstack(state: LuaState, count: number): boolean
    lua_type(state: LuaState, index: number): number
    lua_pushnil(state: LuaState): void
    lua_pushboolean(state: LuaState, value: boolean): void
    lua_pushinteger(state: LuaState, value: number): void
    lua_pushnumber(state: LuaState, value: number): void
    lua_pushstring(state: LuaState, value: LuaString): LuaString
    lua_pushlstring(state: LuaState, value: LuaString, length: number): LuaString
    lua_pushcfunction(state: LuaState, value: LuaFunction): void
    lua_pushvalue(state: LuaState, index: number): void
    lua_newtable(state: LuaState): void
    lua_createtable(state: LuaState, array: number, records: number): void
    lua_rawset(state: LuaState, index: number): void
    lua_rawseti(state: LuaState, index: number, n: number): void
    lua_rawget(state: LuaState, index: number): number
    lua_rawgeti(state: LuaState, index: number, n: number): number
    lua_getglobal(state: LuaState, name: LuaString): number
    lua_setglobal(state: LuaState, name: LuaString): void
    lua_pushglobaltable(state: LuaState): void
    lua_isinteger(state: LuaState, index: number): boolean
    lua_tonumber(state: LuaState, index: number): number
    lua_toboolean(state: LuaState, index: number): boolean
    lua_tostring(state: LuaState, index: number): LuaString | null
    lua_next(state: LuaState, index: number): number
    lua_getmetatable(state: LuaState, index: number): boolean
    lua_setupvalue(state: LuaState, functionIndex: number, n: number): LuaString | null
    lua_topointer(state: LuaState, index: number): unknown
    lua_touserdata(state: LuaState, index: number): unknown
    lua_typename(state: LuaState, type: number): LuaString
    lua_pushlightuserdata(state: LuaState, value: unknown): void
    lua_concat(state: LuaState, count: number): void
    lua_pcall(state: LuaState, args: number, results: number, handler: number): number
    lua_error(state: LuaState): never
    lua_sethook(state: LuaState, hook: ((state: LuaState) => void) | null, mask: number, count: number): void
  }
  export const lauxlib: {
    luaL_where(state: LuaState, level: number): void
    luaL_newstate(): LuaState
    luaL_requiref(state: LuaState, name: LuaString, open: LuaFunction, global: number): void
    luaL_loadbufferx(state: LuaState, code: LuaString, size: number, name: LuaString, mode: LuaString): number
  }
  export const lualib: {
    readonly luaopen_base: LuaFunction
    readonly luaopen_table: LuaFunction
    readonly luaopen_string: LuaFunction
    readonly luaopen_math: LuaFunction
    readonly luaopen_debug: LuaFunction
  }
  export function to_luastring(text: string): LuaString
}

/** What lua/readonly.ts needs of Lua's inside. */
declare module 'fengari/src/ltable.js' {
  import type { LuaState } from 'fengari'

  class Table {
    metatable: Table | null
  }
  const ltable: {
    readonly Table: typeof Table
    /** Sets a field of a table, deletes it for nil; calls no metamethod. */
    luaH_setfrom: (state: LuaState, table: Table, key: unknown, value: unknown) => void
  }
  export = ltable
}

declare module 'fengari/src/ldebug.js' {
  import type { LuaState } from 'fengari'

  const ldebug: {
    /** Raises a text, with the place before it where Lua code is running. */
    luaG_runerror(state: LuaState, text: Uint8Array): never
  }
  export = ldebug
}
