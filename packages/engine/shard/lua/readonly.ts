import { type LuaState, lua, to_luastring } from 'fengari'
import ldebug from 'fengari/src/ldebug.js'
import ltable from 'fengari/src/ltable.js'

/**
 * Redis's Lua can mark a table as read-only, so that writing to it raises (an assignment, `rawset`, `table.insert`, `setmetatable`) and no
 * script changes what the next one finds. Fengari cannot; but all writes by scripts go through `luaH_setfrom`, where this module adds the
 * check.
 */
const marked = new WeakSet<object>()

/** Like Redis, reports the place for Lua code, and none for a C function. */
const refuse = (state: LuaState): never =>
  ldebug.luaG_runerror(state, to_luastring('Attempt to modify a readonly table'))

const write = ltable.luaH_setfrom
ltable.luaH_setfrom = (state, table, key, value) => {
  if (marked.has(table)) refuse(state)
  write(state, table, key, value)
}

/** Marks the table on top of the stack and every table that it refers to, including metatables and that of strings. */
export function protect(state: LuaState): void {
  lua.lua_checkstack(state, 4)
  if (lua.lua_getmetatable(state, -1)) {
    protect(state)
    lua.lua_pop(state, 1)
  }
  const table = lua.lua_topointer(state, -1)
  if (!(table instanceof ltable.Table) || marked.has(table)) return
  marked.add(table)
  const { metatable } = table
  Object.defineProperty(table, 'metatable', { get: () => metatable, set: () => refuse(state) })
  lua.lua_pushnil(state)
  while (lua.lua_next(state, -2)) {
    protect(state)
    lua.lua_pop(state, 1)
  }
}

/** Lets `change` write to the table on top of the stack, for the engine's own writes. */
export function unprotected(state: LuaState, change: () => void): void {
  const table = lua.lua_topointer(state, -1)
  if (!(table instanceof ltable.Table)) throw new Error('only a table is protected')
  marked.delete(table)
  try {
    change()
  } finally {
    marked.add(table)
  }
}
